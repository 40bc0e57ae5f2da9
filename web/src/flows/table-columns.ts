import type { FlowAnswer, FlowRow } from '../../../src/model/index.ts';
import { formatValue } from '../charts/units.ts';
import { formatPercent } from '../text/format.ts';
import { t } from '../text/text.ts';
import type { FlowView } from './view.ts';
import { errorText, keyName, rateUnitOf, valueText } from './words.ts';

/** Columns of the table of all flows: what stands in a cell, what it is sorted by, and what goes into a file. */

export interface Column {
  /** As the address has it. */
  name: string;
  title: string;
  isNumber: boolean;
  value: (row: FlowRow) => string | number | null;
  text: (row: FlowRow) => string;
}

/** Now, compared with the time before: 0.25 is a quarter more; null where there was nothing to compare with. */
function changeOf(row: FlowRow, measure: FlowView['measure']): number | null {
  const before = row.past?.[measure] ?? 0;
  return before === 0 ? null : row[measure] / before - 1;
}

function changeText(row: FlowRow, measure: FlowView['measure']): string {
  if (!row.past) return '';
  const change = changeOf(row, measure);
  if (change === null) return t('flows.new');
  return `${change > 0 ? '+' : ''}${formatPercent(change * 100)}`;
}

const amounts = ['bytes', 'packets', 'flows'] as const;
const rates = ['average', 'median', 'p95', 'max'] as const;

export function columnsOf(view: FlowView, answer: Pick<FlowAnswer, 'groupBy'>): Column[] {
  const rateUnit = rateUnitOf(view.measure);
  return [
    ...answer.groupBy.map((key, index): Column => ({
      name: key,
      title: keyName(key, view.view),
      isNumber: false,
      value: (row) => row.values[index] ?? '',
      text: (row) => valueText(key, row.values[index] ?? '', row.labels[index]),
    })),
    ...amounts.map((amount): Column => ({
      name: amount,
      title: t(`flows.measures.${amount}`),
      isNumber: true,
      value: (row) => row[amount],
      text: (row) => formatValue(row[amount], amount === 'bytes' ? 'bytes' : 'count'),
    })),
    {
      name: 'error',
      title: t('flows.errorColumn'),
      isNumber: true,
      value: (row) => row.error ?? null,
      text: (row) => errorText(row.error),
    },
    ...rates.map((rate): Column => ({
      name: rate,
      title: t(`flows.statistics.${rate}`),
      isNumber: true,
      value: (row) => row.statistics[rate],
      text: (row) => formatValue(row.statistics[rate], rateUnit),
    })),
    ...(view.compareMs > 0
      ? [
          {
            name: 'change',
            title: t('flows.change'),
            isNumber: true,
            value: (row: FlowRow) => changeOf(row, view.measure),
            text: (row: FlowRow) => changeText(row, view.measure),
          },
        ]
      : []),
  ];
}

const names = new Intl.Collator(undefined, { numeric: true });

/** `sort=packets` or `sort=packets.up`; without one rows stay in the order of the answer. Rows without a value come last. */
export function sortRows(rows: readonly FlowRow[], columns: readonly Column[], sort: string): readonly FlowRow[] {
  const [name, direction] = sort.split('.');
  const column = columns.find((one) => one.name === name);
  if (!column) return rows;
  const sign = direction === 'up' ? 1 : -1;
  return rows.toSorted((one, other) => {
    const [first, second] = [column.value(one), column.value(other)];
    if (first === null || second === null) return Number(first === null) - Number(second === null);
    if (typeof first === 'number' && typeof second === 'number') return sign * (first - second);
    return sign * names.compare(String(first), String(second));
  });
}

/** Where a further press on a head leads: figures begin with the largest, names with the first. */
export function nextSort(sort: string, column: Column): string {
  const first = column.isNumber ? column.name : `${column.name}.up`;
  const second = column.isNumber ? `${column.name}.up` : column.name;
  return sort === first ? second : first;
}
