import type { Job } from './job.ts';

/** How many messages there are by receiver; of other actions there are none. */
export class ReceiverCounts {
  readonly #counts = new Map<string, number>();

  of({ intent }: Job): number {
    return this.#counts.get(intent.notification?.receiver ?? '') ?? 0;
  }

  change({ intent }: Job, by: 1 | -1): void {
    const receiver = intent.notification?.receiver;
    if (receiver === undefined) return;
    const count = (this.#counts.get(receiver) ?? 0) + by;
    if (count > 0) this.#counts.set(receiver, count);
    else this.#counts.delete(receiver);
  }
}
