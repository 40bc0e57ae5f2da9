import { hash } from 'node:crypto';
import { statementBytes, type Domain, type Statement } from '../codec/pbft-statement.ts';
import type { SlotOfVote, Verifier, VoteSigner } from '../crypto/ports.ts';
import { SignGuard } from '../crypto/sign-guard.ts';
import type { JournalRecord, Lsn, ParticipantId } from '../protocol.ts';
import { sha256, type Hash } from '../record/hash.ts';
import type { Endorsement } from './messages.ts';
import type { PbftCore } from './pbft-core.ts';
import type { CertifiedBatch, EpochBase, PbftNotice, StableCheckpoint, TransferOrder } from './work.ts';

/** Who decides in an epoch, with which key each: rotations of a member's key so far. */
export interface Epoch {
  number: number;
  members: readonly ParticipantId[];
  rotations: readonly ParticipantId[];
}

export const domain: Domain = { network: sha256(Buffer.from('test')), epoch: 1 };

/** A request that says so ends the epoch: these are the members of the next, and these of them have new keys. */
export function epochText(members: readonly ParticipantId[], rotated: readonly ParticipantId[] = []): string {
  return `epoch ${members.join(',')} ${rotated.join(',')}`;
}

/** The epoch after these batches. */
export function epochAfter(first: readonly ParticipantId[], ledger: readonly CertifiedBatch[]): Epoch {
  let epoch: Epoch = { number: domain.epoch, members: first, rotations: [] };
  const ids = (text: string) => (text === '' ? [] : text.split(',').map(Number));
  for (const { requests } of ledger) {
    // However much one batch changes, it ends one epoch.
    const number = epoch.number + 1;
    for (const { id } of requests) {
      if (!id.startsWith('epoch ')) continue;
      const [, members = '', rotated = ''] = id.split(' ');
      epoch = { number, members: ids(members), rotations: [...epoch.rotations, ...ids(rotated)] };
    }
  }
  return epoch;
}

/** Signatures of an ideal world: nobody but the holder of a key makes them, and they cost nothing. */
function idealSignature(signer: ParticipantId, bytes: Uint8Array, rotations = 0): Buffer {
  return hash('sha512', Buffer.concat([Buffer.from(`ideal ${signer}.${rotations} `), bytes]), 'buffer');
}

const rotationsOf = ({ rotations }: Epoch, id: ParticipantId) => rotations.filter((one) => one === id).length;

export function idealVerifier(epoch: Epoch): Verifier {
  return {
    verify: (signer, bytes, signature) => idealSignature(signer, bytes, rotationsOf(epoch, signer)).equals(signature),
  };
}

export function idealSigner(self: ParticipantId, guard: SignGuard, epoch: Epoch): VoteSigner {
  const sign = (bytes: Uint8Array) => idealSignature(self, bytes, rotationsOf(epoch, self));
  return {
    sign,
    signVote: (slot: SlotOfVote, bytes) => (guard.permits(slot, bytes) ? sign(bytes) : undefined),
    remembers: (slot, bytes) => guard.remembers(slot, bytes),
  };
}

/** Signs anything as anybody: what a member whose key is held by an adversary can do. */
export function forge(signer: ParticipantId, statement: Statement, within: Domain = domain): Endorsement {
  return { signer, signature: idealSignature(signer, statementBytes(within, signer, statement)) };
}

/** One member with its disk and its application; the ledger is the list of batches. */
export class Node {
  readonly id: ParticipantId;
  core: PbftCore;
  epoch: Epoch;
  /** Where the present epoch began, and each before it. */
  bases: (EpochBase & { epoch: number })[] = [];
  /** What its owner has proposed in this process and not seen executed: proposed again when an epoch begins. */
  unanswered = new Set<string>();
  guard = new SignGuard();
  journal: JournalRecord[] = [];
  durable: Lsn = 0;
  ledger: CertifiedBatch[] = [];
  roots: Hash[] = [];
  /** Sequences of another protocol, before those of `ledger`. */
  before = 0;
  /** Batches that a transfer brought: durable since then, so that no crash takes them. */
  installed = 0;
  stable: StableCheckpoint[] = [];
  notices: PbftNotice[] = [];
  rejected: string[] = [];
  transfer: TransferOrder | undefined;
  running = true;
  /** What its clock shows at a time; others than the true one may be wrong or run at another rate. */
  clock: (now: number) => number = (now) => now;
  /** Whether a sync reaches the disk at once; otherwise it waits for `sync`. */
  autoSync = true;
  wantsSync = false;
  /** Turns a batch into what the ledger's root covers; one that lies shows what divergence does. */
  digestOf: (batch: CertifiedBatch) => string = (batch) =>
    `${batch.sequence} ${batch.time} ${batch.requests.map(({ id }) => id).join(' ')}`;

  constructor(id: ParticipantId, core: PbftCore, epoch: Epoch) {
    this.id = id;
    this.core = core;
    this.epoch = epoch;
  }

  get ids(): string[] {
    return this.ledger.flatMap(({ requests }) => requests.map(({ id }) => id));
  }

  refusals(reason: string): number {
    return this.notices.filter((notice) => notice.type === 'refused' && notice.reason === reason).length;
  }
}
