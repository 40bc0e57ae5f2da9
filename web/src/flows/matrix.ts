import type { FlowAnswer, FlowRow } from '../../../src/model/index.ts';
import type { FlowView } from './view.ts';

/** Two keys against each other: the largest values of both, with what went between them. */

export interface MatrixCell {
  amount: number;
  /** 0 for the least to 5 for the most shown. */
  shade: number;
  /** Of the row of the answer, where the cell is one. */
  filter: string | undefined;
}

export interface TrafficMatrix {
  columns: readonly string[];
  rows: readonly { value: string; cells: readonly (MatrixCell | undefined)[] }[];
  /** How many values of the first and of the second key are not shown. */
  hidden: { rows: number; columns: number };
}

const shades = 6;

function largest(rows: readonly FlowRow[], place: number, measure: FlowView['measure']): string[] {
  const sums = new Map<string, number>();
  for (const row of rows) {
    const value = row.values[place] ?? '';
    sums.set(value, (sums.get(value) ?? 0) + row[measure]);
  }
  return [...sums].sort((one, other) => other[1] - one[1]).map(([value]) => value);
}

/** By the logarithm: between the busiest pair and the next there are often factors of a thousand. */
export function shadeOf(amount: number, least: number, most: number): number {
  if (amount <= 0 || most <= 0) return 0;
  if (most <= least) return shades - 1;
  return Math.min(shades - 1, Math.floor((shades * Math.log(amount / least)) / Math.log(most / least)));
}

/** Cells of several rows, where there are further keys, are added up and have no filter of their own. */
export function matrixOf(answer: FlowAnswer, measure: FlowView['measure'], mostValues: number): TrafficMatrix {
  const all = [0, 1].map((place) => largest(answer.rows, place, measure));
  const [from = [], to = []] = all.map((values) => values.slice(0, mostValues));
  const sums = new Map<string, { amount: number; filter: string | undefined }>();
  for (const row of answer.rows) {
    const key = `${row.values[0] ?? ''}\n${row.values[1] ?? ''}`;
    const known = sums.get(key);
    sums.set(key, {
      amount: (known?.amount ?? 0) + row[measure],
      filter: known || answer.groupBy.length > 2 ? undefined : row.filter,
    });
  }
  const shown = from.flatMap((one) => to.flatMap((other) => sums.get(`${one}\n${other}`)?.amount ?? []));
  const positive = shown.filter((amount) => amount > 0);
  const [least, most] = [Math.min(...positive), Math.max(...positive)];
  return {
    columns: to,
    rows: from.map((value) => ({
      value,
      cells: to.map((other) => {
        const cell = sums.get(`${value}\n${other}`);
        return cell && { ...cell, shade: shadeOf(cell.amount, least, most) };
      }),
    })),
    hidden: { rows: (all[0]?.length ?? 0) - from.length, columns: (all[1]?.length ?? 0) - to.length },
  };
}
