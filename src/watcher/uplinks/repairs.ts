import type { UplinkInterference } from '../../act/index.ts';
import type { IpFamily, Milliseconds, UplinkReceipt } from '../../model/index.ts';

/** Two that fight over a route must not fill the ledger: one record in so long for each family, the log has them all. */
const recordEveryMs: Milliseconds = 600_000;

/** What is recorded of repairs of routes that somebody else had changed. */
export class Repairs {
  readonly #recorded = new Map<IpFamily, { atMs: Milliseconds; since: number }>();

  /** The receipt for the ledger, which says who was at it; undefined where the last record is still young. */
  receipt({ family, text, repair }: UplinkInterference, nowMs: Milliseconds): UplinkReceipt | undefined {
    if (!repair) return undefined;
    const last = this.#recorded.get(family);
    if (last && nowMs - last.atMs < recordEveryMs) {
      last.since++;
      return undefined;
    }
    this.#recorded.set(family, { atMs: nowMs, since: 0 });
    const more = last && last.since > 0 ? [`${last.since} more repairs since the last record`] : [];
    return { ...repair, problems: [text, ...more, ...repair.problems] };
  }
}
