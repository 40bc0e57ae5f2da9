import type { ApiPathDetail, EpochMs, Milliseconds, PathFigures } from '../../model/index.ts';

/** Numbers of one point, after its time: round trip (median, 95th percentile), loss there and back, jitter there and back. */
const fields = 6;
const pointNumbers = 1 + fields;
/** Over all paths together: 14 MB at most. */
const maxPoints = 250_000;
/** One hour and one day, a point every ten seconds. */
const leastPoints = 360;
const mostPoints = 8640;
const leastStepMs: Milliseconds = 10_000;

interface Points {
  numbers: Float64Array;
  /** Place of the next point; the oldest one's, once the ring is full. */
  next: number;
  size: number;
}

type History = ApiPathDetail['history'];

/** What was told of each path before, as far as memory goes. */
export class PathHistory {
  readonly #paths = new Map<string, Points>();

  add(from: string, at: EpochMs, path: PathFigures, paths: number): void {
    const key = keyOf(from, path.to);
    const capacity = Math.round(Math.min(mostPoints, Math.max(leastPoints, maxPoints / Math.max(1, paths))));
    let points = this.#paths.get(key);
    if (!points) this.#paths.set(key, (points = { numbers: new Float64Array(64 * pointNumbers), next: 0, size: 0 }));
    const room = points.numbers.length / pointNumbers;
    if (points.size === room && room < capacity) grow(points, Math.min(capacity, room * 2));
    points.numbers.set(numbersOf(at, path), points.next * pointNumbers);
    const now = points.numbers.length / pointNumbers;
    points.next = (points.next + 1) % now;
    points.size = Math.min(now, points.size + 1);
  }

  /** Forgets paths of which an end is gone. */
  keepOnly(watchers: ReadonlySet<string>): void {
    for (const key of this.#paths.keys()) {
      const [from = '', to = ''] = key.split('\n');
      if (!watchers.has(from) || !watchers.has(to)) this.#paths.delete(key);
    }
  }

  /** Steps over [from, to), at most about `steps` of them. */
  between(from: string, to: string, range: { from: EpochMs; to: EpochMs; steps: number }): History {
    const wanted = Math.max(leastStepMs, (range.to - range.from) / range.steps);
    const stepMs = Math.ceil(wanted / leastStepMs) * leastStepMs;
    const first = Math.floor(range.from / stepMs) * stepMs;
    const count = Math.max(0, Math.ceil((range.to - first) / stepMs));
    const sums = Array.from({ length: fields }, () => new Float64Array(count));
    const counts = Array.from({ length: fields }, () => new Uint32Array(count));
    const points = this.#paths.get(keyOf(from, to));
    for (let index = 0; index < (points?.size ?? 0); index++) {
      const base = index * pointNumbers;
      const at = points?.numbers[base] ?? 0;
      const step = Math.floor((at - first) / stepMs);
      if (at < range.from || at >= range.to || step < 0 || step >= count) continue;
      for (let field = 0; field < fields; field++) {
        const value = points?.numbers[base + 1 + field] ?? Number.NaN;
        if (Number.isNaN(value)) continue;
        const [sum, counted] = [sums[field], counts[field]];
        if (sum) sum[step] = (sum[step] ?? 0) + value;
        if (counted) counted[step] = (counted[step] ?? 0) + 1;
      }
    }
    const means = sums.map((sum, field) =>
      Array.from(sum, (value, step) => {
        const counted = counts[field]?.[step] ?? 0;
        return counted === 0 ? null : value / counted;
      }),
    );
    const [
      rttMs = [],
      rttP95Ms = [],
      forwardLossRatio = [],
      backLossRatio = [],
      forwardJitterMs = [],
      backJitterMs = [],
    ] = means;
    const at = Array.from({ length: count }, (_, step) => first + step * stepMs);
    return { stepMs, at, rttMs, rttP95Ms, forwardLossRatio, backLossRatio, forwardJitterMs, backJitterMs };
  }
}

const keyOf = (from: string, to: string) => `${from}\n${to}`;

function numbersOf(at: EpochMs, { rtt, forward, back }: PathFigures): number[] {
  const loss = (direction: PathFigures['forward']) =>
    direction && direction.sent > 0 ? direction.lost / direction.sent : Number.NaN;
  const jitter = (direction: PathFigures['forward']) => direction?.jitterMs ?? Number.NaN;
  const times = [rtt?.medianMs ?? Number.NaN, rtt?.p95Ms ?? Number.NaN];
  return [at, ...times, loss(forward), loss(back), jitter(forward), jitter(back)];
}

/** The ring is full when it grows, so two copies put it in order. */
function grow(points: Points, room: number): void {
  const cut = points.next * pointNumbers;
  const fresh = new Float64Array(room * pointNumbers);
  fresh.set(points.numbers.subarray(cut));
  fresh.set(points.numbers.subarray(0, cut), points.numbers.length - cut);
  points.numbers = fresh;
  points.next = points.size;
}
