import { incidentsOf, type ActionIntent, type ActionReceipt } from '../model/index.ts';
import type { Timer } from '../platform/index.ts';
import type { Delivery } from './notify/delivery.ts';

/** What shares one limit of how many run at once. */
export type Pool = 'run' | 'send' | 'routeros' | 'log';

/** An intent on its way to its receipt. */
export interface Job {
  readonly intent: ActionIntent;
  readonly pool: Pool;
  /** Jobs that share a lane keep their order. */
  readonly lanes: readonly string[];
  /** Place in the lane; equal ones may run together. */
  readonly order: number;
  /** Starts that are in the ledger from before this process. */
  readonly startedAttempts: number;
  /** `delayed` until its time, `ready` until there is room, `busy` while something happens, `resting` between tries. */
  state: 'delayed' | 'ready' | 'busy' | 'resting';
  /** Number of the start in the ledger that this process made. */
  attempt: number;
  /** Its start of this process is durable. */
  begun: boolean;
  /** Another watcher has it now. */
  withdrawn: boolean;
  afterwards?: () => void;
  /** Settled before anything was done. */
  receipt?: ActionReceipt;
  delivery?: Delivery;
  timer?: Timer;
}

export function createJob(intent: ActionIntent, startedAttempts: number): Job {
  const { action, notification, cause } = intent;
  const base = {
    intent,
    startedAttempts,
    state: 'ready' as const,
    attempt: startedAttempts,
    begun: false,
    withdrawn: false,
  };
  if (notification) {
    const resolved = notification.message === 'resolved' ? 1 : 0;
    const lanes = incidentsOf(notification).map((id) => `send ${JSON.stringify([notification.receiver, id])}`);
    return { ...base, pool: 'send', lanes, order: resolved };
  }
  const order = cause.transition;
  if (action?.kind === 'run') return { ...base, pool: 'run', lanes: [`run ${cause.check}`], order };
  if (action?.kind === 'routeros') return { ...base, pool: 'routeros', lanes: [`routeros ${action.router}`], order };
  return { ...base, pool: 'log', lanes: [`log ${cause.check}`], order };
}

/**
 * Whether `earlier` must be over before `job` may start. Resolved waits for its firing, however long that is put off; a
 * program or a router's change waits for those of earlier transitions, but not for one whose delay still runs.
 */
export function holdsBack(earlier: Job, job: Job): boolean {
  if (earlier === job || !earlier.lanes.some((lane) => job.lanes.includes(lane))) return false;
  // A router's changes are made one at a time, in any case.
  if (earlier.pool === 'routeros' && earlier.state === 'busy') return true;
  if (earlier.order >= job.order) return false;
  return earlier.pool === 'send' || earlier.state !== 'delayed';
}

/** Nobody has got the message, and nobody can have got it from an earlier process or another watcher. */
export function isUntold(job: Job): boolean {
  return job.startedAttempts === 0 && (job.delivery?.undelivered ?? true);
}
