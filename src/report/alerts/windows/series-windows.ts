import type { EpochMs, Milliseconds } from '../../../model/index.ts';
import { SlotRing, type Part, type RingShape } from './slot-ring.ts';
import { StagedRows } from './staged-rows.ts';
import { counterGapMs, type AlertAggregate } from './window-query.ts';

export interface WindowShape extends Omit<RingShape, 'grid'> {
  intervalMs: Milliseconds;
  settleMs: Milliseconds;
  /** Undefined where only the newest time of each series matters. */
  grid: RingShape['grid'] | undefined;
}

/** Rows that may wait for their time to be over; what comes beyond is given up. */
const maxStagedRows = 1_000_000;
/**
 * The windows of one shape over many series, each of which has a place. Rows wait until they are asked for; then those with
 * a time up to the one that is asked for are counted into slots, and slots are added up once for all who ask at that time.
 */
export class SeriesWindows {
  readonly shape: WindowShape;
  /** So long before an evaluation a row has an effect on a value. */
  neededMs: Milliseconds = 0;
  /** So long before an evaluation a row has an effect, be it only that its series is known. */
  memoryMs: Milliseconds = 0;
  readonly #staged = new StagedRows();
  readonly #ring: SlotRing | undefined;
  readonly #places = new Map<number, number>();
  readonly #free: number[] = [];
  #capacity = 0;
  #newest = new Float64Array(0);
  /** Of counters: what they were. */
  #counterAt = new Float64Array(0);
  #counter = new Float64Array(0);
  #countedTo: EpochMs = -Infinity;
  #askedAt: EpochMs | undefined;
  #dropped = 0;
  /** While windows are being filled, rows up to here come from the store. */
  #filledTo: EpochMs = -Infinity;
  #isFilling = false;

  constructor(shape: WindowShape) {
    this.shape = shape;
    const { grid } = shape;
    this.#ring = grid && new SlotRing({ ...shape, grid });
  }

  get isFilling(): boolean {
    return this.#isFilling;
  }

  /** Rows that were given up, since there were too many. */
  get dropped(): number {
    return this.#dropped;
  }

  get bytes(): number {
    return this.#staged.bytes + bytesEach * this.#capacity + (this.#ring?.bytes ?? 0);
  }

  /** What it would take to give a place to one more series. */
  get bytesForMore(): number {
    if (this.#free.length > 0 || this.#places.size < this.#capacity) return 0;
    return (bytesEach + (this.#ring?.bytesEach ?? 0)) * Math.max(16, this.#capacity);
  }

  /** The place of a series, a new one where it has none; `key` tells it from others. */
  placeOf(key: number): number {
    const known = this.#places.get(key);
    if (known !== undefined) return known;
    const place = this.#free.pop() ?? this.#places.size;
    this.#places.set(key, place);
    if (place >= this.#capacity) this.#resize(Math.max(16, 2 * this.#capacity));
    return place;
  }

  /** Of a series none of whose rows wait. */
  forget(key: number): void {
    const place = this.#places.get(key);
    if (place === undefined) return;
    this.#places.delete(key);
    this.#free.push(place);
    this.#ring?.forget(place);
    this.#newest[place] = -Infinity;
    this.#counterAt[place] = -Infinity;
  }

  /** Begins to take rows up to a time from the store, and until that ends only later ones as they come. */
  beginFilling(until: EpochMs): void {
    this.#isFilling = true;
    this.#filledTo = until;
  }

  endFilling(): void {
    this.#isFilling = false;
    this.#countedTo = Math.max(this.#countedTo, this.#filledTo);
  }

  /** A row as it comes. True where it is late: what was asked for its time before did not see it. */
  push(place: number, at: EpochMs, value: number): boolean {
    if (this.#isFilling && at <= this.#filledTo) return false;
    this.#stage(place, at, value);
    return at <= this.#countedTo;
  }

  /** A row of the store. */
  fill(place: number, at: EpochMs, value: number): void {
    if (this.#isFilling) this.#stage(place, at, value);
  }

  /** When a row of the store came that is too old to count. */
  heard(place: number, at: EpochMs): void {
    if (this.#isFilling) this.#newest[place] = Math.max(this.#newest[place] ?? -Infinity, at);
  }

  newestAt(place: number): EpochMs {
    return this.#newest[place] ?? -Infinity;
  }

  /**
   * Rows with a time after `at` have no effect on what is asked until the next call. False where they have been counted
   * already, so that nothing can be told of that time; far back in time the clock was set back, and all begins afresh.
   */
  lookAt(at: EpochMs): boolean {
    if (at === this.#askedAt) return true;
    const passed = this.#askedAt ?? this.#countedTo;
    if (at < passed) {
      if (passed - at <= Math.max(roundMs, 2 * this.shape.intervalMs)) return false;
      this.#reset();
    }
    this.#askedAt = at;
    this.count(at);
    return true;
  }

  /** Counts rows long before the next evaluation, so that they need not wait for it. */
  advance(now: EpochMs): void {
    const { intervalMs, settleMs } = this.shape;
    const passed = this.#askedAt ?? Math.floor(this.#countedTo / intervalMs) * intervalMs;
    if (!Number.isFinite(passed) || this.#isFilling) return;
    const until = Math.min(now - settleMs, passed + intervalMs);
    if (until > Math.max(passed + roundMs, this.#countedTo)) this.count(until);
  }

  /** Counts what waits and has a time up to this. */
  count(until: EpochMs): void {
    this.#ring?.open(until);
    this.#staged.take(until, this.#countRow);
    this.#countedTo = Math.max(this.#countedTo, until);
  }

  /** Of the window that ends at the time looked at, as rows have it. */
  value(places: readonly number[], aggregate: AlertAggregate): number | undefined {
    return this.#ring?.value(this.#askedAt ?? 0, places, aggregate);
  }

  /** Of the window before that one. */
  valueBefore(places: readonly number[], aggregate: AlertAggregate): number | undefined {
    return this.#ring?.valueBefore(this.#askedAt ?? 0, places, aggregate);
  }

  /** Of each slot that lies wholly within the window and has rows, oldest first. */
  parts(places: readonly number[], aggregate: AlertAggregate): Part[] {
    return this.#ring?.parts(this.#askedAt ?? 0, places, aggregate) ?? [];
  }

  #stage(place: number, at: EpochMs, value: number): void {
    if (this.#staged.length < maxStagedRows) this.#staged.push(place, at, value);
    else this.#dropped++;
  }

  readonly #countRow = (place: number, at: EpochMs, given: number): void => {
    if (at > (this.#newest[place] ?? 0)) this.#newest[place] = at;
    if (!this.#ring) return;
    const value = this.shape.figure === 'increase' ? this.#increase(place, at, given) : given;
    if (!Number.isNaN(value) && !this.#ring.add(place, at, value)) this.#dropped++;
  };

  /** By how much a counter has grown since its value before; one that is less than before was set back and began at 0. */
  #increase(place: number, at: EpochMs, value: number): number {
    const before = this.#counterAt[place] ?? -Infinity;
    if (at < before) return Number.NaN;
    const was = this.#counter[place] ?? 0;
    this.#counterAt[place] = at;
    this.#counter[place] = value;
    if (at - before > Math.max(this.shape.windowMs, counterGapMs)) return Number.NaN;
    return value >= was ? value - was : value;
  }

  #reset(): void {
    this.#ring?.reset();
    this.#newest.fill(-Infinity);
    this.#counterAt.fill(-Infinity);
    this.#countedTo = -Infinity;
  }

  #resize(capacity: number): void {
    this.#capacity = capacity;
    this.#ring?.resize(capacity);
    this.#newest = grown(this.#newest, capacity);
    this.#counterAt = grown(this.#counterAt, capacity);
    this.#counter = grown(this.#counter, capacity);
  }
}

/** Of what is known of a series besides its slots. */
const bytesEach = 24;
/** So long the policies of one interval may take to be evaluated, one after the other. */
const roundMs: Milliseconds = 60_000;

function grown(column: Float64Array<ArrayBuffer>, length: number): Float64Array<ArrayBuffer> {
  const longer = new Float64Array(length).fill(-Infinity);
  longer.set(column);
  return longer;
}
