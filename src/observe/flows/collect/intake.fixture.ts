import type { FlowSettings } from '../../../model/index.ts';
import type { Labels, SeriesTable } from '../../../store/index.ts';
import type { FlowRows } from '../decode/flow-rows.ts';
import { NameBook } from '../names.ts';
import type { DoorLimits } from './door.ts';
import { FlowIntake } from './intake.ts';
import { RowPool } from './row-pool.ts';

/** Numbers that outlive the intake, as those of a store do. */
export function seriesInMemory(): SeriesTable {
  const labels = new Map<number, Labels>();
  const numbers = new Map<string, number>();
  return {
    get size() {
      return labels.size;
    },
    idOf: (given) => {
      const key = JSON.stringify(given);
      const number = numbers.get(key) ?? labels.size + 1;
      numbers.set(key, number);
      labels.set(number, given);
      return number;
    },
    labelsOf: (number) => labels.get(number),
    entries: () => labels.entries(),
  };
}

export type Row = Record<string, number | bigint>;

export interface TestIntake {
  intake: FlowIntake;
  names: NameBook;
  /** What came out, in order. */
  rows: Row[];
  clock: { at: number };
}

export interface IntakeGiven {
  settings?: Partial<Pick<FlowSettings, 'accept' | 'exporters'>>;
  series?: SeriesTable;
  limits?: Partial<DoorLimits>;
  /** For those who count only. */
  keepRows?: boolean;
  rowsAtOnce?: number;
}

export const startAt = 1_700_000_001_000;

export function openIntake(given: IntakeGiven = {}): TestIntake {
  const rows: Row[] = [];
  const clock = { at: startAt };
  const pool = new RowPool(given.rowsAtOnce ?? 64);
  const names = new NameBook({ series: given.series ?? seriesInMemory() });
  const take = (some: FlowRows) => {
    if (given.keepRows ?? true) rows.push(...rowsOf(some));
    // As the store does it: later, and the arrays are used again.
    queueMicrotask(() => pool.give(some));
  };
  const intake = new FlowIntake({
    settings: { accept: 'any', exporters: [], ...given.settings },
    names,
    sink: { take },
    pool,
    clock: { now: () => clock.at },
    ...(given.limits && { limits: given.limits }),
  });
  return { intake, names, rows, clock };
}

function rowsOf({ narrow, wide, rows }: FlowRows): Row[] {
  return Array.from({ length: rows }, (_, row) => {
    const columns = [...Object.entries(narrow), ...Object.entries(wide)];
    return Object.fromEntries(columns.map(([name, column]) => [name, column[row] ?? 0]));
  });
}
