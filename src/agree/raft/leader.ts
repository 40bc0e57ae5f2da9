import type { ParticipantId, RejectReason, Request } from '../protocol.ts';
import { changed, everyone } from './membership.ts';
import type { Membership, MembershipChange, RaftMessage } from './messages.ts';
import { Progress } from './progress.ts';
import { ProposalQueue } from './proposal-queue.ts';
import { Replicator } from './replicator.ts';
import type { RaftState } from './state.ts';

type AppendReply = Extract<RaftMessage, { type: 'append-reply' }>;
type SnapshotReply = Extract<RaftMessage, { type: 'snapshot-reply' }>;

/** One term of leadership: proposals, commitment (section 3.6.2), membership (4.1), check-quorum (6.2), hand-over (3.10). */
export class Leader {
  readonly #state: RaftState;
  readonly #replicator: Replicator;
  readonly #progress = new Map<ParticipantId, Progress>();
  readonly #queue: ProposalQueue;
  #heartbeatDueMs: number;
  #quorumDueMs: number;
  #transfer: { to: ParticipantId; untilMs: number } | undefined;

  /** Opens the term with an empty entry, so that what earlier terms left can be committed (section 6.4). */
  constructor(state: RaftState) {
    this.#state = state;
    this.#replicator = new Replicator(state);
    this.#queue = new ProposalQueue(state.limits);
    this.#heartbeatDueMs = state.elapsedMs + state.limits.heartbeatMs;
    this.#quorumDueMs = state.elapsedMs + state.limits.electionTimeoutMs;
    state.role = 'leader';
    state.leader = state.id;
    this.#follow(state.log.membership);
    this.#append([]);
    this.#replicate();
  }

  /** Requests accepted and not yet handed out. */
  get pending(): number {
    return this.#queue.pending;
  }

  propose(request: Request): void {
    const reason = this.#transfer ? 'not-leader' : this.#queue.offer(request);
    if (reason) this.#reject(request.id, reason);
  }

  /** Closes batches as long as the pipeline has room; what comes meanwhile makes the next one larger. */
  flush(): void {
    const { log, limits, commit } = this.#state;
    let grown = false;
    while (!this.#queue.isEmpty && log.lastIndex - commit < limits.maxOpenBatches) {
      this.#append(this.#queue.takeBatch());
      grown = true;
    }
    if (grown) this.#replicate();
  }

  tick(): void {
    const state = this.#state;
    if (this.#transfer && state.elapsedMs >= this.#transfer.untilMs) this.#transfer = undefined;
    if (state.elapsedMs >= this.#heartbeatDueMs) {
      this.#heartbeatDueMs = state.elapsedMs + state.limits.heartbeatMs;
      for (const [to, progress] of this.#progress) this.#replicator.heartbeat(to, progress);
    }
    if (state.elapsedMs >= this.#quorumDueMs) this.#checkQuorum();
  }

  onAppendReply(from: ParticipantId, message: AppendReply): void {
    const progress = this.#progress.get(from);
    if (!progress) return;
    progress.heard = true;
    if (message.refused) {
      this.#replicator.refused(from, progress, message);
      return;
    }
    if (message.index > this.#state.log.lastIndex) return;
    if (progress.mode === 'snapshot' && message.index >= this.#state.log.base.index) progress.stream();
    if (progress.matched(message.index)) this.commit();
    this.#replicator.replicate(from, progress);
    this.#handOver();
  }

  onSnapshotReply(from: ParticipantId, message: SnapshotReply): void {
    const progress = this.#progress.get(from);
    if (!progress) return;
    progress.heard = true;
    this.#replicator.chunkArrived(from, progress, message);
  }

  /** Commits what a quorum has, and tells the followers at once. */
  commit(): void {
    const state = this.#state;
    const { log, rules, term } = state;
    const matches = rules
      .electorate(log.membership)
      .map((id) =>
        id === state.id ? rules.countsOwn(log.lastIndex, log.durableIndex) : (this.#progress.get(id)?.match ?? 0),
      )
      .sort((a, b) => b - a);
    const index = matches[state.quorum() - 1] ?? 0;
    if (index <= state.commit || !rules.commitsByCounting(log.termAt(index) ?? 0, term)) return;
    state.commit = index;
    this.#replicate();
  }

  /** A leader that has removed itself leads until that is committed (section 4.2.2). */
  isDismissed(): boolean {
    const { log, commit, id } = this.#state;
    return log.membershipIndex <= commit && !log.membership.voters.includes(id);
  }

  change(id: string, change: MembershipChange): void {
    const { log, rules, commit, term, limits } = this.#state;
    const next = changed(log.membership, change);
    const match = this.#progress.get(change.member)?.match ?? 0;
    if (!rules.mayChange(log.membershipIndex, commit, log.termAt(commit) ?? 0, term)) {
      this.#reject(id, 'change-pending');
    } else if (!next) {
      this.#reject(id, 'no-effect');
    } else if (change.type === 'promote' && match + limits.maxOpenBatches < log.lastIndex) {
      this.#reject(id, 'not-caught-up');
    } else {
      this.#append([], next);
      this.#follow(next);
      this.#replicate();
    }
  }

  transfer(to: ParticipantId): void {
    if (to === this.#state.id || !this.#state.log.membership.voters.includes(to)) return;
    this.#transfer = { to, untilMs: this.#state.elapsedMs + this.#state.limits.electionTimeoutMs };
    this.#handOver();
  }

  /** A batch of this term was handed out. */
  handedOut(requests: readonly Request[]): void {
    this.#queue.handedOut(requests);
  }

  /** Whether this member has lost touch with a quorum: then another may lead by now. */
  isCutOff = false;

  /** Gives up: what was not yet proposed is refused, the rest may or may not be committed by another leader. */
  stepDown(): void {
    for (const request of this.#queue.drain()) this.#reject(request.id, 'not-leader');
  }

  #append(requests: readonly Request[], membership?: Membership): void {
    const { log, term, now } = this.#state;
    const time = Math.max(log.lastTime, Math.floor(now));
    const place = { index: log.lastIndex + 1, term, time };
    this.#state.append(membership ? { ...place, requests, membership } : { ...place, requests });
  }

  #replicate(): void {
    for (const [to, progress] of this.#progress) this.#replicator.replicate(to, progress);
  }

  #follow(membership: Membership): void {
    const members = everyone(membership).filter((id) => id !== this.#state.id);
    for (const id of this.#progress.keys()) if (!members.includes(id)) this.#progress.delete(id);
    for (const id of members) {
      if (!this.#progress.has(id)) this.#progress.set(id, new Progress(this.#state.log.lastIndex + 1));
    }
  }

  #checkQuorum(): void {
    const state = this.#state;
    this.#quorumDueMs = state.elapsedMs + state.limits.electionTimeoutMs;
    const heard = state.rules
      .electorate(state.log.membership)
      .filter((id) => id === state.id || this.#progress.get(id)?.heard === true);
    this.isCutOff = heard.length < state.quorum();
    for (const progress of this.#progress.values()) progress.heard = false;
  }

  #handOver(): void {
    const { log, outbox, term } = this.#state;
    const to = this.#transfer?.to;
    if (to === undefined || this.#progress.get(to)?.match !== log.lastIndex) return;
    outbox.send(to, { type: 'timeout-now', term });
  }

  #reject(id: string, reason: RejectReason): void {
    this.#state.outbox.event({ type: 'rejected', id, reason });
  }
}
