import type { ParticipantId } from '../protocol.ts';
import { votesOf } from './checkpoint.ts';
import type { Checkpoints } from './checkpoints.ts';
import { progress, type Message, type Progress, type Status, type ViewChange, type Vote } from './messages.ts';
import { remembered } from './self-knowledge.ts';
import type { Shared } from './shared.ts';
import type { SlotLog } from './slot-log.ts';
import type { Slot } from './slot.ts';

/** One vote that its sender does not know is enough; a few more, as it may know some of them after all. */
const maxReminders = 16;

/** What a status is made from, and answered from. */
export interface StatusParts {
  shared: Shared;
  slots: SlotLog;
  checkpoints: Checkpoints;
  /** View changes for the view that is awaited. */
  gathered: readonly ViewChange[];
}

/** What this member has; unsigned. */
export function describeStatus(
  { shared, slots, checkpoints, gathered }: StatusParts,
  suspects: boolean,
  number: number,
): Omit<Status, 'signer' | 'signature'> {
  const states: Progress[] = [];
  for (let sequence = slots.low + 1; sequence <= slots.high; sequence++) {
    states.push(slots.peek(sequence)?.progress() ?? progress.nothing);
  }
  while (states.at(-1) === progress.nothing) states.pop();
  return {
    type: 'status',
    number,
    view: shared.view,
    active: shared.active,
    suspects,
    voting: shared.voting,
    asks: shared.asking,
    remembered: remembered(shared),
    stable: slots.low,
    executed: checkpoints.state.sequence,
    slots: states,
    viewChanges: gathered.map(({ signer }) => signer),
  };
}

/**
 * What the sender of a status lacks and we have. This is the only retransmission there is, and it covers view changes
 * and new views as well, because links may heal long after those were first sent.
 */
export function answerStatus(parts: StatusParts, status: Status): Message[] {
  return [...answerView(parts, status), ...orderedFor(parts, status)];
}

function answerView(parts: StatusParts, status: Status): Message[] {
  const { shared, checkpoints } = parts;
  const answers: Message[] = [];
  answers.push(...checkpoints.votesAfter(status.stable));
  if (status.stable < checkpoints.stable.sequence) answers.push(...votesOf(checkpoints.stable));
  if (status.view > shared.view) return answers;
  if (status.view === shared.view && status.active) {
    if (shared.active) answers.push(...slotsFor(parts, status));
    return answers;
  }
  if (shared.active) return shared.newView ? [...answers, shared.newView] : answers;
  const has = new Set<ParticipantId>(status.view === shared.view ? status.viewChanges : []);
  return [...answers, ...parts.gathered.filter(({ signer }) => !has.has(signer))];
}

/**
 * What was ordered, for a sender that our votes of this view do not help: because it has left the view, or has not come to
 * it, or we never voted on it here, or its primary told it another story. It needs no votes of its own to execute what a
 * quorum has signed.
 */
function orderedFor({ shared, slots, checkpoints }: StatusParts, status: Status): Message[] {
  const answers: Message[] = [];
  // Who suspects its primary has waited long enough for the votes of others to help it.
  const isServed = status.view === shared.view && status.active && shared.active && !status.suspects;
  const last = Math.min(checkpoints.state.sequence, slots.high);
  for (let sequence = Math.max(status.executed, slots.low) + 1; sequence <= last; sequence++) {
    const slot = slots.peek(sequence);
    const certificate = slot?.committed;
    const proposal = certificate && slot?.find(certificate.digest);
    if (!certificate || !proposal || (isServed && slot.isPrepared)) continue;
    answers.push({ type: 'data', content: 'ordered', certificate, proposal });
    if (answers.length >= shared.limits.maxRetransmittedSlots) break;
  }
  return answers;
}

/** For the sender of a status, which asks or has gone back: what it said before, its last view change too. */
export function remind(
  parts: StatusParts,
  status: Status,
  said: Status | undefined,
  left: ViewChange | undefined,
): Message {
  const { number } = status;
  return { type: 'data', content: 'reminder', number, said, votes: votesToRemind(parts, status, left) };
}

/** What the sender of a status voted here, as far as it does not seem to know that: the newest first. */
function votesToRemind(
  { shared, slots, checkpoints }: StatusParts,
  status: Status,
  left: ViewChange | undefined,
): Vote[] {
  const votes: Vote[] = left && left.view > status.view ? [left] : [];
  const { stable } = checkpoints;
  if (stable.sequence > status.executed) votes.push(...votesOf(stable).filter((vote) => vote.signer === status.signer));
  if (status.view > shared.view) return votes;
  const isThere = status.view === shared.view && status.active;
  for (const slot of slots.all().reverse()) {
    const { sequence, header, proposal, prepares, commits } = slot;
    if (votes.length >= maxReminders) break;
    const has = isThere ? (status.slots[sequence - status.stable - 1] ?? progress.nothing) : progress.nothing;
    const { signer } = status;
    const prepare = prepares.get(signer);
    const commit = commits.get(signer);
    if (commit && has < progress.prepared) votes.push(commit);
    if (has >= progress.preprepared) continue;
    if (prepare) votes.push(prepare);
    if (header?.signer === signer && proposal) votes.push({ type: 'pre-prepare', header, proposal });
  }
  return votes.slice(0, maxReminders);
}

function slotsFor({ shared, slots }: StatusParts, status: Status): Message[] {
  const answers: Message[] = [];
  let helped = 0;
  const from = Math.max(status.stable, slots.low);
  for (let sequence = from + 1; sequence <= slots.high && helped < shared.limits.maxRetransmittedSlots; sequence++) {
    const slot = slots.peek(sequence);
    const lacking = slot ? lackingOf(slot, status.slots[sequence - status.stable - 1] ?? 0, shared.self) : [];
    answers.push(...lacking);
    if (lacking.length > 0) helped += 1;
  }
  return answers;
}

function lackingOf({ header, proposal, prepares, commits }: Slot, has: Progress, self: ParticipantId): Message[] {
  const lacking: Message[] = [];
  const prepare = prepares.get(self);
  const commit = commits.get(self);
  // Anybody passes on the pre-prepare: its primary may have sent it to some only.
  if (header && proposal && has < progress.preprepared) lacking.push({ type: 'pre-prepare', header, proposal });
  if (prepare && has < progress.prepared) lacking.push(prepare);
  if (commit && has < progress.committed) lacking.push(commit);
  return lacking;
}
