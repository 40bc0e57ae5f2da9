import { useMemo } from 'preact/hooks';
import type { FlowAnswer } from '../../../src/model/index.ts';
import { colour } from '../charts/colours.ts';
import { csv, download, fileName } from '../charts/export.ts';
import { FileMenu } from '../charts/file-menu.tsx';
import { chartPicture } from '../charts/picture.ts';
import { formatValue, type Unit } from '../charts/units.ts';
import { Section } from '../parts/page.tsx';
import { Empty } from '../parts/problem-view.tsx';
import { path, query, withQuery } from '../router.ts';
import { formatMoment } from '../text/format.ts';
import { t } from '../text/text.ts';
import { both } from './conditions.ts';
import { matrixOf, type MatrixCell, type TrafficMatrix } from './matrix.ts';
import { drillTo, type FlowView } from './view.ts';
import { keyName, unitOf, valueText } from './words.ts';
import { walkLinks } from '../parts/walk-links.ts';

const mostValues = 20;

const cellPx = { width: 84, height: 24, head: 150 };

function drawn(matrix: TrafficMatrix, unit: Unit, keys: readonly [string, string]): HTMLCanvasElement {
  const [ofRows, ofColumns] = keys;
  const canvas = document.createElement('canvas');
  const width = cellPx.head + matrix.columns.length * cellPx.width;
  const height = (matrix.rows.length + 1) * cellPx.height;
  canvas.width = Math.round(width * devicePixelRatio);
  canvas.height = Math.round(height * devicePixelRatio);
  const context = canvas.getContext('2d');
  if (!context) return canvas;
  context.scale(devicePixelRatio, devicePixelRatio);
  context.font = `11px ${getComputedStyle(document.body).fontFamily}`;
  context.textBaseline = 'middle';
  const write = (text: string, x: number, y: number, space: number) => {
    context.globalAlpha = 1;
    context.fillStyle = colour('--text');
    context.fillText(text, x, y, space - 6);
  };
  for (const [column, value] of matrix.columns.entries())
    write(valueText(ofColumns, value), cellPx.head + column * cellPx.width, cellPx.height / 2, cellPx.width);
  for (const [index, { value, cells }] of matrix.rows.entries()) {
    const y = (index + 1) * cellPx.height;
    write(valueText(ofRows, value), 0, y + cellPx.height / 2, cellPx.head);
    for (const [column, cell] of cells.entries()) {
      if (!cell) continue;
      const x = cellPx.head + column * cellPx.width;
      context.globalAlpha = 0.09 * cell.shade;
      context.fillStyle = colour('--accent');
      context.fillRect(x, y + 1, cellPx.width - 2, cellPx.height - 2);
      write(formatValue(cell.amount, unit), x + 4, y + cellPx.height / 2, cellPx.width);
    }
  }
  return canvas;
}

/** From the values of the first key to those of the second; the arrow keys go from cell to cell. */
export function MatrixPanel({ view, answer }: { view: FlowView; answer: FlowAnswer }) {
  const matrix = useMemo(() => matrixOf(answer, view.measure, mostValues), [answer, view.measure]);
  const [first, second] = answer.groupBy;
  const title = t('flows.shows.matrix');
  const unit = unitOf(view.measure);
  const asCsv = () => {
    const lines = [
      ['', ...matrix.columns],
      ...matrix.rows.map(({ value, cells }) => [value, ...cells.map((cell) => cell?.amount ?? null)]),
    ];
    download(fileName(title, 'csv'), new Blob([csv(lines)], { type: 'text/csv' }));
  };
  const asPng = async () => {
    const note = `${formatMoment(answer.from) ?? ''} – ${formatMoment(answer.to) ?? ''}`;
    const blob = await chartPicture({
      title,
      note,
      canvas: drawn(matrix, unit, [first ?? '', second ?? '']),
      rows: [],
    });
    if (blob) download(fileName(title, 'png'), blob);
  };
  if (first === undefined || second === undefined)
    return (
      <Section id="matrix-title" title={title}>
        <Empty title={t('flows.matrix.twoKeys')} />
      </Section>
    );
  const caption = t('flows.matrix.caption', {
    first: keyName(first, view.view),
    second: keyName(second, view.view),
    measure: t(`flows.measures.${view.measure}`),
  });
  return (
    <Section
      id="matrix-title"
      title={title}
      aside={<FileMenu title={title} onCsv={asCsv} onPng={() => void asPng()} />}
    >
      {matrix.rows.length === 0 && <Empty title={t('flows.none')} text={t('flows.noneHint')} />}
      {matrix.rows.length > 0 && (
        <div class="table-scroll" role="region" aria-label={caption} tabIndex={0}>
          <table class="heat-map" onKeyDown={walkLinks}>
            <caption class="hidden-text">{caption}</caption>
            <thead>
              <tr>
                <td class="heat-corner">
                  {keyName(first, view.view)} ↓ {keyName(second, view.view)} →
                </td>
                {matrix.columns.map((value) => (
                  <th key={value} scope="col">
                    <bdi>{valueText(second, value)}</bdi>
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {matrix.rows.map(({ value, cells }) => (
                <tr key={value}>
                  <th scope="row">
                    <bdi>{valueText(first, value)}</bdi>
                  </th>
                  {cells.map((cell, index) => (
                    <Cell
                      key={matrix.columns[index]}
                      view={view}
                      cell={cell}
                      from={valueText(first, value)}
                      to={valueText(second, matrix.columns[index] ?? '')}
                      unit={unit}
                    />
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {(matrix.hidden.rows > 0 || matrix.hidden.columns > 0) && (
        <p class="quiet">{t('flows.matrix.hidden', matrix.hidden)}</p>
      )}
      {answer.omitted > 0 && <p class="quiet">{t('flows.omitted', { count: answer.omitted })}</p>}
    </Section>
  );
}

function Cell({
  view,
  cell,
  from,
  to,
  unit,
}: {
  view: FlowView;
  cell: MatrixCell | undefined;
  from: string;
  to: string;
  unit: Unit;
}) {
  if (!cell) return <td class="heat-none" />;
  const text = formatValue(cell.amount, unit);
  const label = t('flows.matrix.cell', { from, to, amount: text });
  const { filter } = cell;
  const down =
    filter === undefined
      ? undefined
      : withQuery(
          query.value,
          { ...drillTo(view, { filter: both(view.filter, filter) }), show: undefined },
          path.value,
        );
  return (
    <td class={`heat-${cell.shade}`} title={label}>
      {down === undefined ? (
        <span role="img" aria-label={label}>
          {text}
        </span>
      ) : (
        <a href={down} aria-label={label}>
          {text}
        </a>
      )}
    </td>
  );
}
