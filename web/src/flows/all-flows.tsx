import { useMemo, useRef } from 'preact/hooks';
import type { FlowAnswer, FlowKey, FlowRow } from '../../../src/model/index.ts';
import { csv, download, fileName } from '../charts/export.ts';
import { FileMenu } from '../charts/file-menu.tsx';
import { Name } from '../parts/bidi.tsx';
import { Section } from '../parts/page.tsx';
import { useVisible } from '../parts/use-visible.ts';
import { offsetsOf, windowOf } from '../parts/window.ts';
import { navigate, path, query, setQuery, withQuery } from '../router.ts';
import { t } from '../text/text.ts';
import { both, conditionFor, withCondition } from './conditions.ts';
import { connectivityHref } from './connectivity.ts';
import { columnsOf, nextSort, sortRows, type Column } from './table-columns.ts';
import { drillTo, mostRows, type FlowView } from './view.ts';

/** Height of a row in CSS pixels, the same as in the style sheet. */
const rowPx = 38;
const overscan = 8;
const numberPx = 84;
const morePx = 84;
/** Fewer than these are all drawn, so that they can be searched for and printed. */
const drawnWhole = 200;

/** All rows, of which only those near the screen are drawn; a press on a row goes down into it. */
export function AllFlows({ view, answer }: { view: FlowView; answer: FlowAnswer }) {
  const body = useRef<HTMLDivElement>(null);
  const visible = useVisible(body);
  const sort = query.value.get('sort') ?? '';
  const columns = useMemo(() => columnsOf(view, answer), [view, answer]);
  const rows = useMemo(() => sortRows(answer.rows, columns, sort), [answer, columns, sort]);
  const offsets = useMemo(
    () =>
      offsetsOf(
        rows.map(() => rowPx),
        rows.length,
      ),
    [rows],
  );
  const { from, to } =
    rows.length <= drawnWhole ? { from: 0, to: rows.length } : windowOf({ offsets, ...visible, overscan });
  const title = t('flows.all');
  const asCsv = () => {
    const lines = [columns.map(({ name }) => name), ...rows.map((row) => columns.map(({ value }) => value(row)))];
    download(fileName(title, 'csv'), new Blob([csv(lines)], { type: 'text/csv' }));
  };
  if (rows.length === 0) return null;
  const further = connectivityHref(rows[0] ?? { values: [] }, answer.groupBy) === undefined ? morePx : 2 * morePx;
  const grid = {
    gridTemplateColumns: [
      ...columns.map(({ isNumber }) => (isNumber ? `${numberPx}px` : 'minmax(var(--flow-value), 1fr)')),
      `${further}px`,
    ].join(' '),
  };
  return (
    <Section
      id="all-flows"
      title={title}
      aside={
        <span class="chart-tools">
          <span class="quiet">
            {t('flows.rows', { count: rows.length })}
            {answer.omitted > 0 && <> {t('flows.omitted', { count: answer.omitted })}</>}
          </span>
          {answer.omitted > 0 && view.limit < mostRows && (
            <button type="button" class="button" onClick={() => setQuery({ rows: 'all' })}>
              {t('flows.allRows', { count: Math.min(mostRows, answer.omitted + rows.length) })}
            </button>
          )}
          <FileMenu title={title} onCsv={asCsv} />
        </span>
      }
    >
      <div class="table-scroll" tabIndex={0} role="region" aria-label={title}>
        <div class="flow-rows" role="table" aria-label={title} aria-rowcount={rows.length + 1}>
          <div role="rowgroup">
            <div role="row" class="flow-row flow-head" aria-rowindex={1} style={grid}>
              {columns.map((column) => (
                <Head key={column.name} column={column} sort={sort} />
              ))}
              <span role="columnheader" class="flow-more">
                <span class="hidden-text">{t('flows.further')}</span>
              </span>
            </div>
          </div>
          <div role="rowgroup" ref={body} class="flow-body" style={{ height: `${offsets.at(-1) ?? 0}px` }}>
            {rows.slice(from, to).map((row, index) => (
              <Row
                key={row.values.join('\n')}
                row={row}
                index={from + index}
                top={offsets[from + index] ?? 0}
                columns={columns}
                view={view}
                groupBy={answer.groupBy}
                grid={grid}
              />
            ))}
          </div>
        </div>
      </div>
    </Section>
  );
}

function Head({ column, sort }: { column: Column; sort: string }) {
  const [name, direction] = sort.split('.');
  const sorted = name === column.name;
  return (
    <span
      role="columnheader"
      class={column.isNumber ? 'number' : undefined}
      aria-sort={sorted ? (direction === 'up' ? 'ascending' : 'descending') : 'none'}
    >
      <button type="button" class="sort-button" onClick={() => setQuery({ sort: nextSort(sort, column) }, 'replace')}>
        {column.title}
        <span aria-hidden="true">{sorted ? (direction === 'up' ? ' ↑' : ' ↓') : ''}</span>
      </button>
    </span>
  );
}

interface RowProps {
  row: FlowRow;
  index: number;
  top: number;
  columns: readonly Column[];
  view: FlowView;
  groupBy: readonly FlowKey[];
  grid: { gridTemplateColumns: string };
}

function Row({ row, index, top, columns, view, groupBy, grid }: RowProps) {
  const address = query.value;
  const down = withQuery(address, drillTo(view, { filter: both(view.filter, row.filter) }), path.value);
  const test = connectivityHref(row, groupBy);
  return (
    <div
      role="row"
      class="flow-row"
      aria-rowindex={index + 2}
      style={{ ...grid, transform: `translateY(${top}px)`, height: `${rowPx}px` }}
      onClick={(event) => {
        // The whole row is a target for the mouse; keyboards have the link at its end. Selecting text is no press.
        const onLink = event.target instanceof Element && event.target.closest('a') !== null;
        if (!onLink && getSelection()?.isCollapsed !== false) navigate(down);
      }}
    >
      {columns.map((column, place) => (
        <span key={column.name} role="cell" class={column.isNumber ? 'number' : 'flow-value'}>
          {column.isNumber ? (
            column.text(row)
          ) : (
            <Value row={row} column={column} view={view} label={row.labels[place]} />
          )}
        </span>
      ))}
      <span role="cell" class="flow-more">
        <a href={down} data-row>
          {t('flows.drill')}
        </a>
        {test !== undefined && <a href={test}>{t('flows.test')}</a>}
      </span>
    </div>
  );
}

/** A value that leads to all traffic with it. */
function Value({
  row,
  column,
  view,
  label,
}: {
  row: FlowRow;
  column: Column;
  view: FlowView;
  label: string | undefined;
}) {
  const value = String(column.value(row));
  const condition = conditionFor(column.name, value, view.view);
  if (!condition) return <Name text={column.text(row)} />;
  const to = drillTo(view, { conditions: withCondition(view.conditions, condition) });
  return (
    <>
      <a href={withQuery(query.value, to, path.value)} aria-label={t('flows.only', { value })}>
        <Name text={value} />
      </a>
      {label !== undefined && label !== '' && label !== value && <Name text={label} class="quiet" />}
    </>
  );
}
