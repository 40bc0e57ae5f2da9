/** Raft for one organisation: survives crashes of a minority, not lies. */
export { decodeMessage, encodeMessage } from './codec.ts';
export { raftLimits, type RaftLimits } from './limits.ts';
export type { Membership, MembershipChange, Point, RaftMessage } from './messages.ts';
export { RaftCore, type RaftStatus } from './raft-core.ts';
export type { RaftReady } from './outbox.ts';
export { decodeRecord, recollect, type RaftRecord } from './records.ts';
export { raftRules, type RaftRules } from './rules.ts';
