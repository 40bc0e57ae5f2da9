import type { EpochMs, LedgerRecord } from '../../model/index.ts';

/** Dashboards as the ledger has them. Values are replaced, never changed in place. */

export interface DashboardState {
  name: string;
  /** As it was written. */
  document: unknown;
  by: string;
  /** Ledger position and agreed time of the last change. */
  position: number;
  time: EpochMs;
}

/** By name, sorted, so that equal states give equal snapshots. */
export type Dashboards = ReadonlyMap<string, DashboardState>;

export const noDashboards: Dashboards = new Map();

export function dashboardsOf(list: readonly DashboardState[]): Dashboards {
  return new Map(list.toSorted((a, b) => (a.name < b.name ? -1 : 1)).map((one) => [one.name, one]));
}

export function withDashboard(before: Dashboards, record: LedgerRecord & { kind: 'dashboard' }): Dashboards {
  const { name, by, document } = record.body;
  const others = [...before.values()].filter((one) => one.name !== name);
  if (document === undefined) return dashboardsOf(others);
  return dashboardsOf([...others, { name, document, by, position: record.position, time: record.time }]);
}
