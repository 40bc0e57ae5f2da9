import { useMemo, useRef, useState } from 'preact/hooks';
import type { FlowAnswer } from '../../../src/model/index.ts';
import { chartKeys } from '../charts/chart-keys.ts';
import { colourNames } from '../charts/colours.ts';
import { crosshair, stepAt } from '../charts/crosshair.ts';
import { download, fileName, linesCsv } from '../charts/export.ts';
import { FileMenu } from '../charts/file-menu.tsx';
import type { ChartLine } from '../charts/lines.ts';
import { LineTable } from '../charts/line-table.tsx';
import { chartPicture } from '../charts/picture.ts';
import { Plot } from '../charts/plot.tsx';
import type { Window } from '../charts/question.ts';
import { resetZoom, zoomTo } from '../charts/time-controls.tsx';
import { TwinTable } from '../charts/twin-table.tsx';
import { formatValue } from '../charts/units.ts';
import { watcherNow } from '../dashboards/use-window.ts';
import { Empty } from '../parts/problem-view.tsx';
import { setQuery } from '../router.ts';
import { formatInteger, formatMoment } from '../text/format.ts';
import { t } from '../text/text.ts';
import type { FlowView } from './view.ts';
import { linesOf, rateUnitOf } from './words.ts';

const plotPx = 240;
const twinRows = 60;

/** The first rows over time, with all others together. */
export function HighestFlows({ view, window, answer }: { view: FlowView; window: Window; answer: FlowAnswer }) {
  const card = useRef<HTMLElement>(null);
  const lines = useMemo(() => linesOf(answer, rateUnitOf(view.measure)), [answer, view.measure]);
  const title = t('flows.highest');
  const onZoom = (fromMs: number, toMs: number) => zoomTo({ fromMs, toMs }, watcherNow());
  const asPng = async () => {
    const colours = colourNames(lines);
    const blob = await chartPicture({
      title,
      note: `${formatMoment(answer.from) ?? ''} – ${formatMoment(answer.to) ?? ''}`,
      canvas: card.current?.querySelector('canvas') ?? null,
      rows: lines.map((line, index) => ({
        ...(colours[index] === undefined ? {} : { colour: colours[index] }),
        cells: [
          line.name,
          ...[line.last, line.avg, line.max].map((value) => (value === null ? '–' : formatValue(value, line.unit))),
        ],
      })),
    });
    if (blob) download(fileName(title, 'png'), blob);
  };
  return (
    <section ref={card} class="chart-card flows-chart" aria-label={title}>
      <div class="chart-head">
        <h2>{title}</h2>
        <span class="chart-tools">
          <button
            type="button"
            class="button"
            aria-pressed={view.areas}
            disabled={view.compare !== 'off'}
            onClick={() => setQuery({ lines: view.areas ? 'single' : undefined })}
          >
            {t('flows.stacked')}
          </button>
          <FileMenu
            title={title}
            onCsv={() => download(fileName(title, 'csv'), new Blob([linesCsv(answer.at, lines)], { type: 'text/csv' }))}
            onPng={() => void asPng()}
            note={t('charts.steps', {
              count: answer.at.length,
              step: formatValue(answer.stepMs / 1000, 'seconds'),
              took: formatInteger(Math.round(answer.elapsedMs)),
            })}
          />
        </span>
      </div>
      {lines.length === 0 ? (
        <Empty title={t('flows.none')} text={t('flows.noneHint')} />
      ) : (
        <div
          class="chart-view"
          tabIndex={0}
          role="group"
          aria-label={t('charts.view', { title })}
          onKeyDown={chartKeys(window, onZoom, resetZoom)}
        >
          <Lines view={view} window={window} answer={answer} lines={lines} title={title} onZoom={onZoom} />
        </div>
      )}
    </section>
  );
}

function Lines({
  view,
  window,
  answer,
  lines,
  title,
  onZoom,
}: {
  view: FlowView;
  window: Window;
  answer: FlowAnswer;
  lines: readonly ChartLine[];
  title: string;
  onZoom: (fromMs: number, toMs: number) => void;
}) {
  const [alone, setAlone] = useState<string | undefined>(undefined);
  const known = lines.some(({ key }) => key === alone) ? alone : undefined;
  const hidden = useMemo(
    () => new Set(known === undefined ? [] : lines.filter(({ key }) => key !== known).map(({ key }) => key)),
    [lines, known],
  );
  return (
    <>
      <Plot
        at={answer.at}
        lines={lines}
        hidden={hidden}
        areas={view.areas}
        fromMs={window.fromMs}
        toMs={window.toMs}
        thresholds={[]}
        height={plotPx}
        onZoom={onZoom}
        onReset={resetZoom}
      />
      <Legend
        title={title}
        answer={answer}
        lines={lines}
        hidden={hidden}
        onIsolate={(key) => setAlone(known === key ? undefined : key)}
      />
      <TwinTable
        label={t('charts.twin', { title })}
        head={[t('column.time'), ...lines.map(({ name }) => name)]}
        rows={() => twinOf(answer.at, lines)}
      />
    </>
  );
}

/** A part of its own, so that the pointer moving over the chart draws only figures anew. */
function Legend({
  title,
  answer,
  lines,
  hidden,
  onIsolate,
}: {
  title: string;
  answer: FlowAnswer;
  lines: readonly ChartLine[];
  hidden: ReadonlySet<string>;
  onIsolate: (key: string) => void;
}) {
  const pointed = crosshair.value;
  const step = pointed && stepAt(answer.at, answer.stepMs, pointed.atMs);
  return (
    <LineTable
      label={t('charts.legend', { title })}
      lines={lines}
      pointed={step === undefined ? undefined : lines.map(({ values }) => values[step] ?? null)}
      isolate={{ hidden, onIsolate }}
    />
  );
}

function twinOf(at: readonly number[], lines: readonly ChartLine[]): string[][] {
  const each = Math.max(1, Math.ceil(at.length / twinRows));
  return at.flatMap((ms, step) =>
    step % each === 0
      ? [[formatMoment(ms) ?? '', ...lines.map(({ values, unit }) => formatValue(values[step] ?? 0, unit))]]
      : [],
  );
}
