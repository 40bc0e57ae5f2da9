import { formatLatency, formatPercent } from '../text/format.ts';
import { t } from '../text/text.ts';
import { shadeOf, type Cell, type Matrix, type Measure } from './matrix.ts';
import { walkLinks } from '../parts/walk-links.ts';

const formatMeasure = (value: number, measure: Measure): string =>
  measure === 'loss' ? formatPercent(value * 100) : formatLatency(value);

/** From rows to columns, with the figure in each cell; the arrow keys go from cell to cell. */
export function HeatMap({
  matrix,
  measure,
  caption,
  href,
}: {
  matrix: Matrix;
  measure: Measure;
  caption: string;
  /** Where a cell leads to; nowhere for sites. */
  href?: (cell: Cell) => string;
}) {
  const values = matrix.rows.flatMap(({ cells }) => cells.flatMap((cell) => cell?.value ?? []));
  return (
    <div class="table-scroll" role="region" aria-label={caption} tabIndex={0}>
      <table class="heat-map" onKeyDown={walkLinks}>
        <caption class="hidden-text">{caption}</caption>
        <thead>
          <tr>
            <td class="heat-corner">{t('performance.fromTo')}</td>
            {matrix.columns.map((name) => (
              <th key={name} scope="col">
                <bdi>{name}</bdi>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {matrix.rows.map(({ name, cells }) => (
            <tr key={name}>
              <th scope="row">
                <bdi>{name}</bdi>
              </th>
              {cells.map((cell, index) => (
                <HeatCell key={matrix.columns[index]} cell={cell} measure={measure} values={values} href={href} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function HeatCell({
  cell,
  measure,
  values,
  href,
}: {
  cell: Cell | undefined;
  measure: Measure;
  values: readonly number[];
  href: ((cell: Cell) => string) | undefined;
}) {
  if (!cell) return <td class="heat-none" />;
  const { from, to, value, saidBy, reason, state } = cell;
  const text = value === undefined ? t('performance.noData') : formatMeasure(value, measure);
  const words =
    value === undefined
      ? t('performance.cellWithout', { from, to, reason: reason ?? t(`performance.states.${state}`) })
      : t('performance.cell', { from, to, value: text, measure: t(`performance.measures.${measure}`) });
  const label = saidBy === undefined ? words : `${words} ${t('performance.saidBy', { watcher: saidBy })}`;
  const shade = value === undefined ? 'heat-unknown' : `heat-${shadeOf(value, measure, values)}`;
  const shown = `${text}${saidBy === undefined ? '' : ' *'}`;
  return (
    <td class={shade} title={label}>
      {href ? (
        <a href={href(cell)} aria-label={label}>
          {shown}
        </a>
      ) : (
        <span role="img" aria-label={label}>
          {shown}
        </span>
      )}
    </td>
  );
}
