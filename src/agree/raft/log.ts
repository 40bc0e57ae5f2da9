import { assert } from '../../model/index.ts';
import type { Lsn } from '../protocol.ts';
import type { Entry, Membership, Point } from './messages.ts';

interface Unsynced {
  /** The entry is durable when all records before this are. */
  lsn: Lsn;
  index: number;
  term: number;
}

/**
 * The entries after the base, in memory, with the journal position of each. Which entries are durable is part of it,
 * because replacing a suffix takes its durability away.
 */
export class RaftLog {
  #base: Point;
  #entries: Entry[] = [];
  /** Journal positions of the entries' records; they grow with the index, since an append drops what follows it. */
  #lsns: Lsn[] = [];
  #unsynced: Unsynced[] = [];
  #durableIndex: number;
  /** Where the membership changed, the base's first. The last one is in force, committed or not (section 4.1). */
  #memberships: { index: number; membership: Membership }[];

  constructor(base: Point) {
    this.#base = base;
    this.#durableIndex = base.index;
    this.#memberships = [{ index: base.index, membership: base.membership }];
  }

  get base(): Point {
    return this.#base;
  }

  get lastIndex(): number {
    return this.#base.index + this.#entries.length;
  }

  get lastTerm(): number {
    return this.#entries.at(-1)?.term ?? this.#base.term;
  }

  get lastTime(): number {
    return this.#entries.at(-1)?.time ?? this.#base.time;
  }

  /** All entries up to here are durable. */
  get durableIndex(): number {
    return this.#durableIndex;
  }

  get membership(): Membership {
    return this.#latest().membership;
  }

  /** The membership before the one in force, as far as the log knows it. */
  get formerMembership(): Membership {
    return this.#memberships.at(-2)?.membership ?? this.membership;
  }

  /** Where the membership in force was decided. */
  get membershipIndex(): number {
    return this.#latest().index;
  }

  /** Journal position of the first record that holds an entry of this log. */
  get firstLsn(): Lsn | undefined {
    return this.#lsns[0];
  }

  /** Undefined for what was compacted away or is not there. */
  termAt(index: number): number | undefined {
    return index === this.#base.index ? this.#base.term : this.at(index)?.term;
  }

  at(index: number): Entry | undefined {
    return this.#entries[index - this.#base.index - 1];
  }

  /** Appends the next entry, whose record stands at `lsn`. */
  append(entry: Entry, lsn: Lsn): void {
    assert(entry.index === this.lastIndex + 1, 'the log has no gaps');
    this.#entries.push(entry);
    this.#lsns.push(lsn);
    this.#unsynced.push({ lsn: lsn + 1, index: entry.index, term: entry.term });
    if (entry.membership) this.#memberships.push({ index: entry.index, membership: entry.membership });
  }

  /** Drops the entry and all that follow it. */
  truncateFrom(index: number): void {
    assert(index > this.#base.index, 'what a snapshot holds is never dropped');
    this.#entries.length = Math.min(this.#entries.length, index - this.#base.index - 1);
    this.#lsns.length = this.#entries.length;
    this.#durableIndex = Math.min(this.#durableIndex, index - 1);
    this.#memberships = this.#memberships.filter((one, at) => at === 0 || one.index < index);
  }

  /** All records before `lsn` are durable. */
  persisted(lsn: Lsn): void {
    let done = 0;
    for (const { lsn: needed, index, term } of this.#unsynced) {
      if (needed > lsn) break;
      done += 1;
      if (this.termAt(index) === term) this.#durableIndex = Math.max(this.#durableIndex, index);
    }
    if (done > 0) this.#unsynced.splice(0, done);
  }

  /** Entries from a place on, bounded in number and, after the first, in bytes. */
  slice(from: number, maxEntries: number, maxBytes: number): Entry[] {
    const first = from - this.#base.index - 1;
    const taken: Entry[] = [];
    let bytes = 0;
    for (let at = first; at < this.#entries.length && taken.length < maxEntries; at++) {
      const entry = this.#entries[at];
      if (!entry) break;
      for (const request of entry.requests) bytes += request.bytes.length;
      if (taken.length > 0 && bytes > maxBytes) break;
      taken.push(entry);
    }
    return taken;
  }

  /** The last place at or before `index` whose term is at most `term`: where two logs may agree (section 3.5). */
  lastAtMost(index: number, term: number): { index: number; term: number } {
    let at = Math.min(index, this.lastIndex);
    while (at > this.#base.index && (this.termAt(at) ?? 0) > term) at -= 1;
    return { index: at, term: this.termAt(at) ?? 0 };
  }

  /** What stands at a place, as the point that a snapshot of it carries. */
  pointAt(index: number): Point | undefined {
    if (index === this.#base.index) return this.#base;
    const entry = this.at(index);
    if (!entry) return undefined;
    const membership = this.#memberships.findLast((one) => one.index <= index)?.membership;
    assert(membership, 'the base has a membership');
    return { index, term: entry.term, time: entry.time, membership };
  }

  /** Forgets all entries up to a place. */
  compact(index: number): void {
    const point = this.pointAt(index);
    assert(point, 'compaction stays inside the log');
    const dropped = index - this.#base.index;
    this.#entries.splice(0, dropped);
    this.#lsns.splice(0, dropped);
    this.#base = point;
    this.#memberships = [
      { index, membership: point.membership },
      ...this.#memberships.filter((one) => one.index > index),
    ];
  }

  /** Starts anew after a state that was installed. */
  reset(base: Point): void {
    this.#base = base;
    this.#entries = [];
    this.#lsns = [];
    this.#unsynced = [];
    this.#durableIndex = base.index;
    this.#memberships = [{ index: base.index, membership: base.membership }];
  }

  #latest(): { index: number; membership: Membership } {
    const latest = this.#memberships.at(-1);
    assert(latest, 'the base has a membership');
    return latest;
  }
}
