import { assert, type EpochMs } from '../../model/index.ts';
import type { Addressed, ConsensusCore, Input, ParticipantId, Request } from '../protocol.ts';
import { sha256 } from '../record/hash.ts';
import { Batcher } from './batcher.ts';
import type { Checkpoints } from './checkpoints.ts';
import type { PbftConfiguration } from './configuration.ts';
import {
  numbersPerLife,
  type Bundle,
  type Data,
  type Fetch,
  type Message,
  type Sequence,
  type Status,
} from './messages.ts';
import { Executor } from './executor.ts';
import { wantsVote } from './held-messages.ts';
import { Ordering } from './ordering.ts';
import { PrimaryWatch } from './primary-watch.ts';
import type { RequestPool } from './request-pool.ts';
import { restore } from './restore.ts';
import { SelfKnowledge } from './self-knowledge.ts';
import type { Shared } from './shared.ts';
import type { SlotLog } from './slot-log.ts';
import { answerStatus, describeStatus, remind, type StatusParts } from './status.ts';
import { Turnaround } from './turnaround.ts';
import { ViewChanger } from './view-changer.ts';
import { emptyStart, type PbftInput, type PbftReady, type PbftStart, type PbftStatus } from './work.ts';

/**
 * Practical Byzantine fault tolerance with signatures, as Castro and Liskov gave it in OSDI 1999, without tentative
 * execution and without a shortcut for reading. One member of a cluster; a pure function of its inputs. This class joins
 * the parts: the normal case (`Ordering`), checkpoints, the change of views, and what keeps all of them going (`tick`).
 */
export class PbftCore implements ConsensusCore<PbftInput, Addressed<Message>> {
  readonly #shared: Shared;
  readonly #slots: SlotLog;
  readonly #pool: RequestPool;
  readonly #checkpoints: Checkpoints;
  readonly #executor: Executor;
  readonly #ordering: Ordering;
  readonly #changer: ViewChanger;
  readonly #watch: PrimaryWatch;
  readonly #turnaround = new Turnaround();
  readonly #batcher: Batcher;
  readonly #statuses = new Map<ParticipantId, { number: number; answeredMs: number }>();
  readonly #selfKnowledge: SelfKnowledge;
  #statusAtMs = -Infinity;
  /** Up to there the last status told of this member's records. */
  #statusDurable = 0;
  #ticked = false;
  #settled = { view: -1, active: false, low: -1, asking: true };
  #ready: PbftReady | undefined;

  constructor(configuration: PbftConfiguration, start: PbftStart = emptyStart) {
    const { shared, slots, pool, checkpoints } = restore(configuration, start);
    this.#shared = shared;
    this.#slots = slots;
    this.#pool = pool;
    this.#checkpoints = checkpoints;
    this.#watch = new PrimaryWatch(configuration.limits);
    this.#batcher = new Batcher(configuration.limits, this.#shared.life * numbersPerLife);
    const onExecuted = (bundle: Bundle) => this.#batcher.executed(configuration.self, bundle);
    this.#executor = new Executor({ shared, slots, pool, checkpoints, onExecuted });
    this.#ordering = new Ordering({
      shared,
      slots,
      pool,
      checkpoints,
      executor: this.#executor,
      turnaround: this.#turnaround,
      onEquivocation: () => this.#changer.suspect('equivocation'),
    });
    this.#changer = new ViewChanger({
      shared: this.#shared,
      slots,
      pool,
      checkpoints,
      ordering: this.#ordering,
      watch: this.#watch,
    });
    this.#selfKnowledge = new SelfKnowledge(
      {
        shared,
        slots,
        executed: () => checkpoints.state.sequence,
        onSure: () => this.#begin(start.sequence),
        onForgot: (wasAsking) => {
          this.#batcher.goOnFrom(shared.life * numbersPerLife);
          if (wasAsking) this.#begin(start.sequence);
        },
      },
      start.nonce ?? 0,
    );
    if (shared.asking) this.#ordering.execute();
    else this.#begin(start.sequence);
    this.#isSettled();
  }

  /** Goes on where the last process ended; with its vote, if this member has one. */
  #begin(sequence: Sequence): void {
    const slots = this.#slots;
    this.#ordering.execute();
    this.#checkpoints.voteAgain();
    const { active, newView } = this.#shared;
    // What the view begins after may lie ahead of what is executed here: nothing may be proposed there again.
    const begins = newView?.viewChanges.map(({ stable }) => stable.sequence) ?? [];
    const last = Math.max(sequence, slots.low, newView?.headers.at(-1)?.sequence ?? 0, ...begins);
    if (active) this.#ordering.enterView(newView?.headers ?? [], last);
    // What a crash cut short goes on from here; a cluster that was down as a whole would wait for itself.
    if (active) for (const slot of slots.all()) this.#ordering.resume(slot);
  }

  step(input: Input | PbftInput): void {
    switch (input.type) {
      case 'tick':
        this.#tick(input.now);
        break;
      case 'propose':
        this.#propose(input.request);
        break;
      case 'persisted':
        this.#shared.outbox.persisted(input.lsn);
        break;
      case 'message':
        this.#receive(input.from, input.message);
        break;
      case 'applied':
        this.#applied(input);
        break;
      case 'transferred':
        this.#transferred(input);
    }
    this.#settle();
  }

  ready(): PbftReady | undefined {
    if (this.#ready) return this.#ready;
    this.#bundle();
    this.#ordering.propose();
    this.#ready = this.#shared.outbox.take();
    return this.#ready;
  }

  advance(ready: PbftReady): void {
    assert(ready === this.#ready, 'only the work that was handed out is confirmed');
    this.#ready = undefined;
  }

  inspect(): PbftStatus {
    const { view, active, membership, voting, asking, forgot, endsAt } = this.#shared;
    return {
      protocol: 'pbft',
      sequence: this.#checkpoints.state.sequence,
      time: this.#checkpoints.state.time,
      pending: this.#batcher.pending,
      view,
      active,
      primary: membership.primary(view),
      suspects: this.#changer.suspects,
      low: this.#slots.low,
      high: this.#slots.high,
      voting,
      asking,
      forgot,
      endsAt,
    };
  }

  #propose(request: Request): void {
    const taken = this.#batcher.take(request);
    if (taken !== 'taken') this.#shared.outbox.event({ type: 'rejected', id: request.id, reason: taken });
  }

  /** Signs what our owner proposed, and sends it to all: so nobody can suppress it unseen, and orders can be small. */
  #bundle(): void {
    const { authority, outbox, others, elapsedMs, self, asking } = this.#shared;
    // Its number may be one that was used before and forgotten.
    if (asking || !this.#pool.hasRoom(self)) return;
    const next = this.#batcher.next();
    if (!next) return;
    const statement = { type: 'bundle' as const, ...next };
    const bytes = authority.bytesOf(self, statement);
    const bundle: Bundle = { ...statement, ...authority.signBytes(bytes) };
    this.#pool.add(bundle, sha256(bytes), elapsedMs);
    outbox.sendNow(bundle, others);
  }

  #receive(from: ParticipantId, message: Message): void {
    const isMember = this.#shared.membership.has(from);
    if (!isMember && message.type !== 'bundle') return this.#shared.refuse(from, message.type, 'not-member');
    if (this.#shared.asking && wantsVote(message)) return this.#shared.held.add(from, message);
    switch (message.type) {
      case 'bundle':
        return this.#onBundle(from, message);
      case 'pre-prepare':
      case 'prepare':
      case 'commit':
        return this.#ordering.receive(from, message);
      case 'checkpoint':
        return this.#checkpoints.receive(from, message);
      case 'view-change':
      case 'new-view':
        return this.#changer.receive(from, message);
      case 'status':
        return this.#onStatus(from, message);
      case 'fetch':
        return this.#onFetch(from, message);
      default:
        return this.#onData(from, message);
    }
  }

  #onBundle(from: ParticipantId, bundle: Bundle): void {
    const refuse = (reason: Parameters<Shared['refuse']>[2]) => this.#shared.refuse(from, 'bundle', reason);
    const { authority } = this.#shared;
    // One writing serves for the digest and for the signature.
    const bytes = authority.bytesOf(bundle.signer, bundle);
    const digest = sha256(bytes);
    if (this.#pool.get(digest)) return;
    const wanted = this.#ordering.wants(digest);
    if (!wanted && !this.#checkpoints.state.clients.accepts(bundle.signer, bundle.number)) {
      return refuse('already-executed');
    }
    if (!wanted && !this.#pool.hasRoom(bundle.signer)) return refuse('no-room');
    if (!this.#fits(bundle)) return refuse('bundle-too-large');
    if (!authority.acceptsBytes(bundle, bytes)) return refuse('bad-signature');
    this.#pool.add(bundle, digest, this.#shared.elapsedMs);
    this.#ordering.onContent();
  }

  /** One request may be larger than a bundle of several. */
  #fits(bundle: Bundle): boolean {
    const { maxBundleBytes, maxRequestBytes, maxBundleRequests } = this.#shared.limits;
    const { length } = bundle.requests;
    if (length === 0 || length > maxBundleRequests) return false;
    if (length === 1) return (bundle.requests[0]?.bytes.length ?? 0) <= maxRequestBytes;
    return bundle.requests.reduce((sum, { bytes }) => sum + bytes.length, 0) <= maxBundleBytes;
  }

  #onStatus(from: ParticipantId, status: Status): void {
    const { authority, elapsedMs, limits, membership, outbox } = this.#shared;
    if (status.signer === this.#shared.self) return this.#selfKnowledge.seen(status);
    const last = this.#statuses.get(status.signer);
    if (!membership.has(status.signer)) return this.#shared.refuse(from, 'status', 'not-member');
    // Answers cost more than the question: each member gets them at the pace at which it should ask.
    const isDue = !last || elapsedMs - last.answeredMs >= limits.statusMs / 2;
    // Who was restored from a backup counts from there again: what it says itself is no old status that others pass on.
    const isSetBack = from === status.signer && isDue;
    if (last && status.number <= last.number && !isSetBack) {
      return this.#shared.refuse(from, 'status', 'repeated-status');
    }
    if (!authority.accepts(status, status)) return this.#shared.refuse(from, 'status', 'bad-signature');
    const number = Math.max(status.number, last?.number ?? 0);
    this.#statuses.set(status.signer, { number, answeredMs: isDue ? elapsedMs : last.answeredMs });
    this.#changer.onStatus(status);
    // A status that others pass on may be an old one.
    if (from === status.signer) this.#checkpoints.hear(from, status.executed);
    if (from === status.signer && !status.voting && !status.asks) this.#ordering.fill();
    const said = this.#shared.othersMemory.hear(status, outbox);
    if (!isDue) return;
    if (status.asks || said) {
      outbox.sendNow(remind(this.#statusParts, status, said, this.#changer.lastOf(status.signer)), [status.signer]);
    }
    for (const answer of answerStatus(this.#statusParts, status)) outbox.send(answer, [status.signer]);
  }

  #onFetch(from: ParticipantId, fetch: Fetch): void {
    const { authority, outbox } = this.#shared;
    if (fetch.signer !== from || !authority.accepts(fetch, fetch)) {
      return this.#shared.refuse(from, 'fetch', 'bad-signature');
    }
    if (fetch.content === 'proposal') {
      const proposal = this.#slots.find(fetch.digest);
      if (proposal) outbox.sendNow({ type: 'data', content: 'proposal', proposal }, [from]);
    } else {
      const bundle = this.#pool.get(fetch.digest);
      if (bundle) outbox.sendNow({ type: 'data', content: 'bundle', bundle }, [from]);
    }
  }

  #onData(from: ParticipantId, data: Data): void {
    if (data.content === 'proposal') return this.#ordering.onProposal(from, data);
    if (data.content === 'reminder') return this.#selfKnowledge.receive(from, data);
    if (data.content === 'ordered') return this.#ordering.onOrdered(from, data);
    if (this.#pool.get(this.#shared.authority.digest(data.bundle))) return;
    this.#onBundle(from, data.bundle);
  }

  #applied({ sequence, root, epochEnds }: Extract<PbftInput, { type: 'applied' }>): void {
    // A transfer has overtaken what the owner was doing.
    if (sequence <= this.#checkpoints.state.rooted) return;
    this.#checkpoints.applied(sequence, root, epochEnds ?? false);
    const slot = this.#slots.peek(sequence + this.#shared.limits.historyLag);
    if (slot) this.#ordering.tryCommit(slot);
    this.#ordering.execute();
  }

  #transferred({ sequence, root, state, epochEnds }: Extract<PbftInput, { type: 'transferred' }>): void {
    const { self } = this.#shared;
    const isInstalled = this.#checkpoints.install(sequence, root, state, epochEnds ?? false);
    if (!isInstalled) return this.#shared.refuse(self, 'transfer', 'bad-transfer');
    for (const slot of this.#slots.all()) this.#ordering.tryCommit(slot);
    this.#ordering.execute();
    this.#changer.voteAgain();
  }

  #tick(now: EpochMs): void {
    const { limits, now: before } = this.#shared;
    const passedMs = this.#ticked ? Math.min(Math.max(0, now - before), limits.maxTickMs) : 0;
    this.#ticked = true;
    this.#shared.now = now;
    this.#shared.elapsedMs += passedMs;
    this.#checkpoints.tick();
    this.#ordering.ask();
    // Nothing that wants a vote goes on before there is one.
    if (this.#shared.asking) return this.#reportStatus();
    this.#watchPrimary(passedMs);
    this.#changer.tick();
    this.#relay();
    this.#reportStatus();
  }

  #watchPrimary(elapsedMs: number): void {
    const progressed = this.#executor.takeProgress();
    if (progressed.sequences > 0 && !this.#watch.isSlow) this.#changer.clearSuspicion();
    const spans = this.#turnaround.take();
    if (!this.#shared.active) return;
    const reason = this.#watch.tick({
      elapsedMs,
      progressed: progressed.sequences,
      requests: progressed.requests,
      waiting: this.#shared.endsAt === undefined && (this.#pool.waiting > 0 || this.#ordering.isUnfinished),
      oldestMs: this.#pool.oldestMs(this.#shared.elapsedMs),
      ...spans,
    });
    // Who is alone leaves a view in which its own guard keeps it silent: there is nobody else to do so.
    const isAlone = this.#shared.others.length === 0 && reason === 'no-progress';
    if (!reason || (this.#shared.isPrimary && !isAlone) || this.#changer.suspects) return;
    this.#changer.suspect(reason);
    // The others should know at once.
    this.#statusAtMs = -Infinity;
  }

  /** Reminds of bundles that wait: everybody of our own, the primary of what clients may have sent to us only. */
  #relay(): void {
    const { elapsedMs, limits, outbox, others, self, membership, view } = this.#shared;
    const due = this.#pool.dueForRelay(elapsedMs, limits.suspicionMs / 2, limits.maxRetransmittedSlots);
    const primary = membership.primary(view);
    for (const bundle of due) {
      if (bundle.signer === self) outbox.send(bundle, others);
      else if (primary !== self) outbox.send(bundle, [primary]);
    }
  }

  #reportStatus(): void {
    const { elapsedMs, limits, authority, outbox, others, active, asking } = this.#shared;
    // What was said since the last one is to be known by others soon.
    const hasNews = outbox.durable > this.#statusDurable;
    const isWaiting =
      asking || hasNews || this.#pool.waiting > 0 || this.#ordering.lacksVotes || this.#checkpoints.isBehind;
    const everyMs = isWaiting || !active ? limits.statusMs : limits.statusIdleMs;
    if (elapsedMs - this.#statusAtMs < everyMs || others.length === 0) return;
    this.#statusAtMs = elapsedMs;
    this.#statusDurable = outbox.durable;
    const statement = describeStatus(this.#statusParts, this.#changer.suspects, this.#selfKnowledge.nextNumber());
    outbox.sendNow({ ...statement, ...authority.sign(statement) }, others);
  }

  get #statusParts(): StatusParts {
    return {
      shared: this.#shared,
      slots: this.#slots,
      checkpoints: this.#checkpoints,
      gathered: this.#changer.gathered,
    };
  }

  /** After the view or the window moved: what was too early may fit now. */
  #settle(): void {
    while (!this.#isSettled()) {
      const { active, asking, newView, held } = this.#shared;
      if (active && newView && !asking) this.#ordering.adopt(newView.headers);
      for (const { from, message } of held.release()) this.#receive(from, message);
    }
  }

  /** Whether view and window are where they were at the last call. */
  #isSettled(): boolean {
    const { view, active, asking } = this.#shared;
    const { low } = this.#slots;
    const before = this.#settled;
    const is = before.view === view && before.active === active && before.low === low && before.asking === asking;
    if (!is) this.#settled = { view, active, low, asking };
    return is;
  }
}
