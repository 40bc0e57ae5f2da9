import { useMemo, useState } from 'preact/hooks';
import type { ApiMetricsAnswer, Chart } from '../../../src/model/index.ts';
import { formatInteger, formatMoment } from '../text/format.ts';
import { Empty } from '../parts/problem-view.tsx';
import { t } from '../text/text.ts';
import { bucketsOf } from './buckets.ts';
import { crosshair, stepAt } from './crosshair.ts';
import { HeatMap } from './heat-map.tsx';
import { bucketRows, Histogram } from './histogram.tsx';
import { linesOf, type ChartLine } from './lines.ts';
import { LineTable } from './line-table.tsx';
import { Plot } from './plot.tsx';
import type { Window } from './question.ts';
import { carried, stateName, stretchesOf } from './state-names.ts';
import { StatusHistory } from './status-history.tsx';
import { TwinTable } from './twin-table.tsx';
import { formatValue } from './units.ts';
import { ValueView } from './value-view.tsx';

export interface ChartBodyProps {
  chart: Chart;
  answer: ApiMetricsAnswer;
  fromMs: number;
  toMs: number;
  height: number;
  spans?: readonly Window[] | undefined;
  onZoom: (fromMs: number, toMs: number) => void;
  onReset: () => void;
}

/** Height of the legend, within what the chart is given, in CSS pixels. */
const legendPx = 96;
const legendRowPx = 24;
/** Below this a picture shows nothing: the card grows instead. */
const leastPlotPx = 150;
/** It has no legend of lines below, so that it may be as high as a plot with one. */
const leastHeatPx = 215;
const twinRows = 60;

/** The same as text: lines with their values at some of the steps. */
function lineRows(at: readonly number[], lines: readonly ChartLine[], metric: string): string[][] {
  const each = Math.max(1, Math.ceil(at.length / twinRows));
  return at.flatMap((ms, step) => {
    if (step % each !== 0) return [];
    const cells = lines.map(({ values, unit }) => {
      const value = values[step] ?? null;
      if (value === null) return '–';
      const state = unit === 'state' ? stateName(metric, value) : undefined;
      return state ? t(`charts.states.${state.name}`) : formatValue(value, unit);
    });
    return [[formatMoment(ms) ?? '', ...cells]];
  });
}

/** What a chart shows of an answer, with the same figures as a table. */
export function ChartBody(props: ChartBodyProps) {
  const { chart, answer } = props;
  const metric = chart.queries[0]?.metric ?? '';
  const { compare } = chart;
  const lines = useMemo(
    () =>
      linesOf(answer, chart.queries, (name) =>
        t('charts.before', { name, duration: compare === undefined ? '' : writeShort(compare) }),
      ),
    [answer, chart],
  );
  if (chart.type === 'heat-map' || chart.type === 'histogram') return <Buckets {...props} />;
  if (lines.every(({ last }) => last === null)) return <Empty title={t('charts.empty')} />;
  if (chart.type === 'table') return <LineTable label={chart.title} lines={lines} />;
  if (chart.type === 'value')
    return (
      <div class="values">
        {lines
          .filter(({ past }) => !past)
          .map((line) => (
            <ValueView key={line.key} line={line} metric={metric} thresholds={chart.thresholds} />
          ))}
      </div>
    );
  const names = [t('column.time'), ...lines.map(({ name }) => name)];
  const history = chart.type === 'status-history';
  return (
    <>
      {history ? (
        <StatusHistory
          at={answer.at}
          stepMs={answer.stepMs}
          lines={lines}
          metric={metric}
          fromMs={props.fromMs}
          toMs={props.toMs}
          height={props.height}
        />
      ) : (
        <PlotWithLegend {...props} lines={lines} />
      )}
      <TwinTable
        label={t('charts.twin', { title: chart.title })}
        head={history ? [t('charts.name'), t('charts.state'), t('charts.from'), t('charts.to')] : names}
        rows={() => (history ? stretchRows(answer, lines, metric) : lineRows(answer.at, lines, metric))}
      />
    </>
  );
}

const mostStretches = 400;

function stretchRows(answer: ApiMetricsAnswer, lines: readonly ChartLine[], metric: string): string[][] {
  return lines
    .flatMap(({ name, values }) =>
      stretchesOf(metric, carried(values, answer.stepMs)).map(({ fromStep, toStep, state }) => [
        name,
        state ? t(`charts.states.${state.name}`) : t('charts.gap'),
        formatMoment(answer.at[fromStep] ?? 0) ?? '',
        formatMoment((answer.at[toStep - 1] ?? 0) + answer.stepMs) ?? '',
      ]),
    )
    .slice(0, mostStretches);
}

const hourMs = 3_600_000;
const writeShort = (ms: number) =>
  ms % (24 * hourMs) === 0
    ? t('charts.days', { count: ms / (24 * hourMs) })
    : t('charts.hours', { hours: formatInteger(ms / hourMs) });

function PlotWithLegend({ chart, answer, lines, ...rest }: ChartBodyProps & { lines: readonly ChartLine[] }) {
  const [alone, setAlone] = useState<string | undefined>(undefined);
  const known = lines.some(({ key }) => key === alone) ? alone : undefined;
  const hidden = useMemo(
    () => new Set(known === undefined ? [] : lines.filter(({ key }) => key !== known).map(({ key }) => key)),
    [lines, known],
  );
  const legendHeight = Math.min(legendPx, (lines.length + 1) * legendRowPx);
  return (
    <>
      <Plot
        at={answer.at}
        lines={lines}
        hidden={hidden}
        areas={chart.type === 'stacked-area'}
        thresholds={chart.thresholds}
        min={chart.min}
        max={chart.max}
        {...rest}
        height={Math.max(leastPlotPx, rest.height - legendHeight)}
      />
      <Legend
        title={chart.title}
        answer={answer}
        lines={lines}
        hidden={hidden}
        onIsolate={(key) => setAlone(known === key ? undefined : key)}
      />
    </>
  );
}

interface LegendProps {
  title: string;
  answer: ApiMetricsAnswer;
  lines: readonly ChartLine[];
  hidden: ReadonlySet<string>;
  onIsolate: (key: string) => void;
}

/** A part of its own, so that the pointer moving over a chart draws only figures anew. */
function Legend({ title, answer, lines, hidden, onIsolate }: LegendProps) {
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

function Buckets({ chart, answer, fromMs, toMs, height }: ChartBodyProps) {
  const table = useMemo(() => bucketsOf(answer.answers, answer.at.length), [answer]);
  const unit = answer.answers[0]?.boundsUnit ?? 'count';
  if (table.most === 0) return <Empty title={t('charts.empty')} />;
  return (
    <>
      {chart.type === 'heat-map' ? (
        <HeatMap
          at={answer.at}
          stepMs={answer.stepMs}
          table={table}
          unit={unit}
          fromMs={fromMs}
          toMs={toMs}
          height={Math.max(leastHeatPx, height - 28)}
        />
      ) : (
        <Histogram table={table} unit={unit} height={height} />
      )}
      <TwinTable
        label={t('charts.twin', { title: chart.title })}
        head={[t('charts.bucket'), t('charts.samples'), t('charts.share')]}
        rows={() => bucketRows(table, unit)}
      />
    </>
  );
}
