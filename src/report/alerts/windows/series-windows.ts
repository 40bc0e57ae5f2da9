import type { EpochMs, Milliseconds } from '../../../model/index.ts';
import { BucketCells } from './bucket-cells.ts';
import { ExtremeCells, LastCells, MeanCells, type Cells } from './cells.ts';
import { slotFrom, slotOf, type Grid } from './grid.ts';
import { StagedRows } from './staged-rows.ts';
import { counterGapMs, type AlertAggregate, type Figure } from './window-query.ts';

export interface WindowShape {
  figure: Figure;
  intervalMs: Milliseconds;
  settleMs: Milliseconds;
  windowMs: Milliseconds;
  /** Undefined where only the newest time of each series matters. */
  grid: Grid | undefined;
  /** The slots are looked at one by one too. */
  hasParts: boolean;
}

/** One part of a window: the mean time of its rows, and their value. */
export interface Part {
  at: EpochMs;
  value: number;
}

/** Rows that may wait for their time to be over; what comes beyond is given up. */
export const maxStagedRows = 1_000_000;
/** Samples whose bucket is kept; what comes beyond is given up. */
export const maxBucketRows = 8_000_000;

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
  readonly #slots: readonly Cells[];
  /** For parts: the times of the rows. */
  readonly #times: readonly MeanCells[];
  readonly #now: Cells;
  readonly #before: Cells;
  readonly #places = new Map<number, number>();
  readonly #free: number[] = [];
  #capacity = 0;
  #newest = new Float64Array(0);
  /** Of counters: what they were. */
  #counterAt = new Float64Array(0);
  #counter = new Float64Array(0);
  /** The slot that rows are counted into last. */
  #head: number | undefined;
  #countedTo: EpochMs = -Infinity;
  #askedAt: EpochMs | undefined;
  #isSummed = { now: false, before: false };
  #bucketRows = 0;
  #dropped = 0;
  /** Rows up to here come from the store. */
  #filledTo: EpochMs = -Infinity;
  #isFilling = false;

  constructor(shape: WindowShape) {
    this.shape = shape;
    const slots = Array.from({ length: shape.grid?.slots ?? 0 });
    this.#slots = slots.map(() => cellsFor(shape.figure));
    this.#times = shape.hasParts ? slots.map(() => new MeanCells()) : [];
    this.#now = cellsFor(shape.figure);
    this.#before = cellsFor(shape.figure);
  }

  get isFilling(): boolean {
    return this.#isFilling;
  }

  /** Rows that were given up, since there were too many. */
  get dropped(): number {
    return this.#dropped;
  }

  get bytes(): number {
    const cells = [...this.#slots, ...this.#times, this.#now, this.#before];
    return cells.reduce((sum, one) => sum + one.bytes, this.#staged.bytes + 24 * this.#capacity);
  }

  /** What it would take to give a place to one more series. */
  get bytesForMore(): number {
    if (this.#free.length > 0 || this.#places.size < this.#capacity) return 0;
    const each =
      this.shape.figure === 'mean' || this.shape.figure === 'last' || this.shape.figure === 'increase' ? 16 : 8;
    const cells = (this.#slots.length + 2) * each + this.#times.length * 16 + 24;
    return cells * Math.max(16, this.#capacity);
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
    for (const cells of [...this.#slots, ...this.#times]) cells.forget(place);
    this.#newest[place] = -Infinity;
    this.#counterAt[place] = -Infinity;
    this.#isSummed = { now: false, before: false };
  }

  /** Makes room of all series but these. */
  keepOnly(keys: ReadonlySet<number>): void {
    const gone = [...this.#places].filter(([key]) => !keys.has(key));
    if (gone.length === 0) return;
    this.#staged.forget(new Set(gone.map(([, place]) => place)));
    for (const [key] of gone) this.forget(key);
  }

  /** Begins to take rows up to a time from the store, and only later ones as they come. */
  beginFilling(until: EpochMs): void {
    this.#isFilling = true;
    this.#filledTo = until;
  }

  endFilling(): void {
    this.#isFilling = false;
  }

  /** A row as it comes. True where it is late: what was asked for its time before did not see it. */
  push(place: number, at: EpochMs, value: number): boolean {
    if (at <= this.#filledTo) return false;
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
    this.#isSummed = { now: false, before: false };
    this.#openSlots(until);
    this.#staged.take(until, this.#countRow);
    this.#countedTo = Math.max(this.#countedTo, until);
  }

  /** Of the window that ends at the time looked at, as rows have it. */
  value(places: readonly number[], aggregate: AlertAggregate): number | undefined {
    if (!this.#isSummed.now) this.#sum(this.#now, 'now', this.#askedAt ?? 0);
    return this.#now.value(places, aggregate, this.shape.windowMs / 1000);
  }

  /** Of the window before that one. */
  valueBefore(places: readonly number[], aggregate: AlertAggregate): number | undefined {
    if (!this.#isSummed.before) this.#sum(this.#before, 'before', (this.#askedAt ?? 0) - this.shape.windowMs);
    return this.#before.value(places, aggregate, this.shape.windowMs / 1000);
  }

  /** Of each slot that lies wholly within the window and has rows, oldest first. */
  parts(places: readonly number[], aggregate: AlertAggregate): Part[] {
    const { grid, windowMs } = this.shape;
    if (!grid) return [];
    const at = this.#askedAt ?? 0;
    const found: Part[] = [];
    for (let slot = Math.ceil((at - windowMs) / grid.slotMs); slot < Math.floor(at / grid.slotMs); slot++) {
      const ring = slot % this.#slots.length;
      const value = this.#slots[ring]?.value(places, aggregate, grid.slotMs / 1000);
      const time = this.#times[ring]?.value(places, 'avg', 1);
      if (value !== undefined && time !== undefined) found.push({ at: time, value });
    }
    return found;
  }

  #stage(place: number, at: EpochMs, value: number): void {
    if (this.#staged.length < maxStagedRows) this.#staged.push(place, at, value);
    else this.#dropped++;
  }

  readonly #countRow = (place: number, at: EpochMs, given: number): void => {
    if (at > (this.#newest[place] ?? 0)) this.#newest[place] = at;
    const { grid, figure } = this.shape;
    if (!grid) return;
    const value = figure === 'increase' ? this.#increase(place, at, given) : given;
    const slot = slotOf(at, grid);
    if (Number.isNaN(value) || slot <= (this.#head ?? 0) - this.#slots.length) return;
    if (figure === 'buckets' && ++this.#bucketRows > maxBucketRows) {
      this.#bucketRows--;
      this.#dropped++;
      return;
    }
    const ring = slot % this.#slots.length;
    this.#slots[ring]?.add(place, at, value);
    this.#times[ring]?.add(place, at, at);
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

  #openSlots(until: EpochMs): void {
    const { grid } = this.shape;
    if (!grid) return;
    const head = slotOf(until, grid);
    const first = Math.max((this.#head ?? -Infinity) + 1, head - this.#slots.length + 1);
    for (let slot = first; slot <= head; slot++) this.#clear(slot % this.#slots.length);
    this.#head = Math.max(head, this.#head ?? head);
  }

  #clear(ring: number): void {
    const cells = this.#slots[ring];
    if (cells instanceof BucketCells) this.#bucketRows -= cells.rows;
    cells?.clear();
    this.#times[ring]?.clear();
  }

  #sum(into: Cells, which: 'now' | 'before', end: EpochMs): void {
    this.#isSummed[which] = true;
    into.clear();
    const { grid, windowMs } = this.shape;
    if (!grid) return;
    const first = slotFrom(end - windowMs, grid);
    // The window before ends where this one begins, be it within a slot or not.
    const last = which === 'now' ? slotOf(end, grid) : slotFrom(end, grid) - 1;
    for (let slot = first; slot <= last; slot++) {
      const cells = this.#slots[slot % this.#slots.length];
      if (cells) into.merge(cells);
    }
  }

  #reset(): void {
    this.#staged.clear();
    for (let ring = 0; ring < this.#slots.length; ring++) this.#clear(ring);
    this.#newest.fill(-Infinity);
    this.#counterAt.fill(-Infinity);
    this.#head = undefined;
    this.#countedTo = -Infinity;
  }

  #resize(capacity: number): void {
    this.#capacity = capacity;
    for (const cells of [...this.#slots, ...this.#times, this.#now, this.#before]) cells.resize(capacity);
    this.#newest = grown(this.#newest, capacity);
    this.#counterAt = grown(this.#counterAt, capacity);
    this.#counter = grown(this.#counter, capacity);
  }
}

/** So long the policies of one interval may take to be evaluated, one after the other. */
const roundMs: Milliseconds = 60_000;

function grown(column: Float64Array<ArrayBuffer>, length: number): Float64Array<ArrayBuffer> {
  const longer = new Float64Array(length).fill(-Infinity);
  longer.set(column);
  return longer;
}

function cellsFor(figure: Figure): Cells {
  switch (figure) {
    case 'min':
    case 'max':
      return new ExtremeCells(figure);
    case 'last':
      return new LastCells();
    case 'buckets':
      return new BucketCells();
    default:
      return new MeanCells();
  }
}
