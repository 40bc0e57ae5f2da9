import type { CheckFigures, Milliseconds, Outcome } from '../../model/index.ts';
import { latencyBucket, type JudgedSample } from '../../store/index.ts';

const outcomes: readonly Outcome[] = ['pass', 'degraded', 'fail', 'unknown'];
const windowMs: Milliseconds = 60_000;
/** Of one check within the window: as many as its shortest interval gives. */
const maxSamples = 6000;
const maxLatencyUs = 0xffff_ffff;

interface Minute {
  /** Monotonic times, ascending. */
  at: number[];
  /** Latency in microseconds times four, plus the outcome's place; latency 0 stands for none. */
  packed: number[];
}

/** What the checks of this watcher gave within the last minute. */
export class CheckMinutes {
  readonly #checks = new Map<string, Minute>();
  #turn = 0;

  add({ check, outcome, latencyMs }: Pick<JudgedSample, 'check' | 'outcome' | 'latencyMs'>, nowMs: Milliseconds): void {
    let minute = this.#checks.get(check);
    if (!minute) this.#checks.set(check, (minute = { at: [], packed: [] }));
    const latencyUs = latencyMs === undefined ? 0 : Math.min(maxLatencyUs, Math.max(1, Math.round(latencyMs * 1000)));
    minute.at.push(nowMs);
    minute.packed.push(latencyUs * outcomes.length + outcomes.indexOf(outcome));
    if (minute.at.length > 2 * maxSamples) cut(minute, minute.at.length - maxSamples);
  }

  /** Checks that had samples. */
  get size(): number {
    return this.#checks.size;
  }

  keepOnly(checks: ReadonlySet<string>): void {
    for (const check of this.#checks.keys()) if (!checks.has(check)) this.#checks.delete(check);
  }

  /** Figures of at most `count` checks, beginning behind those that were told last; `told` says how many of them. */
  next(count: number, nowMs: Milliseconds): CheckFigures[] {
    const names = [...this.#checks.keys()];
    const start = this.#turn % Math.max(1, names.length);
    const chosen = [...names.slice(start), ...names.slice(0, start)].slice(0, count);
    return chosen.flatMap((name) => this.figures(name, nowMs) ?? []);
  }

  told(count: number): void {
    this.#turn = (this.#turn + count) % Math.max(1, this.#checks.size);
  }

  figures(check: string, nowMs: Milliseconds): CheckFigures | undefined {
    const minute = this.#checks.get(check);
    if (!minute) return undefined;
    const first = minute.at.findIndex((at) => at >= nowMs - windowMs);
    cut(minute, first < 0 ? minute.at.length : first);
    const counts = [0, 0, 0, 0];
    const latency = { count: 0, sumUs: 0, minUs: 0, maxUs: 0 };
    const buckets = new Map<number, number>();
    for (const one of minute.packed) {
      const outcome = one % outcomes.length;
      counts[outcome] = (counts[outcome] ?? 0) + 1;
      const latencyUs = (one - outcome) / outcomes.length;
      if (latencyUs === 0) continue;
      latency.minUs = latency.count === 0 ? latencyUs : Math.min(latency.minUs, latencyUs);
      latency.maxUs = Math.max(latency.maxUs, latencyUs);
      latency.sumUs += latencyUs;
      latency.count += 1;
      const bucket = latencyBucket(latencyUs);
      buckets.set(bucket, (buckets.get(bucket) ?? 0) + 1);
    }
    const [passed = 0, degraded = 0, failed = 0, unknown = 0] = counts;
    const sorted = [...buckets].sort(([one], [other]) => one - other);
    return { check, windowMs, passed, degraded, failed, unknown, latency, buckets: sorted };
  }
}

function cut({ at, packed }: Minute, count: number): void {
  at.splice(0, count);
  packed.splice(0, count);
}
