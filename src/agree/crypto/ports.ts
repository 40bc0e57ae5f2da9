import type { ParticipantId } from '../protocol.ts';

/** Checks signatures of members and clients. Pure: the same answer for the same question, for ever. */
export interface Verifier {
  /** False for a wrong signature and for a participant that is not known. */
  verify(signer: ParticipantId, bytes: Uint8Array, signature: Uint8Array): boolean;
}

/** What a signature decides. Two different bytes under one of these would be a lie: all of it together. */
export interface SlotOfVote {
  /** Of the domain; views begin again in each, and places that an epoch left void are filled by the next. */
  epoch: number;
  kind: 'pre-prepare' | 'prepare' | 'commit' | 'checkpoint' | 'view-change' | 'new-view';
  view: number;
  sequence: number;
}

/** Signs as one member, behind a guard. */
export interface VoteSigner {
  /** For statements that may change: requests, statuses, questions. */
  sign(bytes: Uint8Array): Uint8Array;
  /** For statements that bind. Undefined when the guard refuses; the member then stays silent on that slot. */
  signVote(slot: SlotOfVote, bytes: Uint8Array): Uint8Array | undefined;
  /** Whether the guard knows that exactly this was signed for the slot. */
  remembers(slot: SlotOfVote, bytes: Uint8Array): boolean;
}
