import { encodeMessage } from '../codec/pbft-message.ts';
import { assert, type Milliseconds } from '../../model/index.ts';
import type { ParticipantId } from '../protocol.ts';
import { sha256, type Hash } from '../record/hash.ts';
import { genesisCheckpoint } from './certificates.ts';
import type { Checkpoints } from './checkpoints.ts';
import { decideNewView, type NewViewDecision } from './decide-new-view.ts';
import type { Header, NewView, Status, View, ViewChange } from './messages.ts';
import type { Ordering } from './ordering.ts';
import type { PrimaryWatch } from './primary-watch.ts';
import type { RequestPool } from './request-pool.ts';
import type { Shared } from './shared.ts';
import type { SlotLog } from './slot-log.ts';
import { ViewChanges } from './view-change.ts';
import type { SuspicionReason } from './work.ts';

/** Every crash before a view change is durable costs one view; a guard that refuses more remembers another journal. */
const maxRefusedViews = 64;

interface ViewChangerParts {
  shared: Shared;
  slots: SlotLog;
  pool: RequestPool;
  checkpoints: Checkpoints;
  ordering: Ordering;
  watch: PrimaryWatch;
}

/**
 * Leaves views and enters new ones (OSDI 1999, section 4.4). Before a member leaves a view it says in its status that it
 * would, and does so when f + 1 would: a member that is merely cut off never gets ahead of the others, and comes back
 * without disturbing them. This costs no liveness: while fewer than f + 1 correct members lack progress, a quorum has it,
 * and the rest catch up from its retransmissions.
 */
export class ViewChanger {
  readonly #parts: ViewChangerParts;
  readonly #shared: Shared;
  readonly #changes = new ViewChanges();
  /** The view that each other member said it suspects. */
  readonly #suspicions = new Map<ParticipantId, View>();
  /** Judgements of view changes, by digest, as a new-view repeats those that came before. */
  readonly #judged = new Map<Hash, ViewChange | undefined>();
  #suspects = false;
  /** Since when a quorum has left for the view that is awaited; its primary has the time-out from then on. */
  #quorumAtMs: Milliseconds | undefined;

  constructor(parts: ViewChangerParts) {
    this.#parts = parts;
    this.#shared = parts.shared;
    const { viewChange } = parts.shared;
    if (viewChange) this.#changes.add(viewChange);
  }

  get suspects(): boolean {
    return this.#suspects;
  }

  /** View changes for the view that is awaited, in order of members. */
  get gathered(): ViewChange[] {
    return this.#shared.active ? [] : this.#changes.of(this.#shared.view);
  }

  /** The last view change of a member, for whatever view. */
  lastOf(member: ParticipantId): ViewChange | undefined {
    return this.#changes.get(member);
  }

  suspect(reason: SuspicionReason): void {
    if (this.#suspects || !this.#shared.active) return;
    this.#suspects = true;
    this.#shared.outbox.notice({ type: 'suspects', view: this.#shared.view, reason });
    this.#leaveIfShared();
  }

  onStatus({ signer, view, suspects }: Status): void {
    if (suspects) this.#suspicions.set(signer, view);
    else this.#suspicions.delete(signer);
    this.#leaveIfShared();
  }

  #leaveIfShared(): void {
    const { view, active, membership } = this.#shared;
    if (!this.#suspects || !active) return;
    const others = new Set(this.#changes.wanting(view + 1));
    for (const [member, suspected] of this.#suspicions) if (suspected === view) others.add(member);
    others.delete(this.#shared.self);
    if (others.size + 1 > membership.faults) this.start(view + 1);
  }

  /** Progress takes a suspicion back. */
  clearSuspicion(): void {
    this.#suspects = false;
  }

  start(wanted: View): void {
    const { outbox, others } = this.#shared;
    const { slots, watch } = this.#parts;
    watch.leaveView(this.#shared.active);
    const change = this.#sign(wanted);
    const view = change?.view ?? wanted;
    this.#suspects = false;
    this.#quorumAtMs = undefined;
    this.#shared.view = view;
    this.#shared.active = false;
    this.#shared.viewChange = change;
    slots.leaveView();
    outbox.notice({ type: 'view', view, active: false });
    if (!change) return;
    outbox.record({ type: 'view-change', viewChange: change });
    outbox.send(change, others);
    this.#changes.add(change);
    this.#gather();
  }

  /**
   * The guard refuses a view for which this member signed something before a crash that its journal did not keep: then the
   * next view is as good. If it waited in that view instead, a few such members would stop everybody.
   */
  #sign(wanted: View): ViewChange | undefined {
    const { authority, voting, outbox } = this.#shared;
    const { slots, checkpoints } = this.#parts;
    const prepared = slots.all().flatMap(({ certificate }) => (certificate ? [certificate] : []));
    if (!voting) return undefined;
    for (let view = wanted; view < wanted + maxRefusedViews; view++) {
      const statement = { type: 'view-change' as const, view, stable: checkpoints.stable, prepared };
      const signed = authority.vote(statement, { kind: 'view-change', view, sequence: 0 });
      if (signed) return { ...statement, ...signed };
      outbox.notice({ type: 'guard-refused', kind: 'view-change', view, sequence: 0 });
    }
    return undefined;
  }

  receive(from: ParticipantId, message: ViewChange | NewView): void {
    const { shared } = this.#parts;
    if (!shared.membership.has(message.signer)) return shared.refuse(from, message.type, 'not-member');
    if (message.view < shared.view || (message.view === shared.view && shared.active)) {
      return shared.refuse(from, message.type, 'old-view');
    }
    if (message.type === 'view-change') this.#onViewChange(from, message);
    else this.#onNewView(from, message);
  }

  #onViewChange(from: ParticipantId, change: ViewChange): void {
    if ((this.#changes.get(change.signer)?.view ?? -1) >= change.view) return;
    if (!this.#judge(change)) return this.#shared.refuse(from, 'view-change', 'bad-certificate');
    this.#changes.add(change);
    const { view, membership } = this.#shared;
    const join = this.#changes.toJoin(view, membership.faults);
    if (join !== undefined) return this.start(join);
    this.#leaveIfShared();
    this.#gather();
  }

  /**
   * L1: the next primary's time runs from when a quorum has left, for its view or a later one: who has gone on does not
   * come back, and those who wait must be able to follow. The next primary itself decides, from changes for its own view.
   */
  #gather(): void {
    const { view, active, membership, elapsedMs, self, viewChange } = this.#shared;
    if (active) return;
    if (this.#changes.wanting(view).length < membership.quorum) return;
    this.#quorumAtMs ??= elapsedMs;
    const changes = this.#changes.of(view);
    if (changes.length < membership.quorum) return;
    if (membership.primary(view) !== self || !viewChange) return;
    const others = changes.filter(({ signer }) => signer !== self).slice(0, membership.quorum - 1);
    this.#issue([...others, viewChange].sort((one, other) => one.signer - other.signer));
  }

  #issue(viewChanges: readonly ViewChange[]): void {
    const { authority, view, voting, outbox, others } = this.#shared;
    const decision = this.#decide(viewChanges);
    assert(decision, 'view changes that were gathered were judged to be good');
    const headers: Header[] = [];
    for (const { sequence, digest } of decision.slots) {
      const header = { view, sequence, digest };
      const signed = voting && authority.vote({ type: 'pre-prepare', header }, { kind: 'pre-prepare', view, sequence });
      if (!signed) return;
      headers.push({ ...header, ...signed });
    }
    const statement = { type: 'new-view' as const, view, viewChanges, headers };
    const signed = authority.vote(statement, { kind: 'new-view', view, sequence: 0 });
    if (!signed) return;
    const newView = { ...statement, ...signed };
    this.#enter(newView, decision);
    outbox.send(newView, others);
  }

  #onNewView(from: ParticipantId, newView: NewView): void {
    const { membership, authority, view } = this.#shared;
    const refuse = (reason: Parameters<Shared['refuse']>[2]) => this.#shared.refuse(from, 'new-view', reason);
    if (newView.signer !== membership.primary(newView.view)) return refuse('not-primary');
    if (!authority.accepts(newView, newView)) return refuse('bad-signature');
    const decision = this.#justified(newView);
    if (decision) return this.#enter(newView, decision);
    refuse('wrong-new-view');
    if (newView.view === view) this.start(view + 1);
  }

  /** Every backup recomputes what must follow from the view changes, and takes nothing else. */
  #justified({ view, viewChanges, headers, signer }: NewView): NewViewDecision | undefined {
    const { membership, authority } = this.#shared;
    // Distinct by the form of the message already; a quorum of one member's words must not pass even if that changes.
    if (new Set(viewChanges.map((change) => change.signer)).size < membership.quorum) return undefined;
    const decision = viewChanges.every((change) => change.view === view) ? this.#decide(viewChanges) : undefined;
    if (!decision) return undefined;
    const follows = decision.slots.every(({ sequence, digest }, at) => {
      const header = headers[at];
      return (
        header?.sequence === sequence &&
        header.digest === digest &&
        header.view === view &&
        header.signer === signer &&
        authority.accepts(header, { type: 'pre-prepare', header })
      );
    });
    return follows && headers.length === decision.slots.length ? decision : undefined;
  }

  /** Signed view changes go from hand to hand whole; what counts of each is judged anew by everybody. */
  #decide(viewChanges: readonly ViewChange[]): NewViewDecision | undefined {
    const judged: ViewChange[] = [];
    for (const change of viewChanges) {
      const one = this.#judge(change);
      if (!one) return undefined;
      judged.push(one);
    }
    return decideNewView(judged, genesisCheckpoint);
  }

  #judge(change: ViewChange): ViewChange | undefined {
    const digest = sha256(encodeMessage(change));
    if (this.#judged.has(digest)) return this.#judged.get(digest);
    const judged = this.#shared.check.viewChange(change, this.#shared.limits);
    const [oldest] = this.#judged.keys();
    const isFull = this.#judged.size >= 2 * this.#shared.membership.members.length;
    if (oldest !== undefined && isFull) this.#judged.delete(oldest);
    this.#judged.set(digest, judged);
    return judged;
  }

  #enter(newView: NewView, { stable }: NewViewDecision): void {
    const { outbox, elapsedMs } = this.#shared;
    const { slots, pool, checkpoints, ordering, watch } = this.#parts;
    const { view, headers } = newView;
    this.#shared.view = view;
    this.#shared.active = true;
    this.#shared.newView = newView;
    this.#shared.viewChange = undefined;
    this.#suspects = false;
    this.#quorumAtMs = undefined;
    outbox.record({ type: 'new-view', newView });
    outbox.notice({ type: 'view', view, active: true });
    slots.leaveView();
    pool.beginView(elapsedMs);
    watch.beginView();
    checkpoints.learn(stable);
    ordering.enterView(headers, Math.max(headers.at(-1)?.sequence ?? 0, stable.sequence, slots.low));
  }

  /** Who had no vote when the view was left, and has one now, gives it: the others may be too few without it. */
  voteAgain(): void {
    const { active, voting, viewChange, view } = this.#shared;
    if (!active && voting && !viewChange) this.start(view);
  }

  tick(): void {
    const { active, elapsedMs, view } = this.#shared;
    const isOver = this.#quorumAtMs !== undefined && elapsedMs - this.#quorumAtMs >= this.#parts.watch.timeoutMs;
    if (!active && isOver) this.start(view + 1);
    // After a restart in the middle of a change there may be nobody whose message would bring it on.
    else if (this.#quorumAtMs === undefined) this.#gather();
  }
}
