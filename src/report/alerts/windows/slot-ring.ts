import type { EpochMs, Milliseconds } from '../../../model/index.ts';
import { BucketCells } from './bucket-cells.ts';
import { ExtremeCells, LastCells, MeanCells, type Cells } from './cells.ts';
import { slotFrom, slotOf, type Grid } from './grid.ts';
import type { AlertAggregate, Figure } from './window-query.ts';

/** One part of a window: the mean time of its rows, and their value. */
export interface Part {
  at: EpochMs;
  value: number;
}

export interface RingShape {
  figure: Figure;
  windowMs: Milliseconds;
  grid: Grid;
  /** The slots are looked at one by one too. */
  hasParts: boolean;
}

/** Samples whose bucket is kept; what comes beyond is given up. */
const maxBucketRows = 8_000_000;

/** The last slots of time, one after the other in a ring; what ends at one time is added up once for all who ask. */
export class SlotRing {
  readonly #shape: RingShape;
  readonly #slots: readonly Cells[];
  /** For parts: the times of the rows. */
  readonly #times: readonly MeanCells[];
  readonly #now: Cells;
  readonly #before: Cells;
  #isSummed = { now: false, before: false };
  /** The newest slot. */
  #head: number | undefined;
  #bucketRows = 0;

  constructor(shape: RingShape) {
    const slots = Array.from({ length: shape.grid.slots });
    this.#shape = shape;
    this.#slots = slots.map(() => cellsFor(shape.figure));
    this.#times = shape.hasParts ? slots.map(() => new MeanCells()) : [];
    this.#now = cellsFor(shape.figure);
    this.#before = cellsFor(shape.figure);
  }

  get bytes(): number {
    return this.#all().reduce((sum, cells) => sum + cells.bytes, 0);
  }

  /** What room for one more series takes; buckets take it when they come. */
  get bytesEach(): number {
    const { figure } = this.#shape;
    const each = figure === 'mean' || figure === 'last' || figure === 'increase' ? 16 : 8;
    return (this.#slots.length + 2) * each + this.#times.length * 16;
  }

  resize(series: number): void {
    for (const cells of this.#all()) cells.resize(series);
  }

  forget(series: number): void {
    this.#isSummed = { now: false, before: false };
    for (const cells of [...this.#slots, ...this.#times]) {
      const before = rowsOf(cells);
      cells.forget(series);
      this.#bucketRows -= before - rowsOf(cells);
    }
  }

  /** Slots up to this time; those that are too old make room. */
  open(until: EpochMs): void {
    this.#isSummed = { now: false, before: false };
    const head = slotOf(until, this.#shape.grid);
    const first = Math.max((this.#head ?? -Infinity) + 1, head - this.#slots.length + 1);
    for (let slot = first; slot <= head; slot++) this.#clear(slot % this.#slots.length);
    this.#head = Math.max(head, this.#head ?? head);
  }

  /** A row of a time that is open; an older one has no effect. False where there are too many. */
  add(series: number, at: EpochMs, value: number): boolean {
    const slot = slotOf(at, this.#shape.grid);
    if (slot <= (this.#head ?? 0) - this.#slots.length) return true;
    if (this.#shape.figure === 'buckets') {
      if (this.#bucketRows >= maxBucketRows) return false;
      this.#bucketRows++;
    }
    const place = slot % this.#slots.length;
    this.#slots[place]?.add(series, at, value);
    this.#times[place]?.add(series, at, at);
    return true;
  }

  /** Of the window that ends at the time up to which slots are open, as rows have it. */
  value(end: EpochMs, series: readonly number[], aggregate: AlertAggregate): number | undefined {
    const { grid, windowMs } = this.#shape;
    if (!this.#isSummed.now) this.#sum(this.#now, slotFrom(end - windowMs, grid), slotOf(end, grid));
    this.#isSummed.now = true;
    return this.#now.value(series, aggregate, windowMs / 1000);
  }

  /** Of the window before that one, which ends where that one begins, be it within a slot or not. */
  valueBefore(end: EpochMs, series: readonly number[], aggregate: AlertAggregate): number | undefined {
    const { grid, windowMs } = this.#shape;
    const last = slotFrom(end - windowMs, grid) - 1;
    if (!this.#isSummed.before) this.#sum(this.#before, slotFrom(end - 2 * windowMs, grid), last);
    this.#isSummed.before = true;
    return this.#before.value(series, aggregate, windowMs / 1000);
  }

  /** Of each slot that lies wholly within the window and has rows, oldest first. */
  parts(end: EpochMs, series: readonly number[], aggregate: AlertAggregate): Part[] {
    const { grid, windowMs } = this.#shape;
    const found: Part[] = [];
    for (let slot = Math.ceil((end - windowMs) / grid.slotMs); slot < Math.floor(end / grid.slotMs); slot++) {
      const place = slot % this.#slots.length;
      const value = this.#slots[place]?.value(series, aggregate, grid.slotMs / 1000);
      const at = this.#times[place]?.value(series, 'avg', 1);
      if (value !== undefined && at !== undefined) found.push({ at, value });
    }
    return found;
  }

  reset(): void {
    for (let place = 0; place < this.#slots.length; place++) this.#clear(place);
    this.#head = undefined;
  }

  #all(): Cells[] {
    return [...this.#slots, ...this.#times, this.#now, this.#before];
  }

  #clear(place: number): void {
    const cells = this.#slots[place];
    if (cells) this.#bucketRows -= rowsOf(cells);
    cells?.clear();
    this.#times[place]?.clear();
  }

  #sum(into: Cells, first: number, last: number): void {
    into.clear();
    for (let slot = first; slot <= last; slot++) {
      const cells = this.#slots[slot % this.#slots.length];
      if (cells) into.merge(cells);
    }
  }
}

const rowsOf = (cells: Cells): number => (cells instanceof BucketCells ? cells.rows : 0);

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
