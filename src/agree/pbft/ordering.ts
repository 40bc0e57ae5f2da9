import type { Milliseconds } from '../../model/index.ts';
import { nullDigest, nullProposal, proposalDigest } from '../codec/pbft-statement.ts';
import type { ParticipantId } from '../protocol.ts';
import type { Hash } from '../record/hash.ts';
import type { Checkpoints } from './checkpoints.ts';
import type { ExecutionState } from './execution-state.ts';
import type { Executor } from './executor.ts';
import type { Commit, Data, Header, Ordered, Prepare, PrePrepare, Proposal, Sequence } from './messages.ts';
import { Pace } from './pace.ts';
import { contentOf, hasDuplicates, namesOthers } from './proposal-content.ts';
import { bundleBytes, type RequestPool } from './request-pool.ts';
import type { Shared } from './shared.ts';
import type { SlotLog } from './slot-log.ts';
import type { Slot } from './slot.ts';
import type { Turnaround } from './turnaround.ts';

/** What ordering needs of its surroundings. */
export interface OrderingParts {
  shared: Shared;
  slots: SlotLog;
  pool: RequestPool;
  checkpoints: Checkpoints;
  executor: Executor;
  turnaround: Turnaround;
  /** The primary has signed two pre-prepares for one slot. */
  onEquivocation: () => void;
}

/** The normal case (OSDI 1999, section 4.2): pre-prepare, prepare, commit, execute in order. */
export class Ordering {
  readonly #parts: OrderingParts;
  readonly #shared: Shared;
  readonly #slots: SlotLog;
  readonly #pool: RequestPool;
  readonly #executor: Executor;
  /** Slots that wait for content. */
  readonly #incomplete = new Set<Slot>();
  /** What the primary proposes next. */
  #next: Sequence = 1;
  readonly #pace: Pace;
  /** Up to there sequences are filled, though nobody asks for anything. */
  #fillTo: Sequence = 0;
  #filledMs: Milliseconds = -Infinity;

  constructor(parts: OrderingParts) {
    this.#parts = parts;
    this.#shared = parts.shared;
    this.#slots = parts.slots;
    this.#pool = parts.pool;
    this.#executor = parts.executor;
    this.#pace = new Pace(parts.pool, parts.shared.limits.gatherMs);
  }

  get #state(): ExecutionState {
    return this.#parts.checkpoints.state;
  }

  /** Begins an active view with the headers that its new-view brought or the journal kept. */
  enterView(headers: readonly Header[], last: Sequence): void {
    for (const slot of this.#incomplete) if (!slot.learned) this.#incomplete.delete(slot);
    this.#next = last + 1;
    this.#fillTo = 0;
    this.adopt(headers);
  }

  /** Takes up those headers of the new view that lie between the water marks. */
  adopt(headers: readonly Header[]): void {
    for (const header of headers) {
      if (!this.#slots.has(header.sequence)) continue;
      const slot = this.#slots.at(header.sequence);
      if (slot.header) continue;
      const known = header.digest === nullDigest ? nullProposal : slot.find(header.digest);
      this.#adopt(slot, header, known);
    }
  }

  /** Whether a slot of this view is not yet committed. */
  get isUnfinished(): boolean {
    return this.#slots.all().some((slot) => slot.header && !slot.committed && this.#counts(slot.sequence));
  }

  /** Whether it can still be executed in this epoch. */
  #counts(sequence: Sequence): boolean {
    return sequence > this.#state.sequence && this.#shared.endsAt === undefined;
  }

  /** Whether votes of others on a slot of this view are missing here, executed in an earlier view or not. */
  get lacksVotes(): boolean {
    const last = this.#shared.endsAt ?? Infinity;
    return this.#slots
      .all()
      .some(({ sequence, header, isPrepared, committed }) => header && !(isPrepared && committed) && sequence <= last);
  }

  /** As primary: puts what waits into the order, as long as not too much is in flight. */
  propose(): void {
    const { shared } = this.#parts;
    const { limits, outbox } = shared;
    const mayPropose = () => shared.active && shared.isPrimary && shared.voting && shared.endsAt === undefined;
    while (mayPropose() && outbox.size < limits.maxUnsent) {
      while (this.#slots.peek(this.#next)?.header) this.#next += 1;
      this.#next = Math.max(this.#next, this.#slots.low + 1);
      const inFlight = this.#next - 1 - this.#state.sequence;
      if (inFlight >= limits.maxInFlight || !this.#slots.has(this.#next) || !this.#isDue(inFlight)) return;
      if (this.#proposeAt(this.#next)) continue;
      // The guard has its reasons, and would have them again at once.
      this.#fillTo = 0;
      return;
    }
  }

  #isDue(inFlight: number): boolean {
    if (this.#pace.isWorthASlot(inFlight, this.#shared.elapsedMs)) return true;
    return inFlight <= 0 && this.#next <= this.#fillTo;
  }

  /**
   * Somebody has no vote before further checkpoints are stable, and where nothing is asked for they would not come for
   * days. So the primary orders nothings up to the next one; not often, as a liar may say so for ever.
   */
  fill(): void {
    const { elapsedMs, isPrimary, limits } = this.#shared;
    if (!isPrimary || elapsedMs - this.#filledMs < limits.fillMs) return;
    this.#filledMs = elapsedMs;
    this.#fillTo = Math.ceil(this.#next / limits.checkpointInterval) * limits.checkpointInterval;
  }

  #proposeAt(sequence: Sequence): boolean {
    const { view, now } = this.#shared;
    const bundles = this.#pool.take();
    this.#pace.proposed(bundles);
    const proposal = { time: Math.max(0, Math.floor(now)), bundles };
    const header = { view, sequence, digest: proposalDigest(proposal) };
    const signed = this.#vote('pre-prepare', sequence, { type: 'pre-prepare', header });
    // The content stays marked as proposed: what the guard knows about was proposed before, and comes back by status.
    if (!signed) return false;
    const slot = this.#slots.at(sequence);
    slot.header = { ...header, ...signed };
    slot.proposal = proposal;
    this.#tryAccept(slot);
    this.#shared.outbox.send({ type: 'pre-prepare', header: slot.header, proposal }, this.#shared.others);
    return true;
  }

  receive(from: ParticipantId, message: PrePrepare | Prepare | Commit): void {
    const { shared } = this.#parts;
    const ballot = message.type === 'pre-prepare' ? message.header : message;
    if (!shared.membership.has(ballot.signer)) return shared.refuse(from, message.type, 'not-member');
    if (ballot.view < shared.view) return shared.refuse(from, message.type, 'old-view');
    if (ballot.sequence <= this.#slots.low) return shared.refuse(from, message.type, 'outside-window');
    if (ballot.view > shared.view || !shared.active || ballot.sequence > this.#slots.high) {
      return shared.held.add(from, message);
    }
    const slot = this.#slots.at(ballot.sequence);
    if (message.type === 'pre-prepare') this.#onPrePrepare(from, slot, message);
    else if (message.type === 'prepare') this.#onPrepare(from, slot, message);
    else this.#onCommit(from, slot, message);
  }

  #onPrePrepare(from: ParticipantId, slot: Slot, { header, proposal }: PrePrepare): void {
    const { shared } = this.#parts;
    const refuse = (reason: Parameters<Shared['refuse']>[2]) => shared.refuse(from, 'pre-prepare', reason);
    if (header.signer !== shared.membership.primary(header.view)) return refuse('not-primary');
    if (proposalDigest(proposal) !== header.digest) return refuse('wrong-digest');
    if (slot.header?.digest === header.digest) {
      // A new view brought the header, now comes what it names.
      if (!slot.proposal) this.#adopt(slot, slot.header, proposal);
      return;
    }
    if (!shared.authority.accepts(header, { type: 'pre-prepare', header })) return refuse('bad-signature');
    if (slot.header) {
      refuse('equivocation');
      return this.#parts.onEquivocation();
    }
    if (slot.committed && slot.committed.digest !== header.digest) return refuse('contradicts-committed');
    // What comes late, by way of others, is old by now; then f + 1 of them answer for its time.
    const isSkewed = Math.abs(proposal.time - shared.now) > shared.limits.maxClockSkewMs;
    if (isSkewed && slot.supporters(header.digest) <= shared.membership.faults) return refuse('clock-skew');
    if (proposal.bundles.length > shared.limits.maxProposalBundles) return refuse('proposal-too-large');
    if (hasDuplicates(proposal)) return refuse('duplicate-bundle');
    this.#adopt(slot, header, proposal);
  }

  #adopt(slot: Slot, header: Header, proposal: Proposal | undefined): void {
    slot.header = header;
    slot.proposal = proposal;
    slot.askAtMs = this.#shared.elapsedMs + this.#shared.limits.statusMs / 4;
    this.#incomplete.add(slot);
    this.#tryAccept(slot);
  }

  /** With all content here, stands behind the header: as a backup by a prepare. */
  #tryAccept(slot: Slot): void {
    const { header, proposal } = slot;
    if (slot.accepted || !header || !proposal) return;
    const bundles = contentOf(proposal, this.#pool, this.#state.clients);
    if (!bundles) return;
    if (namesOthers(proposal, this.#pool)) return this.#giveUp(slot, 'wrong-digest');
    const bytes = bundles.reduce((sum, bundle) => sum + bundleBytes(bundle), 0);
    const tooLarge = bundles.length > 1 && bytes > this.#shared.limits.maxProposalBytes;
    if (tooLarge) return this.#giveUp(slot, 'proposal-too-large');
    this.#incomplete.delete(slot);
    slot.accepted = true;
    slot.acceptedMs = this.#shared.elapsedMs;
    const { maxProposalBundles, maxProposalBytes } = this.#shared.limits;
    // Behind full orders the next ones wait, whoever gives them.
    const isFull = 2 * bundles.length >= maxProposalBundles || 2 * bytes >= maxProposalBytes;
    if (!isFull) this.#parts.turnaround.ordered(proposal.bundles, this.#pool, this.#shared);
    this.#pool.markProposed(proposal.bundles);
    const { view, sequence, digest } = header;
    const statement = { type: 'prepare' as const, view, sequence, digest };
    const signed = header.signer === this.#shared.self ? undefined : this.#vote('prepare', sequence, statement);
    const prepare = signed && { ...statement, ...signed };
    const prePrepare = { type: 'pre-prepare' as const, header, proposal };
    slot.firstLsn ??= this.#shared.outbox.end;
    this.#shared.outbox.record({ type: 'accepted', prePrepare, bundles, prepare });
    if (prepare) {
      slot.prepares.set(prepare.signer, prepare);
      this.#shared.outbox.send(prepare, this.#shared.others);
    }
    // Who is alone needs no prepare; and those for what a new view brought may have come before its content.
    this.#tryPrepare(slot);
  }

  #giveUp(slot: Slot, reason: 'wrong-digest' | 'proposal-too-large'): void {
    this.#incomplete.delete(slot);
    if (slot.header) this.#shared.refuse(slot.header.signer, 'pre-prepare', reason);
  }

  #onPrepare(from: ParticipantId, slot: Slot, prepare: Prepare): void {
    const { shared } = this.#parts;
    if (prepare.signer === shared.membership.primary(prepare.view)) return shared.refuse(from, 'prepare', 'not-backup');
    // A certificate needs no more than a quorum: what comes later is not worth its verification.
    if (slot.isPrepared) return;
    if (!this.#isNew(from, slot.prepares.get(prepare.signer), prepare)) return;
    slot.prepares.set(prepare.signer, prepare);
    this.#tryPrepare(slot);
  }

  #onCommit(from: ParticipantId, slot: Slot, commit: Commit): void {
    if (slot.committed && slot.isPrepared) return;
    if (!this.#isNew(from, slot.commits.get(commit.signer), commit)) return;
    slot.commits.set(commit.signer, commit);
    this.#tryCommitted(slot);
  }

  #isNew<Vote extends Prepare | Commit>(from: ParticipantId, before: Vote | undefined, vote: Vote): boolean {
    const root = (one: Vote) => (one.type === 'commit' ? one.root : '');
    if (before && before.digest === vote.digest && root(before) === root(vote)) return false;
    const isGenuine = this.#shared.authority.accepts(vote, vote);
    if (!isGenuine) this.#shared.refuse(from, vote.type, 'bad-signature');
    else if (before) this.#shared.refuse(from, vote.type, 'conflicting-vote');
    return isGenuine && !before;
  }

  /** prepared: the pre-prepare and quorum - 1 matching prepares by distinct backups. Then, and only then, commit. */
  #tryPrepare(slot: Slot): void {
    const { header, proposal } = slot;
    if (!slot.accepted || slot.isPrepared || !header) return;
    const prepares = slot.matchingPrepares();
    const needed = this.#shared.membership.quorum - 1;
    if (prepares.length < needed) return;
    slot.isPrepared = true;
    slot.certificate = {
      header,
      prepares: prepares.slice(0, needed).map(({ signer, signature }) => ({ signer, signature })),
    };
    slot.certified = proposal;
    this.#shared.outbox.record({ type: 'prepared', certificate: slot.certificate });
    slot.preparedEnd = this.#shared.outbox.end;
    this.tryCommit(slot);
  }

  /** After a restart: casts the vote that was due, and not yet durable, when the last process ended. */
  resume(slot: Slot): void {
    this.#tryPrepare(slot);
    this.tryCommit(slot);
  }

  /** Votes to commit once the root that goes with it is known. */
  tryCommit(slot: Slot): void {
    const { header } = slot;
    if (!slot.isPrepared || !header) return;
    const root = this.#state.rootFor(slot.sequence);
    if (root !== undefined && !slot.commits.has(this.#shared.self)) {
      const { view, sequence, digest } = header;
      const statement = { type: 'commit' as const, view, sequence, digest, root };
      const signed = this.#vote('commit', sequence, statement);
      if (signed) {
        const commit = { ...statement, ...signed };
        this.#shared.outbox.record({ type: 'commit', commit });
        slot.commits.set(commit.signer, commit);
        this.#shared.outbox.send(commit, this.#shared.others);
      }
    }
    this.#tryCommitted(slot);
  }

  /** committed-local: prepared, and a quorum of matching commits. */
  #tryCommitted(slot: Slot): void {
    if (!slot.isPrepared || slot.committed) return;
    const commits = slot.matchingCommits();
    const [first] = commits;
    if (!first || commits.length < this.#shared.membership.quorum) return;
    const { view, sequence, digest, root } = first;
    this.#parts.turnaround.agreed(this.#shared.elapsedMs - slot.acceptedMs);
    const votes = commits.map(({ signer, signature }) => ({ signer, signature }));
    slot.committed = { view, sequence, digest, root, votes };
    // Others hold enough durable votes for it: after a crash it is learned again.
    this.#shared.outbox.record({ type: 'committed', certificate: slot.committed }, true);
    this.execute();
  }

  /** Hands out what is committed; what waited for content that is done now goes on. */
  execute(): void {
    if (!this.#executor.execute()) return;
    this.#pace.executed(this.#shared.elapsedMs);
    this.onContent();
  }

  /** Content came, or is not needed any more: slots that waited for it go on. */
  onContent(): void {
    for (const slot of this.#incomplete) {
      if (!this.#slots.has(slot.sequence)) {
        // Below a transferred checkpoint nobody needs its content: what lacks it here must not pass for whole.
        this.#incomplete.delete(slot);
        continue;
      }
      this.#tryLearn(slot);
      this.#tryAccept(slot);
    }
  }

  /** What others committed: a quorum's signatures stand for the votes that this member did not see or may not give. */
  onOrdered(from: ParticipantId, { certificate, proposal }: Ordered): void {
    const { shared } = this.#parts;
    const { sequence, digest } = certificate;
    if (!this.#slots.has(sequence) || !this.#counts(sequence)) return;
    const slot = this.#slots.at(sequence);
    if (slot.committed || slot.learned) return;
    if (proposalDigest(proposal) !== digest) return shared.refuse(from, 'data', 'wrong-digest');
    if (!shared.check.commit(certificate)) return shared.refuse(from, 'data', 'bad-certificate');
    slot.learned = { certificate, proposal };
    slot.askAtMs = shared.elapsedMs;
    slot.asked = true;
    this.#incomplete.add(slot);
    this.#tryLearn(slot);
  }

  #tryLearn(slot: Slot): void {
    const { learned } = slot;
    if (!learned) return;
    const bundles = slot.committed ? undefined : contentOf(learned.proposal, this.#pool, this.#state.clients);
    if (!slot.committed && !bundles) return;
    slot.learned = undefined;
    if (slot.accepted || !slot.header) this.#incomplete.delete(slot);
    if (!bundles) return;
    slot.firstLsn ??= this.#shared.outbox.end;
    this.#shared.outbox.record({ type: 'ordered', ...learned, bundles });
    slot.preparedEnd = this.#shared.outbox.end;
    slot.committed = learned.certificate;
    slot.ordered = learned.proposal;
    this.#pool.markProposed(learned.proposal.bundles);
    this.execute();
  }

  /** Whether a slot waits for this bundle. */
  wants(digest: Hash): boolean {
    if (this.#pool.get(digest)) return false;
    for (const { proposal, learned } of this.#incomplete) {
      for (const one of [proposal, learned?.proposal]) {
        if (one?.bundles.some((reference) => reference.digest === digest)) return true;
      }
    }
    return false;
  }

  onProposal(from: ParticipantId, { proposal }: Extract<Data, { content: 'proposal' }>): void {
    const digest = proposalDigest(proposal);
    const slot = [...this.#incomplete].find((one) => one.header?.digest === digest && !one.proposal);
    if (!slot?.header) return this.#shared.refuse(from, 'data', 'unwanted-data');
    this.#adopt(slot, slot.header, proposal);
  }

  /** Asks for content that slots wait for: first whoever sent the header, then everybody. */
  ask(): void {
    const { elapsedMs, limits, others, outbox, authority, self } = this.#shared;
    for (const slot of this.#incomplete) {
      const { header, proposal, learned } = slot;
      if (!this.#slots.has(slot.sequence)) this.#incomplete.delete(slot);
      if (!(header ?? learned) || elapsedMs < slot.askAtMs) continue;
      const to = slot.asked || !header || header.signer === self ? others : [header.signer];
      slot.asked = true;
      slot.askAtMs = elapsedMs + limits.statusMs;
      const question = (content: 'proposal' | 'bundle', digest: Hash) => {
        const statement = { type: 'fetch' as const, content, digest };
        outbox.sendNow({ ...statement, ...authority.sign(statement) }, to);
      };
      if (header && !proposal) question('proposal', header.digest);
      const named = [proposal, learned?.proposal].flatMap((one) => one?.bundles.map((bundle) => bundle.digest) ?? []);
      for (const digest of new Set(named)) if (!this.#pool.get(digest)) question('bundle', digest);
    }
  }

  #vote(
    kind: 'pre-prepare' | 'prepare' | 'commit',
    sequence: Sequence,
    statement: Parameters<Shared['authority']['vote']>[0],
  ): ReturnType<Shared['authority']['vote']> {
    const { shared } = this.#parts;
    if (!shared.voting) return undefined;
    const signed = shared.authority.vote(statement, { kind, view: shared.view, sequence });
    if (!signed) shared.outbox.notice({ type: 'guard-refused', kind, view: shared.view, sequence });
    return signed;
  }
}
