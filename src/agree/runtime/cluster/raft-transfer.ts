import { assert, QwError } from '../../../model/index.ts';
import type { Clock } from '../../../platform/index.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { ParticipantId } from '../../protocol.ts';
import { decodeEntry, readEntryHeader, type LedgerEntry } from '../../record/entry.ts';
import { hashBytes, hashFromBytes, hashToBytes, sha256, type Hash } from '../../record/hash.ts';
import type { Frame } from './frames.ts';
import { LedgerFetch } from './ledger-fetch.ts';

export interface RaftTransferParts {
  clock: Clock;
  ledger: Ledger;
  ask: (source: ParticipantId, frame: Frame) => void;
  /** Takes whole batches into ledger and application. */
  adopt: (records: Buffer[], entries: LedgerEntry[]) => void;
}

/** Fetches the ledger whose size and root stand for a state. */
export class RaftTransfer {
  readonly #parts: RaftTransferParts;
  #fetch: LedgerFetch | undefined;
  /** Fetched records of a batch that is not whole yet. */
  #partial: Buffer[] = [];

  constructor(parts: RaftTransferParts) {
    this.#parts = parts;
  }

  /** What is being fetched, and from whom. */
  get present(): { of: number; source: ParticipantId } | undefined {
    return this.#fetch && { of: this.#fetch.target.size, source: this.#fetch.source };
  }

  /** `first` is the place among the sources of the one that is asked first. */
  begin(size: number, root: Hash, sources: readonly ParticipantId[], first: number, done: () => void): void {
    const { clock, ledger, ask } = this.#parts;
    this.#partial = [];
    this.#fetch = new LedgerFetch(
      {
        clock,
        end: () => {
          const last = this.#partial.at(-1);
          return { size: ledger.size + this.#partial.length, leaf: last ? sha256(last) : ledger.chain.leaf };
        },
        ask,
        take: (records) => {
          this.#take([...this.#partial, ...records]);
          return true;
        },
      },
      { size, root, sources },
      done,
      first,
    );
  }

  receive(from: ParticipantId, frame: Extract<Frame, { type: 'entries' }>): void {
    this.#fetch?.receive(from, frame);
  }

  end(): void {
    this.#fetch?.stop();
    this.#fetch = undefined;
  }

  #take(records: Buffer[]): void {
    const last = records.findLastIndex((record) => readEntryHeader(record)?.last === true);
    const whole = records.slice(0, last + 1);
    const entries = whole.map((record) => {
      const entry = decodeEntry(record);
      assert(entry, 'what the leader has committed is readable');
      return entry;
    });
    this.#parts.adopt(whole, entries);
    this.#partial = records.slice(last + 1);
  }
}

/** Size and root of a ledger: what stands for a state in Raft's snapshots. */
export function encodeState(size: number, root: Hash): Buffer {
  const bytes = Buffer.alloc(8 + hashBytes);
  bytes.writeBigUInt64BE(BigInt(size));
  hashToBytes(root).copy(bytes, 8);
  return bytes;
}

/** Errors: INTERNAL where these are other bytes. */
export function decodeState(bytes: Uint8Array): { size: number; root: Hash } {
  const state = Buffer.from(bytes);
  if (state.length !== 8 + hashBytes) {
    throw new QwError('INTERNAL', 'the leader sent a state that is not a size and a root of the ledger');
  }
  return { size: Number(state.readBigUInt64BE()), root: hashFromBytes(state.subarray(8)) };
}
