import type { EpochMs } from '../../model/index.ts';
import type { Lsn, ParticipantId, Request } from '../protocol.ts';
import type { Hash } from '../record/hash.ts';

/**
 * The messages of PBFT with signatures (Castro and Liskov, OSDI 1999), with three additions: requests travel apart from
 * the order in signed bundles, a commit carries the root of the ledger, and a status has a number so that replaying it
 * is useless. Every message but `data` is signed; what `data` carries is known by its digest or proves itself.
 */
export type Message =
  | Bundle
  | PrePrepare
  | Prepare
  | Commit
  | CheckpointVote
  | ViewChange
  | NewView
  | Status
  | Fetch
  | Data;

/** View 0, 1, 2, …; the primary of view v is member v mod n. */
export type View = number;

/** Place in the order: 1, 2, 3, … for ever; it is never reset by a view change. */
export type Sequence = number;

/** Who says something, and the proof; certificates hold many on one statement. */
export interface Endorsement {
  signer: ParticipantId;
  /** Ed25519 over network, epoch, kind of message and body; 64 bytes. */
  signature: Uint8Array;
}

/** REQUEST: what one client wants ordered, under one signature. `number` rises strictly with each bundle of a client. */
export interface Bundle extends Endorsement {
  type: 'bundle';
  number: number;
  requests: readonly Request[];
}

/** Names a bundle without its content. */
export interface BundleReference {
  client: ParticipantId;
  number: number;
  digest: Hash;
}

/** What a primary proposes for one sequence: its clock, and which bundles in which order. */
export interface Proposal {
  time: EpochMs;
  bundles: readonly BundleReference[];
}

/** The primary's vote for a digest at a sequence; stands for its prepare. */
export interface Header extends Endorsement {
  view: View;
  sequence: Sequence;
  /** Of the proposal. */
  digest: Hash;
}

/** PRE-PREPARE */
export interface PrePrepare {
  type: 'pre-prepare';
  header: Header;
  proposal: Proposal;
}

/** PREPARE, by backups only. */
export interface Prepare extends Endorsement {
  type: 'prepare';
  view: View;
  sequence: Sequence;
  digest: Hash;
}

/**
 * COMMIT, by every member. The root covers the ledger up to `historyLag` sequences before this one, but not less than
 * where the epoch began.
 */
export interface Commit extends Endorsement {
  type: 'commit';
  view: View;
  sequence: Sequence;
  digest: Hash;
  root: Hash;
}

/** CHECKPOINT: the signer holds the state after this sequence; the digest covers ledger root and client table. */
export interface CheckpointVote extends Endorsement {
  type: 'checkpoint';
  sequence: Sequence;
  digest: Hash;
}

/** A quorum of signatures on one checkpoint. Where an epoch begins needs none, as all its members know it. */
export interface CheckpointCertificate {
  sequence: Sequence;
  digest: Hash;
  votes: readonly Endorsement[];
}

/** A pre-prepare and the prepares of enough distinct backups: no other digest can have this at view and sequence. */
export interface PreparedCertificate {
  header: Header;
  prepares: readonly Endorsement[];
}

/** A quorum of commits: proves to anyone what was ordered at this sequence, and the ledger that it stands on. */
export interface CommitCertificate {
  view: View;
  sequence: Sequence;
  digest: Hash;
  root: Hash;
  votes: readonly Endorsement[];
}

/** VIEW-CHANGE: the signer has left all views before this one, with everything it had prepared above its checkpoint. */
export interface ViewChange extends Endorsement {
  type: 'view-change';
  view: View;
  stable: CheckpointCertificate;
  prepared: readonly PreparedCertificate[];
}

/** NEW-VIEW: the view changes that justify it, and the pre-prepares that follow from them. */
export interface NewView extends Endorsement {
  type: 'new-view';
  view: View;
  viewChanges: readonly ViewChange[];
  headers: readonly Header[];
}

/** How far a slot has come at the sender of a status. */
export const progress = { nothing: 0, preprepared: 1, prepared: 2, committed: 3 } as const;
export type Progress = (typeof progress)[keyof typeof progress];

/** Numbers of one life: bundles and statuses of a later life have higher ones, without a record for each. */
export const numbersPerLife = 0x1_0000_0000;

/** How far a member remembers what it said itself: all of its lives before this one, and of this one up to a record. */
export interface Remembered {
  life: number;
  /** Position in its journal. */
  recorded: Lsn;
}

/** STATUS: what the sender has, from which receivers see what it lacks. All retransmission follows from it. */
export interface Status extends Endorsement {
  type: 'status';
  /** Rises with each status of a sender, over restarts too. */
  number: number;
  view: View;
  /** Whether the sender has the new view; false while it changes views. */
  active: boolean;
  /** Whether the sender would leave its view if enough others would. */
  suspects: boolean;
  /** Whether the sender votes. Who lost its memory does so again when further checkpoints are stable. */
  voting: boolean;
  /** Whether the sender has started, and does not vote before it knows that nobody remembers more of it than itself. */
  asks: boolean;
  remembered: Remembered;
  stable: Sequence;
  executed: Sequence;
  /** From `stable + 1` on, executed ones too, as in a new view others need our votes on them; no trailing `nothing`. */
  slots: readonly Progress[];
  /** Members, in rising order, whose view change for `view` the sender has. */
  viewChanges: readonly ParticipantId[];
}

/** Asks for content by its digest. */
export interface Fetch extends Endorsement {
  type: 'fetch';
  content: 'proposal' | 'bundle';
  digest: Hash;
}

/** What binds its signer, and what others therefore keep as proof that it was said. */
export type Vote = PrePrepare | Prepare | Commit | CheckpointVote | ViewChange;

/** What the sender of a status said before and does not seem to remember. It is its own, so it proves itself. */
export interface Reminder {
  /** Of the status that this answers. */
  number: number;
  /** The status in which it remembered most, where that is more than now. */
  said: Status | undefined;
  votes: readonly Vote[];
}

/** Answers `fetch`; and a status, with what was ordered and with what its sender said itself. */
export type Data =
  | { type: 'data'; content: 'proposal'; proposal: Proposal }
  | { type: 'data'; content: 'bundle'; bundle: Bundle }
  | ({ type: 'data'; content: 'ordered' } & Ordered)
  | ({ type: 'data'; content: 'reminder' } & Reminder);

/** What a quorum committed, with the proposal that the certificate names. */
export interface Ordered {
  certificate: CommitCertificate;
  proposal: Proposal;
}
