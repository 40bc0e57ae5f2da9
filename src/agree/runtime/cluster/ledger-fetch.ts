import type { Clock, Timer } from '../../../platform/index.ts';
import type { ParticipantId } from '../../protocol.ts';
import { entryHash, readEntryHeader } from '../../record/entry.ts';
import type { Hash } from '../../record/hash.ts';
import { verifyInclusion } from '../../record/merkle.ts';
import type { Frame } from './frames.ts';

export interface FetchTarget {
  /** The ledger that a quorum has certified. */
  size: number;
  root: Hash;
  /** Who has it; some may lie or be gone. */
  sources: readonly ParticipantId[];
}

export interface FetchParts {
  clock: Clock;
  /** Where the own ledger ends. */
  end: () => { size: number; leaf: Hash };
  ask: (source: ParticipantId, frame: Frame) => void;
  /** Takes entries that are proved; false when the own ledger has moved meanwhile. */
  take: (records: readonly Buffer[]) => boolean;
}

/** Without an answer for so long, the next source is asked. */
const answerMs = 1000;

/**
 * Fetches the part of a certified ledger that is missing here, chunk by chunk. The last entry of a chunk is proved against
 * the certified root, and each entry names the one before it, so a lie is found at once and costs one chunk.
 */
export class LedgerFetch {
  readonly #parts: FetchParts;
  readonly target: FetchTarget;
  readonly #done: () => void;
  #at: number;
  #timer: Timer | undefined;
  #ended = false;

  constructor(parts: FetchParts, target: FetchTarget, done: () => void, first = 0) {
    this.#parts = parts;
    this.target = target;
    this.#done = done;
    this.#at = first;
    this.#ask();
  }

  get source(): ParticipantId {
    const { sources } = this.target;
    return sources[this.#at % sources.length] ?? 0;
  }

  stop(): void {
    this.#ended = true;
    this.#timer?.cancel();
  }

  receive(from: ParticipantId, { records, proof, ...chunk }: Extract<Frame, { type: 'entries' }>): void {
    const { size, leaf } = this.#parts.end();
    if (this.#ended || chunk.size !== this.target.size || chunk.from !== size) return;
    if (!this.#isGenuine(records, proof, size, leaf)) {
      // Who lies is not asked again before all others were.
      if (from === this.source) this.#next();
      return;
    }
    if (!this.#parts.take(records)) return this.#next();
    this.#ask();
  }

  #isGenuine(records: readonly Buffer[], proof: readonly Hash[], from: number, leaf: Hash): boolean {
    let previous = leaf;
    for (const [at, record] of records.entries()) {
      const header = readEntryHeader(record);
      if (header?.position !== from + at || header.previous !== previous) return false;
      previous = entryHash(record);
    }
    const last = from + records.length - 1;
    return records.length > 0 && verifyInclusion(proof, last, this.target.size, previous, this.target.root);
  }

  #next(): void {
    this.#at += 1;
    this.#ask();
  }

  #ask(): void {
    this.#timer?.cancel();
    if (this.#ended) return;
    const { size } = this.#parts.end();
    if (size >= this.target.size) {
      this.stop();
      this.#done();
      return;
    }
    this.#parts.ask(this.source, { type: 'want-entries', from: size, size: this.target.size });
    this.#timer = this.#parts.clock.after(answerMs, () => this.#next());
  }
}
