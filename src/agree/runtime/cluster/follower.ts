import { clusterOrigin, type Membership } from '../../../model/index.ts';
import type { Clock, Timer } from '../../../platform/index.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import { checkFor } from '../../pbft/certificates.ts';
import { Membership as VotingMembers, type PbftLimits } from '../../pbft/configuration.ts';
import { stateDigest } from '../../pbft/execution-state.ts';
import { firstBase } from '../../pbft/work.ts';
import type { ParticipantId } from '../../protocol.ts';
import { readCosigned } from '../../record/cosignature.ts';
import { readEntryHeader } from '../../record/entry.ts';
import { hashToHex, sha256, type Hash } from '../../record/hash.ts';
import type { Cosigned } from './cosigner.ts';
import type { Epoch, EpochEnd } from './epochs.ts';
import type { Frame } from './frames.ts';
import { LedgerFetch } from './ledger-fetch.ts';
import { epochVerifier } from './verifier.ts';

export interface FollowerParts {
  clock: Clock;
  cluster: string;
  network: Hash;
  ledger: Ledger;
  /** Of the core with which an epoch begins after a watcher that ran alone: the same at every member. */
  core: PbftLimits;
  /** What the entries so far say. */
  membership: () => Membership;
  /** Everybody who may have the ledger, without ourselves. */
  sources: () => readonly ParticipantId[];
  ask: (to: ParticipantId, frame: Frame) => void;
  /** Takes over one whole batch that is certified. */
  adopt: (records: readonly Buffer[]) => void;
  /** The ledger has come to a size that was certified. */
  onReached: (seal: Cosigned | undefined) => void;
  /** The epoch that is followed has ended, and this is the next; nothing more is asked before `follow`. */
  onEpoch: (epoch: Epoch) => void;
}

/** How the cluster goes on is asked so often. */
const askMs = 500;

/**
 * Follows the ledger of an epoch without a vote in it. It takes over what a quorum of the epoch's members has signed, as a
 * checkpoint of the ledger or as the end of the epoch, and nothing beyond that end before it knows who the next members
 * are and that the former ones have left the ledger to them.
 */
export class Follower {
  readonly #parts: FollowerParts;
  #epoch: Epoch | undefined;
  #end: EpochEnd | undefined;
  #fetch: LedgerFetch | undefined;
  /** Records of a batch that is not whole yet. */
  #partial: Buffer[] = [];
  /** What the fetched ledger was signed with, if it was not an end. */
  #seal: Cosigned | undefined;
  #asked = 0;
  #timer: Timer | undefined;

  constructor(parts: FollowerParts) {
    this.#parts = parts;
  }

  /** What is being fetched, and from whom. */
  get transfer(): { of: number; source: ParticipantId } | undefined {
    return this.#fetch && { of: this.#fetch.target.size, source: this.#fetch.source };
  }

  follow(epoch: Epoch): void {
    this.stop();
    this.#epoch = epoch;
    this.#look();
  }

  stop(): void {
    this.#timer?.cancel();
    this.#endFetch();
    this.#epoch = undefined;
    this.#end = undefined;
  }

  receive(from: ParticipantId, frame: Frame): void {
    if (!this.#epoch) return;
    if (frame.type === 'note') this.#onNote(from, frame.text, this.#epoch);
    else if (frame.type === 'checkpoint') this.#onEnd(from, frame, this.#epoch);
    else if (frame.type === 'entries') this.#fetch?.receive(from, frame);
  }

  #look(): void {
    this.#timer = this.#parts.clock.after(askMs, () => this.#look());
    const epoch = this.#epoch?.membership.epoch;
    if (this.#fetch || epoch === undefined) return;
    const sources = this.#parts.sources();
    const source = sources[this.#asked % Math.max(1, sources.length)];
    this.#asked += 1;
    if (source !== undefined) this.#parts.ask(source, { type: 'want-next', epoch, size: this.#parts.ledger.size });
  }

  #onNote(from: ParticipantId, text: string, { membership }: Epoch): void {
    const { cluster, network, ledger, core } = this.#parts;
    const voters = membership.watchers.filter(({ role }) => role === 'member');
    const keys = voters.map(({ id, publicKey }) => ({ name: id, publicKey: Buffer.from(publicKey, 'hex') }));
    const read = readCosigned(Buffer.from(text), keys);
    if (typeof read === 'string' || read.origin !== clusterOrigin(cluster, hashToHex(network))) return;
    const { size, root } = read;
    if (new Set(read.signed.map(({ name }) => name)).size < quorumOf(membership) || size < ledger.size) return;
    if (membership.protocol === 'solo' && this.#hasEnded && size === ledger.size && root === ledger.chain.root()) {
      const base = firstBase(core, ledger.chain.complete.sequence, ledger.chain.time, root);
      return this.#next({ ...base, size, note: text });
    }
    const signers = read.signed.map(({ name }) => name).sort();
    this.#fetchUpTo({ size, root, note: text, signers }, from);
  }

  /** Whether the members of the epoch have certified this as a checkpoint of theirs. */
  #isCertified(
    { membership }: Epoch,
    { certificate, root, state, epoch }: Extract<Frame, { type: 'checkpoint' }>,
  ): boolean {
    if (epoch !== membership.epoch || membership.protocol !== 'pbft') return false;
    const check = checkFor({
      domain: { network: this.#parts.network, epoch },
      members: numbersOf(membership),
      verifier: epochVerifier(membership.watchers),
    });
    return check.checkpoint(certificate) && stateDigest(root, sha256(state)) === certificate.digest;
  }

  #onEnd(from: ParticipantId, frame: Extract<Frame, { type: 'checkpoint' }>, epoch: Epoch): void {
    const { certificate, root, state, size } = frame;
    if (this.#end || !this.#isCertified(epoch, frame)) return;
    this.#end = { certificate, root, state: Buffer.from(state), size };
    this.#fetchUpTo({ size, root }, from);
    this.#tryEnd();
  }

  /** The entries so far say that other members, or another protocol, go on from here. */
  get #hasEnded(): boolean {
    return this.#epoch !== undefined && this.#parts.membership().epoch !== this.#epoch.membership.epoch;
  }

  #tryEnd(): void {
    const end = this.#end;
    const { size, chain } = this.#parts.ledger;
    if (!end || this.#fetch) return;
    const isHere = size === end.size && chain.root() === end.root;
    if (this.#hasEnded && isHere && chain.complete.sequence === end.certificate.sequence) return this.#next(end);
    // Some checkpoint in the middle of the epoch, or one with a wrong size: another member will know better.
    this.#end = undefined;
  }

  #next(base: EpochEnd): void {
    this.stop();
    this.#parts.onEpoch({ membership: this.#parts.membership(), base });
  }

  #fetchUpTo(target: Pick<Cosigned, 'size' | 'root'> & Partial<Cosigned>, from: ParticipantId): void {
    const { size, root, note, signers } = target;
    const { clock, ledger, ask } = this.#parts;
    if (this.#fetch || this.#hasEnded || size <= ledger.size) return;
    const others = this.#parts.sources().filter((source) => source !== from);
    this.#partial = [];
    this.#seal = note !== undefined && signers ? { size, root, note, signers } : undefined;
    this.#fetch = new LedgerFetch(
      {
        clock,
        end: () => {
          const last = this.#partial.at(-1);
          return { size: ledger.size + this.#partial.length, leaf: last ? sha256(last) : ledger.chain.leaf };
        },
        ask,
        take: (records) => this.#take(records),
      },
      { size, root, sources: [from, ...others] },
      () => this.#reached(),
    );
  }

  /** Batch by batch; false when one of them has ended the epoch. */
  #take(records: readonly Buffer[]): boolean {
    let batch = this.#partial;
    for (const record of records) {
      batch.push(record);
      if (readEntryHeader(record)?.last !== true) continue;
      this.#parts.adopt(batch);
      batch = [];
      if (this.#hasEnded) {
        this.#reached();
        return false;
      }
    }
    this.#partial = batch;
    return true;
  }

  #reached(): void {
    this.#endFetch();
    const seal = this.#seal;
    const isHere = seal?.size === this.#parts.ledger.size && seal.root === this.#parts.ledger.chain.root();
    this.#parts.onReached(isHere ? seal : undefined);
    this.#tryEnd();
  }

  #endFetch(): void {
    this.#fetch?.stop();
    this.#fetch = undefined;
    this.#partial = [];
  }
}

/** Those who vote, in the order in which they become primary. */
function numbersOf({ watchers }: Membership): ParticipantId[] {
  return watchers.filter(({ role }) => role === 'member').map(({ number }) => number);
}

function quorumOf(membership: Membership): number {
  const members = numbersOf(membership);
  if (membership.protocol === 'raft') return Math.floor(members.length / 2) + 1;
  return new VotingMembers(members).quorum;
}
