import type { EpochMs } from '../../model/index.ts';
import type { Addressed, ParticipantId, Received, Request } from '../protocol.ts';

/** Who takes part: voters decide, learners only receive. Both sorted, without doubles, disjoint. */
export interface Membership {
  voters: readonly ParticipantId[];
  learners: readonly ParticipantId[];
}

/** One place of the log. Without requests and membership it is the empty entry that opens a leader's term. */
export interface Entry {
  /** 1, 2, 3, …; it is the sequence under which the entry is applied. */
  index: number;
  term: number;
  time: EpochMs;
  requests: readonly Request[];
  membership?: Membership;
}

/** A place up to which the log was replaced by a state (dissertation, section 5.1). */
export interface Point {
  index: number;
  term: number;
  time: EpochMs;
  membership: Membership;
}

/** What members say to each other; the sender is known from the link. Numbers as in the dissertation's figure 3.1. */
export type RaftMessage =
  | {
      type: 'vote-request';
      term: number;
      /** Only asks whether the sender would win (section 9.6); changes nobody's term. */
      trial: boolean;
      /** The leader itself asked for this election (section 3.10): a living leader is no reason to refuse. */
      forced: boolean;
      lastIndex: number;
      lastTerm: number;
    }
  | { type: 'vote-reply'; term: number; trial: boolean; granted: boolean }
  | {
      type: 'append';
      term: number;
      previousIndex: number;
      previousTerm: number;
      commit: number;
      entries: readonly Entry[];
    }
  | {
      type: 'append-reply';
      term: number;
      /** Accepted: the logs agree up to here. Refused: the `previousIndex` that did not fit. */
      index: number;
      refused: boolean;
      /** Refused: where the logs may agree, and the refuser's term there. */
      hintIndex: number;
      hintTerm: number;
    }
  | { type: 'snapshot'; term: number; point: Point; totalBytes: number; offset: number; bytes: Uint8Array }
  /** `offset` bytes have arrived; all of them: the state is in force and durable. */
  | { type: 'snapshot-reply'; term: number; index: number; offset: number }
  | { type: 'timeout-now'; term: number };

export type RaftSend = Addressed<RaftMessage>;

/** One step of membership: a single server at a time (dissertation, section 4.1). */
export type MembershipChange = { type: 'add-learner' | 'promote' | 'remove'; member: ParticipantId };

/** What a Raft core accepts beyond time, requests and durability. */
export type RaftInput =
  | Received<RaftMessage>
  /** Only the leader accepts it; a refusal comes as a `rejected` event under the id. */
  | { type: 'change'; id: string; change: MembershipChange }
  /** Hands leadership to a voter (section 3.10); nothing happens on anyone but the leader. */
  | { type: 'transfer'; to: ParticipantId }
  /** The owner's state after the sequence is durable as a snapshot, and the log may forget what led to it. */
  | { type: 'compact'; sequence: number; state: Uint8Array }
  /** The state that `install` brought is durable and in force. */
  | { type: 'installed'; sequence: number };
