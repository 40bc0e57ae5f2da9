import { compileMaintenance } from '../../agree/index.ts';
import { matchesSelector, standsForCheck, type MaintenanceWindow } from '../../model/index.ts';
import type { Span } from '../../report/index.ts';
import type { Labelled } from './past-book.ts';

/** A maintenance window as it was written, over a time that is looked at. */
export interface PlannedWindow {
  covers: (check: Labelled) => boolean;
  spans: readonly Span[];
}

/** Of one maintenance window over all the time that is looked at. */
const maxSpans = 3000;

/** What the ledger holds is what people wrote: a check over a group stands for its checks there. */
export function plannedWindow(window: MaintenanceWindow, { from, to }: Span): PlannedWindow {
  const names = window.checks && new Set(window.checks);
  return {
    covers: ({ name, labels }) =>
      (names === undefined && window.select === undefined) ||
      (names !== undefined && standsForCheck(names, name)) ||
      (window.select !== undefined && matchesSelector(window.select, labels)),
    spans: compileMaintenance(window).spans(from, to, maxSpans),
  };
}
