// 300 lines and more: it owns the core and joins disk, links, ledger and application to it; each of those has its own file.
import { assert, type Membership, type Milliseconds } from '../../../model/index.ts';
import type { Timer } from '../../../platform/index.ts';
import { decodeMessage, encodeMessage } from '../../codec/pbft-message.ts';
import { isCheckpoint, Membership as VotingMembers, type PbftLimits } from '../../pbft/configuration.ts';
import { votesOf } from '../../pbft/checkpoint.ts';
import { decodeRecord } from '../../pbft/journal-record.ts';
import type { CommitCertificate, Message } from '../../pbft/messages.ts';
import { PbftCore } from '../../pbft/pbft-core.ts';
import type { CertifiedBatch, PbftNotice, PbftStart, PbftStatus, StableCheckpoint } from '../../pbft/work.ts';
import type { ParticipantId } from '../../protocol.ts';
import { decodeEntry, readEntryHeader } from '../../record/entry.ts';
import { hashToHex, sha256 } from '../../record/hash.ts';
import type { SealSource } from '../../record/export-certificate.ts';
import type { Lane } from '../../transport/transport.ts';
import type { Applied } from '../replica.ts';
import { LedgerReplica } from '../ledger-replica.ts';
import { CheckpointTransfer, type FetchedCheckpoint } from './checkpoint-transfer.ts';
import type { ClusterReplica, ClusterStatus, MemberParts } from './cluster-replica.ts';
import { Cosigner, type Cosigned } from './cosigner.ts';
import type { Epoch } from './epochs.ts';
import { Follower } from './follower.ts';
import { ForwardedProposals, Forwarder } from './forwarding.ts';
import { decodeFrame, encodeFrame, type Frame } from './frames.ts';
import type { GuardedSigner } from './guarded-signer.ts';
import type { History } from './history.ts';
import { Patience } from './patience.ts';
import { serveEntries, serveNext } from './ledger-server.ts';
import { epochVerifier } from './verifier.ts';
import { heardOver, presentMembers } from './present-members.ts';

export interface PbftReplicaParts extends MemberParts {
  guard: GuardedSigner;
  core: PbftLimits;
  history: History;
}

/** The core hears of time so often while anything is outstanding, and so often when nothing is. */
const busyTickMs = 10;
const idleTickMs = 50;
const cosignMs = 1000;
/** A member that may have missed the end of its epoch asks about it so rarely. */
const askEndTurns = 5;
const flushMs = 250;
/** Stable checkpoints that are kept for members which have fallen behind. */
const keptCheckpoints = 3;
/** So many different beginnings of the numbers of a process. */
const nonces = 2 ** 31;
/** View changes and content are large and needed long; votes are neither. */
const largeFrameBytes = 65_536;

/**
 * One watcher of a cluster that agrees by PBFT. While it is a member it drives a core; while it is none, it follows the
 * ledger and lets members propose what it asks for. Ledger, application and subscribers stay the same when that changes.
 */
export class PbftReplica extends LedgerReplica implements ClusterReplica {
  protected readonly protocol = 'pbft';
  readonly #parts: PbftReplicaParts;
  readonly #cosigner: Cosigner;
  readonly #heard = new Map<ParticipantId, { sequence: number; view: number }>();
  #epoch: Epoch;
  /** Undefined while this watcher has no vote. */
  #core: PbftCore | undefined;
  #self: ParticipantId = 0;
  readonly #follower: Follower;
  readonly #forwarder: Forwarder;
  readonly #forwarded: ForwardedProposals;
  readonly #patience: Patience;
  #linked: { watchers: Membership['watchers']; epoch: Epoch } | undefined;
  #turn = 0;
  /** How far the ledgers of those are who have asked for entries. */
  readonly #sizes = new Map<ParticipantId, number>();
  #members: VotingMembers;
  #stable: (StableCheckpoint & { size: number })[] = [];
  #certificate: CommitCertificate | undefined;
  readonly #transfer: CheckpointTransfer;
  /** A batch was executed whose ledger must be durable before the core goes on. */
  #holding = false;
  #syncing = 0;
  #flushedMs = 0;
  #tick: Timer | undefined;
  #cosigning: Timer | undefined;

  constructor(parts: PbftReplicaParts, epoch: Epoch, start: PbftStart) {
    const { clock, application, transport } = parts;
    const name = parts.signer.publicKey.toString('hex', 0, 8);
    super(parts, `${name}.${parts.recovered.journal.end}.`, parts.held);
    this.#parts = parts;
    this.#epoch = epoch;
    this.#members = votersOf(epoch.membership);
    this.#follower = new Follower({
      clock,
      cluster: parts.genesis.cluster,
      network: parts.epochs.network,
      ledger: this.ledger,
      core: parts.core,
      membership: () => application.membership(),
      sources: () => this.#sources(),
      ask: (to, frame) => transport.send(to, 'transfer', encodeFrame(frame)),
      adopt: (records) => this.#adoptBatch(records),
      onReached: (seal) => this.#onReached(seal),
      onEpoch: (next) => void this.#beginEpoch(next),
    });
    this.#transfer = new CheckpointTransfer({
      clock,
      ledger: this.ledger,
      self: () => this.#self,
      epoch: () => this.#epoch.membership.epoch,
      ask: (to, frame) => transport.send(to, 'transfer', encodeFrame(frame)),
      isStillBehind: (sequence) => this.#isStillBehind(sequence),
      take: (records) => this.#take(records),
      onFetched: (found) => void this.#install(found),
    });
    this.#forwarder = new Forwarder({
      nowMs: () => clock.monotonic(),
      members: () => ({ numbers: this.#sources(), faults: votersOf(application.membership()).faults }),
      send: (to, frame) => transport.send(to, 'clients', encodeFrame(frame)),
      reject: (id, problem) => {
        this.waiting.get(id)?.reject(problem);
        this.waiting.delete(id);
      },
    });
    this.#patience = new Patience({
      nowMs: () => clock.monotonic(),
      waiting: this.waiting,
      members: () => ({ reached: this.#reached(), of: this.#members.members.length, quorum: this.#members.quorum }),
    });
    this.#forwarded = new ForwardedProposals(
      (request) => this.propose(request),
      (to, frame) => transport.send(to, 'clients', encodeFrame(frame)),
    );
    this.#cosigner = new Cosigner({
      cluster: parts.genesis.cluster,
      network: hashToHex(parts.epochs.network),
      signer: parts.signer,
      rootAt: (size) => (size === this.ledger.size ? this.ledger.chain.root() : parts.history.ofSize(size)?.root),
      size: () => this.ledger.chain.complete.position,
      nowMs: () => parts.clock.now(),
      send: (text) => this.#toMembers('transfer', { type: 'note', text }),
    });
    transport.onFrame((from, lane, frame) => this.#onFrame(from, lane, frame));
    this.#stable = stableOf(start.records, parts.history);
    this.#enter(start);
    this.#tickLater();
    this.#cosignLater();
    this.schedule();
  }

  /** Takes this watcher's part in the epoch: as a member by the core, or else by following. */
  #enter(start: PbftStart): void {
    const { membership } = this.#epoch;
    this.#members = votersOf(membership);
    this.#cosigner.setMembers(
      membership.watchers.filter(({ role }) => role === 'member'),
      this.#members.quorum,
    );
    this.#forwarder.clear();
    this.#link();
    if (!this.#members.has(this.#self)) {
      this.#core = undefined;
      this.#follower.follow(this.#epoch);
      if (this.#self === 0) this.#parts.note('the cluster does not know the key of this watcher yet', {});
      return;
    }
    this.#follower.stop();
    this.#core = this.#start(start);
  }

  #start(start: PbftStart): PbftCore {
    const { epochs, guard, core: limits, clock, random } = this.#parts;
    const { membership } = this.#epoch;
    const core = new PbftCore(
      {
        domain: { network: epochs.network, epoch: membership.epoch },
        members: this.#members.members,
        self: this.#self,
        signer: guard,
        verifier: epochVerifier(membership.watchers),
        limits,
      },
      { ...start, nonce: Math.floor(random() * nonces) },
    );
    core.step({ type: 'tick', now: clock.now() });
    return core;
  }

  override propose(request: Uint8Array): Promise<Applied> {
    return this.#patience.join(request) ?? super.propose(request);
  }

  protected submit(id: string, request: Uint8Array): void {
    this.#patience.began(id);
    if (this.#core) this.#core.step({ type: 'propose', request: { id, bytes: request } });
    else this.#forwarder.submit(id, request);
  }

  protected work(): void {
    while (this.#core && !this.failed) {
      const core = this.#core;
      const ready = core.ready();
      if (!ready) return;
      if (ready.persist.length > 0) this.journal.append(ready.persist);
      core.advance(ready);
      if (ready.mustSync) this.#persist(core);
      for (const { to, message } of ready.send) this.#send(to, message);
      for (const event of ready.events) this.refuse(event);
      for (const notice of ready.notices) this.#onNotice(notice);
      for (const batch of ready.apply) this.#apply(core, batch);
      for (const stable of ready.stable) this.#onStable(stable);
      if (ready.transfer) this.#transfer.order(ready.transfer);
    }
  }

  /** What rests on the records may leave when they are durable. */
  #persist(core: PbftCore): void {
    this.#syncing += 1;
    this.journal
      .sync()
      .then(async (lsn) => {
        await this.ledgerRoom();
        if (core !== this.#core) return;
        core.step({ type: 'persisted', lsn });
        this.schedule();
      })
      .catch((problem: unknown) => this.fail(problem))
      .finally(() => {
        this.#syncing -= 1;
      });
  }

  #send(to: readonly ParticipantId[], message: Message): void {
    const bytes = encodeMessage(message);
    const frame = encodeFrame({ type: 'consensus', epoch: this.#epoch.membership.epoch, message: bytes });
    const isBody = message.type === 'bundle' || message.type === 'data' || frame.length > largeFrameBytes;
    const isRare = message.type === 'view-change' || message.type === 'new-view';
    const lane: Lane = isBody || isRare ? 'bodies' : 'votes';
    for (const one of to) this.#parts.transport.send(one, lane, frame);
  }

  #onFrame(from: ParticipantId, _lane: Lane, bytes: Buffer): void {
    if (this.failed || !this.running) return;
    const frame = decodeFrame(bytes);
    if (!frame) return;
    try {
      this.#receive(from, frame);
    } catch (problem) {
      this.fail(problem);
    }
  }

  #receive(from: ParticipantId, frame: Frame): void {
    switch (frame.type) {
      case 'consensus':
        return this.#onConsensus(from, frame.epoch, frame.message);
      case 'want-checkpoint':
        return this.#serveCheckpoint(from, frame);
      case 'checkpoint':
        return this.#core ? this.#onCheckpoint(frame, this.#core) : this.#follower.receive(from, frame);
      case 'want-next':
        this.#sizes.set(from, frame.size);
        return serveNext(this.#parts, this.#cosigner.newest, from, frame.epoch);
      case 'want-entries':
        this.#sizes.set(from, frame.from);
        serveEntries(this.ledger, frame)
          .then((answer) => answer && this.#parts.transport.send(from, 'transfer', encodeFrame(answer)))
          .catch((problem: unknown) => this.#parts.report(problem));
        return undefined;
      case 'entries':
        return this.#core ? this.#transfer.onEntries(from, frame) : this.#follower.receive(from, frame);
      case 'note':
        return this.#core ? this.#cosigner.receive(frame.text) : this.#follower.receive(from, frame);
      case 'forward':
        return this.#core && this.#forwarded.take(from, frame);
      case 'refused':
        return this.#forwarder.onRefused(from, frame);
      case 'recorded':
      case 'recorded-before':
        // Of Raft; here statuses say it, signed.
        return undefined;
    }
  }

  #onConsensus(from: ParticipantId, epoch: number, bytes: Buffer): void {
    const mine = this.#epoch.membership.epoch;
    if (epoch === mine) {
      // What a message holds is kept for long; the buffer that it came in is not ours.
      const message = decodeMessage(Buffer.from(bytes));
      if (typeof message === 'string') return;
      if (message.type === 'status' && message.signer === from) {
        this.#heard.set(from, { sequence: message.executed, view: message.view });
      }
      this.#core?.step({ type: 'message', from, message });
      this.schedule();
      return;
    }
    // Who is still in an epoch that has ended here is told of its end; what is of a later one comes again.
    const next = epoch < mine ? this.#parts.epochs.of(epoch + 1) : undefined;
    const message = next?.base && decodeMessage(Buffer.from(bytes));
    if (!next?.base || typeof message !== 'object' || message.type !== 'status') return;
    for (const vote of votesOf(next.base.certificate)) {
      const frame = encodeFrame({ type: 'consensus', epoch, message: encodeMessage(vote) });
      this.#parts.transport.send(from, 'votes', frame);
    }
  }

  #apply(core: PbftCore, batch: CertifiedBatch): void {
    const { history, application, core: limits } = this.#parts;
    this.execute(batch);
    this.#certificate = batch.certificate;
    const { sequence } = batch;
    const root = this.ledger.chain.root();
    history.add(sequence, this.ledger.size, root);
    this.#link();
    const epochEnds = application.membership().epoch !== this.#epoch.membership.epoch;
    const answer = () => {
      this.#holding = false;
      if (core !== this.#core || this.failed) return;
      core.step({ type: 'applied', sequence, root, epochEnds });
    };
    // Others may forget what a checkpoint covers, so the ledger is durable before ours counts.
    if (!epochEnds && !isCheckpoint(sequence, limits)) return answer();
    this.#holding = true;
    this.ledger
      .sync()
      .then(() => {
        answer();
        this.schedule();
      })
      .catch((problem: unknown) => this.fail(problem));
  }

  #onStable(stable: StableCheckpoint): void {
    const size = this.#parts.history.at(stable.certificate.sequence)?.size;
    assert(size !== undefined, 'a stable checkpoint lies within the known history');
    this.#stable = [...this.#stable, { ...stable, size }].slice(-keptCheckpoints);
    if (!stable.endsEpoch) return;
    const { certificate, root, state } = stable;
    const membership = this.#parts.application.membership();
    void this.#beginEpoch({ membership, base: { certificate, root, state, size } });
  }

  async #beginEpoch(epoch: Epoch): Promise<void> {
    const { epochs, history, note } = this.#parts;
    const { base, membership } = epoch;
    assert(base, 'an epoch that begins here follows another one');
    try {
      await this.ledger.sync();
      await epochs.add(epoch);
      // The end may have been learned in two ways.
      if (this.#epoch.membership.epoch >= membership.epoch) return;
      this.#epoch = epoch;
      this.#stable = [];
      this.#heard.clear();
      this.#transfer.leave();
      const { certificate, root, state, size } = base;
      const { sequence } = certificate;
      if (!history.at(sequence)) history.add(sequence, size, root);
      this.#enter({
        sequence,
        time: this.time,
        roots: history.roots(),
        lsn: this.journal.end,
        records: [],
        base: { certificate, root, state },
      });
      note('a new epoch of the cluster', { epoch: membership.epoch, from: sequence, voting: this.#core !== undefined });
      for (const [id, { request }] of this.waiting) this.submit(id, request);
      this.schedule();
    } catch (problem) {
      this.fail(problem);
    }
  }

  #onNotice(notice: PbftNotice): void {
    const { note } = this.#parts;
    if (notice.type === 'view') note('the view changes', { view: notice.view, active: notice.active });
    else if (notice.type === 'suspects') note('the primary is suspected', { view: notice.view, reason: notice.reason });
    else if (notice.type === 'forgot') note('others know of more that this member said than itself', { ...notice });
    else if (notice.type !== 'refused') note(`this member's memory is not complete: ${notice.type}`, { ...notice });
  }

  #serveCheckpoint(from: ParticipantId, { epoch, sequence }: Extract<Frame, { type: 'want-checkpoint' }>): void {
    const next = epoch < this.#epoch.membership.epoch ? this.#parts.epochs.of(epoch + 1)?.base : undefined;
    const own = epoch === this.#epoch.membership.epoch;
    const found = own ? this.#stable.find(({ certificate }) => certificate.sequence === sequence) : next;
    if (found?.certificate.sequence !== sequence) return;
    const { certificate, root, size } = found;
    const state = Buffer.from(found.state);
    const frame = encodeFrame({ type: 'checkpoint', epoch, certificate, root, size, state, endsEpoch: !own });
    this.#parts.transport.send(from, 'transfer', frame);
  }

  #onCheckpoint(frame: Extract<Frame, { type: 'checkpoint' }>, core: PbftCore): void {
    if (this.#transfer.isWanted(frame)) return this.#transfer.receive(frame);
    if (frame.epoch !== this.#epoch.membership.epoch) return;
    // The last votes of the epoch did not come here: the core judges these, and then goes on or orders a transfer.
    for (const vote of votesOf(frame.certificate)) core.step({ type: 'message', from: vote.signer, message: vote });
    this.schedule();
  }

  #isStillBehind(sequence: number): boolean {
    const { sequence: reached, voting } = this.#core?.inspect() ?? { sequence: Infinity, voting: true };
    return !voting || reached < sequence;
  }

  /** Whole batches go into ledger and application; returns the records of one that is not whole yet. */
  #take(records: Buffer[]): Buffer[] {
    const last = records.findLastIndex((record) => readEntryHeader(record)?.last === true);
    const whole = records.slice(0, last + 1);
    const entries = whole.map((record) => {
      const entry = decodeEntry(record);
      assert(entry, 'what a quorum has certified is readable');
      return entry;
    });
    this.adopt(whole, entries);
    return records.slice(last + 1);
  }

  async #install({ certificate, root, state, size }: FetchedCheckpoint): Promise<void> {
    try {
      if (!this.#isStillBehind(certificate.sequence) || this.ledger.size !== size) return;
      assert(this.ledger.chain.root() === root, 'the fetched ledger is the certified one');
      await this.ledger.sync();
      const { sequence } = certificate;
      const epochEnds = this.#parts.application.membership().epoch !== this.#epoch.membership.epoch;
      this.#parts.history.add(sequence, size, root);
      this.moveTo(sequence, Math.max(0, this.ledger.chain.time));
      this.#core?.step({ type: 'transferred', sequence, root, state, epochEnds });
      this.#parts.note('caught up by transfer', { sequence, entries: size });
      // What others have ordered meanwhile the application refuses, and so answers who waits here.
      for (const [id, { request }] of this.waiting) this.submit(id, request);
      this.schedule();
    } catch (problem) {
      this.fail(problem);
    }
  }

  #adoptBatch(records: readonly Buffer[]): void {
    this.#take([...records]);
    const { chain } = this.ledger;
    this.moveTo(chain.complete.sequence, chain.time);
    this.#link();
  }

  #onReached(seal: Cosigned | undefined): void {
    const { application } = this.#parts;
    if (seal) this.#cosigner.learn(seal);
    for (const [id, { request, resolve }] of this.waiting) {
      if (!application.hasExecuted?.(request)) continue;
      this.waiting.delete(id);
      this.#forwarder.forget(id);
      resolve({ sequence: this.sequence, time: this.time, entries: [] });
    }
    this.schedule();
  }

  /** The members of now and of the epoch, whom this watcher may ask. */
  #sources(): ParticipantId[] {
    const now = votersOf(this.#parts.application.membership());
    const numbers = [...this.#members.members, ...now.members];
    return [...new Set(numbers)].filter((number) => number !== this.#self);
  }

  /**
   * The members of an epoch need each other until its end is certified, whatever it says of those who come after: so links
   * are for both, and who votes in either of them is a member there.
   */
  #link(): void {
    const { application, signer, onLinked } = this.#parts;
    const epoch = this.#epoch;
    const { watchers } = application.membership();
    if (this.#linked?.watchers === watchers && this.#linked.epoch === epoch) return;
    this.#linked = { watchers, epoch };
    const records = new Map(epoch.membership.watchers.map((one) => [one.number, one]));
    for (const one of watchers) {
      const role = records.get(one.number)?.role === 'member' ? 'member' : one.role;
      records.set(one.number, { ...one, role });
    }
    const key = signer.publicKey.toString('hex');
    this.#self = [...records.values()].find(({ publicKey }) => publicKey === key)?.number ?? 0;
    onLinked([...records.values()]);
  }

  #toMembers(lane: Lane, frame: Frame): void {
    const bytes = encodeFrame(frame);
    for (const number of this.#members.members) {
      if (number !== this.#self) this.#parts.transport.send(number, lane, bytes);
    }
  }

  #tickLater(): void {
    const { clock } = this.#parts;
    const busy = this.waiting.size > 0 || this.#syncing > 0 || this.#holding || this.#core?.inspect().active === false;
    this.#tick = clock.after(busy ? busyTickMs : idleTickMs, () => {
      if (this.failed || !this.running) return;
      this.#core?.step({ type: 'tick', now: clock.now() });
      this.pump();
      this.#flush();
      this.#tickLater();
    });
  }

  /** Members that have a link from here, itself included. */
  #reached(): number {
    const up = this.#parts.transport.links().filter(({ peer, state }) => state === 'up' && this.#members.has(peer));
    return up.length + (this.#members.has(this.#self) ? 1 : 0);
  }

  /** What nobody waits for goes to the disk now and then: the guard's memory, and entries that the journal still has. */
  #flush(): void {
    const nowMs = this.#parts.clock.monotonic();
    if (nowMs - this.#flushedMs < flushMs) return;
    this.#flushedMs = nowMs;
    this.#patience.look();
    Promise.all([this.#parts.guard.sync(), this.ledger.journal.written()]).catch((problem: unknown) =>
      this.fail(problem),
    );
  }

  #cosignLater(): void {
    this.#cosigning = this.#parts.clock.after(cosignMs, () => {
      if (this.failed || !this.running) return;
      try {
        if (this.#core) this.#cosigner.offer(this.#core.inspect().primary === this.#self);
        else this.#forwarder.look();
        this.#turn += 1;
        if (this.#core && this.#turn % askEndTurns === 0) this.#askForEnd();
      } catch (problem) {
        this.fail(problem);
      }
      this.#cosignLater();
    });
  }

  #askForEnd(): void {
    const sources = this.#sources();
    const source = sources[(this.#turn / askEndTurns) % Math.max(1, sources.length)];
    if (source === undefined) return;
    const { epoch } = this.#epoch.membership;
    const frame = encodeFrame({ type: 'want-next', epoch, size: this.ledger.size });
    this.#parts.transport.send(source, 'transfer', frame);
  }

  override status() {
    return { ...super.status(), cluster: this.#clusterStatus() };
  }

  #clusterStatus(): ClusterStatus {
    const { membership } = this.#epoch;
    const core: Partial<PbftStatus> = this.#core?.inspect() ?? {};
    const transfer = this.#transfer.progress ?? this.#follower.transfer;
    const newest = this.#cosigner.newest;
    return {
      epoch: membership.epoch,
      ...(this.#core && { view: core.view, primary: core.primary, low: core.low, high: core.high }),
      active: core.active ?? true,
      voting: core.voting ?? false,
      ...(core.asking && { withoutVote: 'asking' as const }),
      ...(core.forgot && { withoutVote: 'forgot' as const }),
      sequence: this.sequence,
      faults: this.#members.faults,
      quorum: this.#members.quorum,
      members: presentMembers(this.#parts.transport, {
        watchers: this.#parts.application.membership().watchers,
        self: this.#self,
        sizes: this.#sizes,
        said: this.#heard,
      }),
      ...(transfer && { transfer: { entries: this.ledger.size, ...transfer } }),
      ...(newest && { cosigned: { size: newest.size, signers: newest.signers } }),
    };
  }

  heard(): ReadonlyMap<string, Milliseconds> {
    return heardOver(this.#parts.transport);
  }

  seals(): Promise<readonly SealSource[]> {
    const { history, core: limits } = this.#parts;
    const seals: SealSource[] = [];
    const newest = this.#cosigner.newest;
    if (newest) seals.push({ size: newest.size, root: newest.root, note: newest.note });
    const certificate = this.#certificate;
    const covered = certificate && history.at(certificate.sequence - limits.historyLag);
    if (certificate && covered?.root === certificate.root) {
      seals.push({ size: covered.size, root: covered.root, commit: certificate });
    }
    return Promise.resolve(seals.sort((one, other) => other.size - one.size));
  }

  epochEnds(): Promise<readonly SealSource[]> {
    const ends = this.#parts.epochs.all().flatMap(({ base }) => (base ? [base] : []));
    return Promise.resolve(
      ends.map(({ certificate, root, state, size, note }) => {
        return { size, root, ...(note ? { note } : { stable: { certificate, stateHash: sha256(state) } }) };
      }),
    );
  }

  protected async settled(): Promise<void> {
    this.pump();
    await Promise.all([this.journal.sync(), this.#parts.guard.sync()]);
  }

  protected override async release(): Promise<void> {
    this.#tick?.cancel();
    this.#cosigning?.cancel();
    this.#transfer.leave();
    this.#follower.stop();
    await Promise.allSettled([this.#parts.transport.close(), this.#parts.guard.close()]);
  }
}

/** Those who vote, in the order in which they become primary. */
function votersOf({ watchers }: Membership): VotingMembers {
  return new VotingMembers(watchers.filter(({ role }) => role === 'member').map(({ number }) => number));
}

/** The newest checkpoint that the journal has: who is behind may need it before there is another. */
function stableOf(records: PbftStart['records'], history: History): (StableCheckpoint & { size: number })[] {
  const found: (StableCheckpoint & { size: number })[] = [];
  for (const bytes of records) {
    const record = decodeRecord(bytes);
    if (record?.type !== 'stable') continue;
    const { certificate, state } = record;
    const then = history.at(certificate.sequence);
    if (then) found.push({ certificate, state, root: then.root, size: then.size, endsEpoch: false });
  }
  return found.slice(-1);
}
