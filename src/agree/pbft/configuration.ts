import { assert, type Milliseconds } from '../../model/index.ts';
import { wireLimits } from '../codec/pbft-body.ts';
import type { Domain } from '../codec/pbft-statement.ts';
import type { VoteSigner, Verifier } from '../crypto/ports.ts';
import type { ParticipantId } from '../protocol.ts';
import type { Sequence, View } from './messages.ts';

/** Who decides: the members of one epoch. */
export interface PbftConfiguration {
  domain: Domain;
  /** In the order in which they become primary. */
  members: readonly ParticipantId[];
  self: ParticipantId;
  signer: VoteSigner;
  verifier: Verifier;
  limits: PbftLimits;
}

/** Every bound and every time of the core, in one place. */
export interface PbftLimits {
  /** K: a checkpoint is taken after each so many sequences. */
  checkpointInterval: number;
  /** L: how far sequences may run ahead of the last stable checkpoint; at least 2 K. */
  window: number;
  /** Proposals of the primary that are not yet executed; more wait and make larger batches. */
  maxInFlight: number;
  /** While one is under way, a bundle waits so long for others to share the next; 0 for not at all. */
  gatherMs: Milliseconds;
  /** How many sequences the ledger root in a commit lies behind; not less than `maxInFlight`, or commits would wait. */
  historyLag: number;

  maxRequestBytes: number;
  /** Requests accepted from this member's owner and not yet ordered; more are rejected as `overloaded`. */
  maxPending: number;
  maxPendingBytes: number;
  maxBundleRequests: number;
  maxBundleBytes: number;
  /** Bundles of one client that wait or are kept until their checkpoint is stable, and numbers that its window spans. */
  maxClientBundles: number;
  /** Clients that are served; bundles of more are refused. */
  maxClients: number;
  maxProposalBundles: number;
  maxProposalBytes: number;

  /** Messages of one member that are kept because they belong to a later view or above the window. */
  maxHeldMessages: number;
  /** Slots that one status is answered with. */
  maxRetransmittedSlots: number;
  /** Records and messages that wait for the disk; beyond this nothing new is proposed or voted on. */
  maxUnsent: number;

  /** No progress for so long, with work waiting: the primary is suspected. Doubles with each view that fails. */
  suspicionMs: Milliseconds;
  suspicionMaxMs: Milliseconds;
  /** A request that waits so many times longer than `suspicionMs` is taken as suppressed, in spite of other progress. */
  suppressionFactor: number;
  /** A status goes out so often while anything is outstanding. */
  statusMs: Milliseconds;
  /** A status goes out at least so often. */
  statusIdleMs: Milliseconds;
  /** While somebody has no vote before further checkpoints, one is brought about so often where nobody asks for anything. */
  fillMs: Milliseconds;
  /** A primary's clock may differ so much from ours. */
  maxClockSkewMs: Milliseconds;
  /** Longest time that one tick counts for, so that a clock that jumps cannot run out every timer. */
  maxTickMs: Milliseconds;
  /** A primary is watched for throughput over windows of this length; Infinity switches the watch off. */
  watchWindowMs: Milliseconds;
  /** A primary is not suspected for its throughput earlier than this into its view, nor for slow orders sooner after another. */
  rotationMinMs: Milliseconds;
}

export const pbftLimits: PbftLimits = {
  checkpointInterval: 128,
  window: 256,
  maxInFlight: 8,
  gatherMs: 5,
  historyLag: 8,
  maxRequestBytes: wireLimits.requestBytes,
  maxPending: 16_384,
  maxPendingBytes: 67_108_864,
  maxBundleRequests: wireLimits.requestsPerBundle,
  maxBundleBytes: 1_048_576,
  maxClientBundles: 256,
  maxClients: 256,
  maxProposalBundles: 256,
  maxProposalBytes: 4_194_304,
  maxHeldMessages: 512,
  maxRetransmittedSlots: 16,
  maxUnsent: 65_536,
  suspicionMs: 500,
  suspicionMaxMs: 60_000,
  suppressionFactor: 4,
  statusMs: 150,
  statusIdleMs: 1000,
  fillMs: 15_000,
  maxClockSkewMs: 30_000,
  maxTickMs: 1000,
  watchWindowMs: 2000,
  rotationMinMs: 30_000,
};

/** The arithmetic of one set of members. */
export class Membership {
  readonly members: readonly ParticipantId[];
  /** f: how many may fail arbitrarily. */
  readonly faults: number;
  /** The least number of which any two groups share f + 1 members: 2f + 1 of 3f + 1. */
  readonly quorum: number;

  constructor(members: readonly ParticipantId[]) {
    assert(members.length > 0 && members.length <= wireLimits.members, 'a cluster has 1 to 64 members');
    assert(new Set(members).size === members.length, 'members are distinct');
    this.members = members;
    this.faults = Math.floor((members.length - 1) / 3);
    this.quorum = Math.ceil((members.length + this.faults + 1) / 2);
  }

  primary(view: View): ParticipantId {
    const member = this.members[view % this.members.length];
    assert(member !== undefined, 'every view has a primary');
    return member;
  }

  has(participant: ParticipantId): boolean {
    return this.members.includes(participant);
  }

  others(self: ParticipantId): ParticipantId[] {
    return this.members.filter((member) => member !== self);
  }
}

export function checkLimits(limits: PbftLimits): void {
  assert(limits.checkpointInterval >= 1, 'checkpoints are taken');
  assert(limits.window >= 2 * limits.checkpointInterval, 'the window holds two checkpoint intervals');
  assert(limits.window <= wireLimits.slots, 'a view change fits into a message');
  assert(limits.historyLag >= 1 && limits.historyLag <= limits.window, 'commits cover a ledger that exists');
  assert(limits.maxInFlight >= 1, 'something can be proposed');
  assert(limits.maxProposalBundles <= wireLimits.bundlesPerProposal, 'a proposal fits into a message');
  assert(limits.maxBundleRequests <= wireLimits.requestsPerBundle, 'a bundle fits into a message');
}

export function isCheckpoint(sequence: Sequence, limits: PbftLimits): boolean {
  return sequence % limits.checkpointInterval === 0;
}
