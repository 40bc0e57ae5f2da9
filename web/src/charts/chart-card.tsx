import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Chart } from '../../../src/model/index.ts';
import { Name } from '../parts/bidi.tsx';
import { Icon } from '../parts/icon.tsx';
import { ProblemView, Waiting } from '../parts/problem-view.tsx';
import { formatInteger, formatList, formatMoment } from '../text/format.ts';
import { t } from '../text/text.ts';
import { bucketsOf } from './buckets.ts';
import { ChartBody } from './chart-body.tsx';
import { chartKeys } from './chart-keys.ts';
import { colourNames } from './colours.ts';
import { bucketsCsv, download, fileName, histogramCsv, linesCsv } from './export.ts';
import { FileMenu } from './file-menu.tsx';
import { linesOf, shortcomings } from './lines.ts';
import { chartPicture } from './picture.ts';
import { questionOf, type Choices, type Window } from './question.ts';
import { formatValue } from './units.ts';
import { useMetrics, type Metrics } from './use-metrics.ts';

export interface ChartCardProps {
  chart: Chart;
  choices: Choices;
  window: Window;
  onZoom: (fromMs: number, toMs: number) => void;
  onReset: () => void;
  /** Stretches of time that are shaded, where the chart is one of lines. */
  spans?: readonly Window[];
  /** Beside the title, such as buttons of the editor. */
  tools?: ComponentChildren;
}

/** A row of a dashboard, in CSS pixels, as the schema of dashboards says. */
const rowPx = 80;
/** Title, padding and the table's switch. */
const chromePx = 92;
/** Charts this far below the screen are read in advance. */
const aheadPx = 300;

/** True from when an element first came near the screen; a dashboard of sixty charts does not ask sixty questions. */
function useSeen(element: { readonly current: HTMLElement | null }): boolean {
  const [seen, setSeen] = useState(false);
  useEffect(() => {
    const shown = element.current;
    if (!shown || seen) return undefined;
    const watch = new IntersectionObserver(
      (entries) => {
        if (entries.some(({ isIntersecting }) => isIntersecting)) setSeen(true);
      },
      { rootMargin: `${aheadPx}px` },
    );
    watch.observe(shown);
    return () => watch.disconnect();
  }, [seen]);
  return seen;
}

/** Width of an element, in steps of 40 pixels: a scroll bar that comes and goes asks nothing anew. */
function useWidth(element: { readonly current: HTMLElement | null }): number {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const shown = element.current;
    if (!shown) return undefined;
    const measure = () => setWidth(Math.max(1, Math.ceil(shown.clientWidth / 40)) * 40);
    measure();
    const sized = new ResizeObserver(measure);
    sized.observe(shown);
    return () => sized.disconnect();
  }, []);
  return width;
}

/** One chart with its title, its help, its files, and what there is to say about its figures. */
export function ChartCard({ chart, choices, window, onZoom, onReset, spans, tools }: ChartCardProps) {
  const card = useRef<HTMLElement>(null);
  const seen = useSeen(card);
  const width = useWidth(card);
  const metrics = useMetrics(seen && width > 0 ? questionOf(chart, choices, window, width) : undefined);
  const { data, problem, busy, reload } = metrics;
  return (
    <section
      ref={card}
      class={`chart-card chart-${chart.type} ${busy && data ? 'chart-busy' : ''}`}
      style={{ minHeight: `${chart.height * rowPx}px` }}
      aria-label={chart.title}
      aria-busy={busy}
    >
      <div class="chart-head">
        <h2>
          <Name text={chart.title} />
        </h2>
        {chart.description !== undefined && <Help text={chart.description} />}
        <span class="chart-tools">
          {tools}
          {data && <ChartMenu chart={chart} metrics={metrics} card={card} />}
        </span>
      </div>
      {data && <Shortcomings metrics={metrics} />}
      {!data && problem && <ProblemView problem={problem} retry={reload} />}
      {!data && !problem && <Waiting />}
      {data && problem && (
        <p class="chart-note chart-note-bad" role="status">
          {t('problem.stale')} {problem.detail ?? problem.title}
        </p>
      )}
      {data && (
        <div
          class="chart-view"
          tabIndex={0}
          role="group"
          aria-label={t('charts.view', { title: chart.title })}
          onKeyDown={chartKeys(window, onZoom, onReset)}
        >
          <ChartBody
            chart={chart}
            answer={data.answer}
            fromMs={window.fromMs}
            toMs={window.toMs}
            height={Math.max(110, chart.height * rowPx - chromePx)}
            spans={spans}
            onZoom={onZoom}
            onReset={onReset}
          />
        </div>
      )}
    </section>
  );
}

/** A description that opens, for thumbs and keyboards as well as for the mouse. */
function Help({ text }: { text: string }) {
  return (
    <details class="chart-help">
      <summary aria-label={t('charts.help')} title={text}>
        <Icon name="help" />
      </summary>
      <p>
        <bdi>{text}</bdi>
      </p>
    </details>
  );
}

/** What a chart does not show is said on it. */
function Shortcomings({ metrics: { data } }: { metrics: Metrics }) {
  if (!data) return null;
  const { omitted, missing } = shortcomings(data.answer.answers);
  return (
    <>
      {omitted > 0 && <p class="chart-note">{t('charts.omitted', { count: omitted })}</p>}
      {missing.length > 0 && (
        <p class="chart-note chart-note-bad" role="status">
          {t('charts.partial', { missing: formatList(missing) })}
        </p>
      )}
    </>
  );
}

function ChartMenu({
  chart,
  metrics: { data },
  card,
}: {
  chart: Chart;
  metrics: Metrics;
  card: { readonly current: HTMLElement | null };
}) {
  if (!data) return null;
  const { answer, fromMs, toMs } = data;
  const asCsv = () => {
    const bucketed = chart.type === 'heat-map' || chart.type === 'histogram';
    const table = bucketed ? bucketsOf(answer.answers, answer.at.length) : undefined;
    const text =
      table === undefined
        ? linesCsv(
            answer.at,
            linesOf(answer, chart.queries, (name) => `${name} (${t('charts.earlier')})`),
          )
        : chart.type === 'histogram'
          ? histogramCsv(table)
          : bucketsCsv(answer.at, table);
    download(fileName(chart.title, 'csv'), new Blob([text], { type: 'text/csv' }));
  };
  const asPng = async () => {
    const lines = chart.type === 'heat-map' || chart.type === 'histogram' ? [] : linesOf(answer, chart.queries);
    const colours = colourNames(lines);
    const blob = await chartPicture({
      title: chart.title,
      note: `${formatMoment(fromMs) ?? ''} – ${formatMoment(toMs) ?? ''}`,
      canvas: card.current?.querySelector('canvas') ?? null,
      rows:
        chart.type === 'status-history'
          ? []
          : lines.map((line, index) => ({
              ...(colours[index] === undefined ? {} : { colour: colours[index] }),
              cells: [
                line.name,
                ...[line.last, line.avg, line.max].map((value) =>
                  value === null ? '–' : formatValue(value, line.unit),
                ),
              ],
            })),
    });
    if (blob) download(fileName(chart.title, 'png'), blob);
  };
  return (
    <FileMenu
      title={chart.title}
      onCsv={asCsv}
      onPng={() => void asPng()}
      note={t('charts.steps', {
        count: answer.at.length,
        step: formatValue(answer.stepMs / 1000, 'seconds'),
        took: formatInteger(Math.round(answer.elapsedMs)),
      })}
    />
  );
}
