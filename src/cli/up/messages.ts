import type { ApiDemonstration, ApiEvent } from '../../model/index.ts';
import type { DemonstrationOrder } from '../../watcher/index.ts';

/** What a launched watcher and its launcher tell each other. */

export interface ReadyWatcher {
  id: string;
  url: string;
  pid: number;
  page: string;
  tokenFile: string;
}

export type FromWatcher =
  | { type: 'ready'; watcher: ReadyWatcher }
  | { type: 'event'; event: ApiEvent }
  | { type: 'order'; order: number; watcher: string; fault: DemonstrationOrder };

export type ToWatcher =
  | { type: 'faults'; faults: ApiDemonstration['faults'] }
  /** `problem`: why the order was not carried out. */
  | { type: 'answer'; order: number; problem?: { code: 'NOT_FOUND' | 'CONFLICT'; text: string } };

/** The name of a watcher that a launcher started. */
export const launchedVariable = 'QW_LAUNCHED';
