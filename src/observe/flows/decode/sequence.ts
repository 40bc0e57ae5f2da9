/** A jump beyond this is no loss but another beginning. */
const farthest = 1_000_000;
/** Gaps that may still be filled, and messages that may come twice. */
const remembered = 32;

/** So many messages in a row that only the other way of counting explains make it the exporter's. */
const proof = 2;

/** What a tracker must know of the one before it. */
export interface SavedSequence {
  /** The number of the unit that was expected. */
  next: number;
  countsBehind: boolean;
}

/**
 * What an exporter says it sent, against what came. Units are what its sequence counts: records in v5, v7 and IPFIX, and
 * messages in v9. A datagram that was overtaken fills the gap that it left; one that comes twice counts once; an exporter
 * that begins anew lost nothing. The number is that of a message's first unit (RFC 7011, section 3.1); exporters that count
 * the message's own units in, such as softflowd 1.1.0, are recognised by it.
 */
export class SequenceTracker {
  #next: number | undefined;
  /** What is missing, as pairs of the first number and how many. */
  #gaps: { from: number; units: number }[] = [];
  /** The numbers of the last messages, and how many units each held; the oldest ones make room. */
  readonly #last: number[] = [];
  readonly #lastUnits: number[] = [];
  #oldest = 0;
  /** Whether the number is that behind the message's last unit. */
  #countsBehind = false;
  #before: { sequence: number; units: number } | undefined;
  #hints = { count: 0, lostBefore: 0 };
  lost = 0;
  received = 0;
  restarts = 0;
  /** Units that were sent after the tracker before this one had ended, until the first message of this one. */
  missedBefore = 0;
  #expectedFirst: number | undefined;

  constructor(saved?: SavedSequence) {
    if (!saved) return;
    this.#expectedFirst = saved.next;
    this.#countsBehind = saved.countsBehind;
  }

  /** Undefined while nothing is expected. */
  save(): SavedSequence | undefined {
    return this.#next === undefined ? undefined : { next: this.#next, countsBehind: this.#countsBehind };
  }

  /** `units` that this message holds; undefined when they cannot be counted, as without a template. */
  offer(said: number, units: number | undefined): void {
    if (units !== 0 && this.#isRepeated(said, units ?? 0)) return;
    this.received += units ?? 0;
    if (!this.#countsBehind) this.#learnHow(said, units);
    if (this.#countsBehind && units === undefined) {
      this.#next = said;
      return;
    }
    const sequence = this.#countsBehind ? (said - (units ?? 0)) >>> 0 : said;
    if (this.#expectedFirst !== undefined) this.#missBefore(sequence, this.#expectedFirst);
    const expected = this.#next;
    if (expected !== undefined) {
      // Numbers of 32 bits that begin again.
      const ahead = (sequence - expected) | 0;
      if (ahead >= 0 && ahead <= farthest) this.#miss(expected, ahead);
      else if (ahead < 0 && this.#fill(sequence, units ?? 0)) return;
      else {
        this.restarts++;
        this.#gaps = [];
      }
    }
    this.#next = units === undefined ? undefined : (sequence + units) >>> 0;
  }

  /** Where two messages hold a different number of units, the distance of their numbers tells which one it counts. */
  #learnHow(sequence: number, units: number | undefined): void {
    const before = this.#before;
    this.#before = units === undefined ? undefined : { sequence, units };
    if (!before || units === undefined || units === before.units) return;
    const distance = (sequence - before.sequence) >>> 0;
    if (distance !== units) {
      this.#hints.count = 0;
      return;
    }
    if (this.#hints.count === 0) this.#hints.lostBefore = this.lost;
    this.#hints.count++;
    if (this.#hints.count < proof) return;
    this.#countsBehind = true;
    // What seemed to be missing since the first hint was not.
    this.lost = this.#hints.lostBefore;
    this.#gaps = [];
    this.#next = before.sequence;
  }

  #missBefore(sequence: number, expected: number): void {
    this.#expectedFirst = undefined;
    const ahead = (sequence - expected) | 0;
    // An exporter that began anew, or was away for long, says nothing about it.
    if (ahead > 0 && ahead <= farthest) this.missedBefore = ahead;
  }

  #isRepeated(sequence: number, units: number): boolean {
    const last = this.#last;
    for (let place = 0; place < last.length; place++) {
      if (last[place] === sequence && this.#lastUnits[place] === units) return true;
    }
    last[this.#oldest] = sequence;
    this.#lastUnits[this.#oldest] = units;
    this.#oldest = (this.#oldest + 1) % remembered;
    return false;
  }

  #miss(from: number, units: number): void {
    if (units === 0) return;
    this.lost += units;
    this.#gaps.push({ from, units });
    if (this.#gaps.length > remembered) this.#gaps.shift();
  }

  #fill(sequence: number, units: number): boolean {
    const at = this.#gaps.findIndex((gap) => {
      const inside = (sequence - gap.from) >>> 0;
      return inside < gap.units && inside + units <= gap.units;
    });
    const gap = this.#gaps[at];
    if (!gap) return false;
    const before = (sequence - gap.from) >>> 0;
    const after = gap.units - before - units;
    const rest = [
      { from: gap.from, units: before },
      { from: (sequence + units) >>> 0, units: after },
    ];
    this.#gaps.splice(at, 1, ...rest.filter((one) => one.units > 0));
    this.lost -= units;
    return true;
  }
}
