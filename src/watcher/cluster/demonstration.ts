import type { ApiDemonstration } from '../../model/index.ts';

/** What can be done to a watcher of the local demonstration; `heal` ends it. */
export type Fault = ApiDemonstration['faults'][number]['fault'];
export type DemonstrationOrder = Fault | 'heal';

/** Where all members run on one machine to show how they agree, each passes on what it is told to do to them. */
export interface Demonstration {
  faults(): ApiDemonstration['faults'];
  /** Resolves when it is done. NOT_FOUND for a watcher that there isn't, CONFLICT when it doesn't run. */
  order(watcher: string, order: DemonstrationOrder): Promise<void>;
}
