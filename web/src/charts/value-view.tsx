import type { Chart } from '../../../src/model/index.ts';
import { Name } from '../parts/bidi.tsx';
import { t } from '../text/text.ts';
import type { ChartLine } from './lines.ts';
import { stateName } from './state-names.ts';
import { formatValue } from './units.ts';

const sparkWidth = 240;
const sparkHeight = 48;

/** The gravest threshold that a value has reached. */
export function severityOf(value: number | null, thresholds: Chart['thresholds']): 'warning' | 'critical' | undefined {
  if (value === null) return undefined;
  const reached = thresholds.filter((threshold) => value >= threshold.value).map(({ severity }) => severity);
  return reached.includes('critical') ? 'critical' : reached[0];
}

/** Strokes of a sparkline; each gap begins a new one. */
export function sparkPath(values: readonly (number | null)[], min: number, max: number): string {
  const step = sparkWidth / Math.max(1, values.length - 1);
  let path = '';
  let drawing = false;
  for (const [index, value] of values.entries()) {
    if (value === null) {
      drawing = false;
      continue;
    }
    const y = max > min ? (1 - (value - min) / (max - min)) * (sparkHeight - 4) + 2 : sparkHeight / 2;
    path += `${drawing ? 'L' : 'M'}${(index * step).toFixed(1)} ${y.toFixed(1)}`;
    drawing = true;
  }
  return path;
}

/** The newest value, large, with how it came to be. */
export function ValueView({
  line,
  metric,
  thresholds,
}: {
  line: ChartLine;
  metric: string;
  thresholds: Chart['thresholds'];
}) {
  const severity = severityOf(line.last, thresholds);
  const state = line.unit === 'state' ? stateName(metric, line.last) : undefined;
  const text = line.last === null ? '–' : state ? t(`charts.states.${state.name}`) : formatValue(line.last, line.unit);
  return (
    <div class={`value ${severity === undefined ? '' : `value-${severity}`}`}>
      <span class="value-figure">{text}</span>
      {severity !== undefined && <span class="value-severity">{t(`charts.severity.${severity}`)}</span>}
      <span class="value-name quiet">
        <Name text={line.name} />
      </span>
      <svg class="spark" viewBox={`0 0 ${sparkWidth} ${sparkHeight}`} preserveAspectRatio="none" aria-hidden="true">
        <path d={sparkPath(line.values, line.min ?? 0, line.max ?? 1)} />
      </svg>
    </div>
  );
}
