import type { EpochMs } from '../model/index.ts';

/**
 * The face that every consensus core shows: solo now, Raft and PBFT behind the same one. A core is a state machine
 * without input or output. Its owner feeds it with `step`, takes what is to be done from `ready`, and confirms with
 * `advance` (the shape of etcd-io/raft). Time, bytes and durability come in as inputs.
 *
 * Laws, which the owner and every core keep:
 * 1. `ready` returns the same work until `advance` confirms it; the next work follows only after that.
 * 2. The owner appends `persist` to the journal in order before it does anything else with the same work.
 * 3. Nothing is sent or applied that rests on a record which is not durable: a core releases it only after
 *    `persisted` has reported the record's position.
 * 4. `apply` comes strictly in order of `sequence`, without gaps and never twice in one life of a core.
 * 5. A core never throws on what came from outside; it answers with a `rejected` event. It throws on a broken rule of
 *    its own, and then its owner stops.
 * 6. Every queue inside a core has a bound, and the bound has a name in the core's limits.
 * 7. A core is a function of its inputs: the same inputs give the same work.
 *
 * `Peer` is what a core with peers accepts beyond this (messages, signature results), `Outgoing` what it sends.
 */
export interface ConsensusCore<Peer = never, Outgoing = never> {
  step(input: Input | Peer): void;
  ready(): Ready<Outgoing> | undefined;
  advance(ready: Ready<Outgoing>): void;
  inspect(): CoreStatus;
}

/** Position in a journal. Ends are exclusive everywhere: `lsn` 3 as an end means that records 0, 1 and 2 are meant. */
export type Lsn = number;

/** What is to be ordered: opaque bytes, under an id by which its proposer knows it again. */
export interface Request {
  /** At most 255 bytes of UTF-8, unique for ever within a cluster. */
  id: string;
  bytes: Uint8Array;
}

export type Input =
  /** Time passes. The wall clock may jump; what a core agrees on never goes back. */
  | { type: 'tick'; now: EpochMs }
  | { type: 'propose'; request: Request }
  /** All journal records before `lsn` are durable. */
  | { type: 'persisted'; lsn: Lsn };

/** Number of a member or client. It is never given to another one in the life of a cluster. */
export type ParticipantId = number;

/** Input of a core with peers: a message, decoded and validated, from a peer that the link has authenticated. */
export interface Received<Message> {
  type: 'message';
  from: ParticipantId;
  message: Message;
}

/** Output of a core with peers. Like everything sent it may be lost, repeated and overtaken. */
export interface Addressed<Message> {
  to: readonly ParticipantId[];
  message: Message;
}

/** A journal record of a core: bytes that only this core reads again. */
export type JournalRecord = Uint8Array;

/** What the cluster has agreed on, durable and final. */
export interface CommittedBatch {
  /** 1, 2, 3, … */
  sequence: number;
  /** Agreed time: whole milliseconds, never before the previous batch's. */
  time: EpochMs;
  requests: readonly Request[];
  /** Once the effects of this batch are durable elsewhere, journal records before this position are not needed. */
  lsn: Lsn;
}

/** Work for the owner. */
export interface Ready<Outgoing = never> {
  persist: readonly JournalRecord[];
  /** Whether `persist` must become durable now; the owner reports it by `persisted`. */
  mustSync: boolean;
  send: readonly Outgoing[];
  apply: readonly CommittedBatch[];
  events: readonly CoreEvent[];
}

/** Why a core refused a request. */
export type RejectReason =
  | 'overloaded'
  | 'too-large'
  /** Another member orders requests now, or nobody does. */
  | 'not-leader'
  /** A membership change is under way, or this leader has not yet committed anything of its own. */
  | 'change-pending'
  | 'no-effect'
  /** A learner that is to vote must first have almost everything. */
  | 'not-caught-up';

export type CoreEvent = { type: 'rejected'; id: string; reason: RejectReason };

export interface CoreStatus {
  protocol: 'solo' | 'raft' | 'pbft';
  /** Last sequence that was handed out in `apply`. */
  sequence: number;
  time: EpochMs;
  /** Requests accepted and not yet handed out. */
  pending: number;
}
