import type { Clock } from '../../../platform/index.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import { stateDigest } from '../../pbft/execution-state.ts';
import type { StableCheckpoint, TransferOrder } from '../../pbft/work.ts';
import type { ParticipantId } from '../../protocol.ts';
import { sha256, type Hash } from '../../record/hash.ts';
import type { Frame } from './frames.ts';
import { LedgerFetch } from './ledger-fetch.ts';

/** A certified checkpoint whose ledger is here now. */
export type FetchedCheckpoint = Omit<StableCheckpoint, 'endsEpoch'> & { size: number };

interface CheckpointTransferParts {
  clock: Clock;
  ledger: Ledger;
  self: () => ParticipantId;
  epoch: () => number;
  ask: (to: ParticipantId, frame: Frame) => void;
  /** Whether the core has not reached the sequence by itself meanwhile. */
  isStillBehind: (sequence: number) => boolean;
  /** Takes proved records over, as far as their batches are whole; returns those of a batch that is not whole yet. */
  take: (records: Buffer[]) => Buffer[];
  onFetched: (found: FetchedCheckpoint) => void;
}

/**
 * Carries out what the core orders when it cannot reach a checkpoint by ordering: its state comes from those who vouch
 * for it, then the ledger. One order at a time; a newer one takes its place.
 */
export class CheckpointTransfer {
  readonly #parts: CheckpointTransferParts;
  #fetch: { fetch: LedgerFetch; order: TransferOrder } | undefined;
  /** A checkpoint that was asked for, and which of its sources. */
  #wanted: { order: TransferOrder; at: number } | undefined;

  constructor(parts: CheckpointTransferParts) {
    this.#parts = parts;
  }

  /** How far the ledger is to grow, and who gives it; undefined while none is fetched. */
  get progress(): { of: number; source: ParticipantId } | undefined {
    return this.#fetch && { of: this.#fetch.fetch.target.size, source: this.#fetch.fetch.source };
  }

  order(order: TransferOrder): void {
    const { sequence } = order.certificate;
    if (this.#fetch && this.#fetch.order.certificate.sequence >= sequence) return;
    const before = this.#wanted?.order.certificate.sequence === sequence ? this.#wanted : undefined;
    const at = before ? before.at + 1 : 0;
    this.#wanted = { order, at };
    const others = this.#others(order);
    const source = others[at % Math.max(1, others.length)];
    if (source !== undefined)
      this.#parts.ask(source, { type: 'want-checkpoint', epoch: this.#parts.epoch(), sequence });
  }

  isWanted({ certificate }: Extract<Frame, { type: 'checkpoint' }>): boolean {
    return this.#wanted?.order.certificate.sequence === certificate.sequence;
  }

  receive(frame: Extract<Frame, { type: 'checkpoint' }>): void {
    const { certificate, root, state, size } = frame;
    const { ledger, clock, ask } = this.#parts;
    if (!this.#wanted || !this.isWanted(frame) || this.#fetch) return;
    const { order, at } = this.#wanted;
    // The certificate that the core has seen is the judge of state and root, and the root that of what is fetched.
    const isGenuine = stateDigest(root, sha256(state)) === order.certificate.digest;
    if (!isGenuine || size < ledger.chain.complete.position) return;
    let partial: Buffer[] = [];
    const fetch = new LedgerFetch(
      {
        clock,
        end: () => this.#endWith(partial),
        ask,
        take: (records) => {
          if (!this.#parts.isStillBehind(certificate.sequence)) {
            this.leave();
            return false;
          }
          partial = this.#parts.take([...partial, ...records]);
          return true;
        },
      },
      { size, root, sources: this.#others(order) },
      () => {
        this.leave();
        this.#parts.onFetched({ certificate, root, state, size });
      },
      at,
    );
    if (size > ledger.size) this.#fetch = { fetch, order };
  }

  onEntries(from: ParticipantId, frame: Extract<Frame, { type: 'entries' }>): void {
    this.#fetch?.fetch.receive(from, frame);
  }

  leave(): void {
    this.#fetch?.fetch.stop();
    this.#fetch = undefined;
    this.#wanted = undefined;
  }

  #others(order: TransferOrder): ParticipantId[] {
    return order.sources.filter((source) => source !== this.#parts.self());
  }

  #endWith(partial: readonly Buffer[]): { size: number; leaf: Hash } {
    const { ledger } = this.#parts;
    const last = partial.at(-1);
    return { size: ledger.size + partial.length, leaf: last ? sha256(last) : ledger.chain.leaf };
  }
}
