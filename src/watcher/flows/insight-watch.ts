import { flowInsightKinds, messageOf, type FlowSettings, type Milliseconds } from '../../model/index.ts';
import type { Clock, Log } from '../../platform/index.ts';
import type { FlowDesk } from './analysis.ts';

export interface InsightWatchOptions {
  desk: Pick<FlowDesk, 'insights'>;
  /** Of the collector of this watcher, while it has one. */
  settings: () => Pick<FlowSettings, 'insights-every'> | undefined;
  clock: Clock;
  log: Log;
}

/** Looked at each time: it holds one whole hour at least, which is what unusual volumes are told of. */
const rangeMs: Milliseconds = 2 * 3_600_000;
/** Until the first look, so that the collector has begun, and after one that failed. */
const soonMs: Milliseconds = 60_000;

/**
 * Looks now and then for what stands out in traffic and counts it, so that charts and policies can ask. Each look reads
 * records, which is why it has to be wanted.
 */
export class InsightWatch {
  readonly #options: InsightWatchOptions;
  #counts: ReadonlyMap<string, number> | undefined;
  #dueAtMs: Milliseconds | undefined;
  #looking: Promise<void> | undefined;
  #failed = false;

  constructor(options: InsightWatchOptions) {
    this.#options = options;
  }

  /** How many of each kind the last look found, 0 of those that there are none of; undefined when it could not look. */
  counts(): ReadonlyMap<string, number> | undefined {
    return this.#counts;
  }

  /** To be called every second. */
  look(): void {
    const { settings, clock } = this.#options;
    const everyMs = settings()?.['insights-every'];
    if (everyMs === undefined) {
      this.#counts = undefined;
      this.#dueAtMs = undefined;
      return;
    }
    const nowMs = clock.monotonic();
    this.#dueAtMs ??= nowMs + soonMs;
    if (this.#looking || nowMs < this.#dueAtMs) return;
    this.#dueAtMs = nowMs + everyMs;
    this.#looking = this.#count().finally(() => {
      this.#looking = undefined;
    });
  }

  async #count(): Promise<void> {
    const { desk, clock, log } = this.#options;
    const to = clock.now();
    try {
      const found = await desk.insights({ from: to - rangeMs, to });
      const counts = new Map<string, number>(flowInsightKinds.map((kind) => [kind, 0]));
      for (const { kind } of found) counts.set(kind, (counts.get(kind) ?? 0) + 1);
      this.#counts = counts;
      this.#failed = false;
    } catch (thrown) {
      // What was true once is not known to be true now.
      this.#counts = undefined;
      this.#dueAtMs = clock.monotonic() + soonMs;
      if (!this.#failed)
        log.warning('what stands out in traffic could not be found out', { reason: messageOf(thrown) });
      this.#failed = true;
    }
  }
}
