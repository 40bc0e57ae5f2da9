import { useState } from 'preact/hooks';
import { Name } from '../parts/bidi.tsx';
import { t } from '../text/text.ts';
import { colourNames } from './colours.ts';
import type { ChartLine } from './lines.ts';
import { formatValue } from './units.ts';

const figures = ['last', 'avg', 'max'] as const;
type Column = 'name' | (typeof figures)[number];

export interface LineTableProps {
  label: string;
  lines: readonly ChartLine[];
  /** Value of each line at the moment that is pointed at; takes the place of `last`. */
  pointed?: readonly (number | null)[] | undefined;
  /** With it the names are buttons that leave only their line on the chart. */
  isolate?: { hidden: ReadonlySet<string>; onIsolate: (key: string) => void };
}

const names = new Intl.Collator(undefined, { numeric: true });

function ordered(lines: readonly ChartLine[], by: { column: Column; descending: boolean }): number[] {
  const order = lines.map((_, index) => index);
  const { column } = by;
  const sign = by.descending ? -1 : 1;
  return order.sort((a, b) => {
    const [first, second] = [lines[a], lines[b]];
    if (!first || !second) return 0;
    if (column === 'name') return sign * names.compare(first.name, second.name);
    return sign * ((first[column] ?? -Infinity) - (second[column] ?? -Infinity)) || a - b;
  });
}

/** Lines with their figures: the legend of a chart, or a chart of its own. */
export function LineTable({ label, lines, pointed, isolate }: LineTableProps) {
  const [by, setBy] = useState<{ column: Column; descending: boolean } | undefined>(undefined);
  const colours = colourNames(lines);
  const order = by ? ordered(lines, by) : lines.map((_, index) => index);
  const head = (column: Column, text: string) => {
    const sorted = by?.column === column;
    return (
      <th
        key={column}
        scope="col"
        class={column === 'name' ? undefined : 'number'}
        aria-sort={sorted ? (by.descending ? 'descending' : 'ascending') : 'none'}
      >
        <button
          type="button"
          class="sort-button"
          onClick={() => setBy({ column, descending: sorted ? !by.descending : column !== 'name' })}
        >
          {text}
          <span aria-hidden="true">{sorted ? (by.descending ? ' ↓' : ' ↑') : ''}</span>
        </button>
      </th>
    );
  };
  const alone = isolate !== undefined && lines.length > 1 && isolate.hidden.size === lines.length - 1;
  return (
    <div class="table-scroll legend-scroll" tabIndex={0} role="region" aria-label={label}>
      <table class="table legend">
        <thead>
          <tr>
            {head('name', t('charts.name'))}
            {head('last', pointed ? t('charts.pointed') : t('charts.last'))}
            {head('avg', t('charts.avg'))}
            {head('max', t('charts.max'))}
          </tr>
        </thead>
        <tbody>
          {order.map((index) => {
            const line = lines[index];
            if (!line) return null;
            const hidden = isolate?.hidden.has(line.key) === true;
            const text = (value: number | null) => (value === null ? '–' : formatValue(value, line.unit));
            const swatch = (
              <span
                class={`swatch ${line.past ? 'swatch-past' : ''}`}
                style={{ color: `var(${colours[index] ?? '--accent'})` }}
                aria-hidden="true"
              />
            );
            return (
              <tr key={line.key} class={hidden ? 'legend-hidden' : undefined}>
                <th scope="row">
                  {isolate ? (
                    <button
                      type="button"
                      class="legend-button"
                      aria-pressed={alone && !hidden}
                      title={t('charts.isolate')}
                      onClick={() => isolate.onIsolate(line.key)}
                    >
                      {swatch}
                      <Name text={line.name} />
                    </button>
                  ) : (
                    <Name text={line.name} />
                  )}
                </th>
                {figures.map((figure) => (
                  <td key={figure} class="number">
                    {text(figure === 'last' && pointed ? (pointed[index] ?? null) : line[figure])}
                  </td>
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
