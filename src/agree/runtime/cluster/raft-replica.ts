// 250 lines and more: it owns the core and joins disk, links, ledger and application to it; each of those has its own file.
import { assert, type MemberRecord, type Milliseconds } from '../../../model/index.ts';
import type { Timer } from '../../../platform/index.ts';
import type { CommittedBatch, CoreEvent, ParticipantId } from '../../protocol.ts';
import { decodeMessage, encodeMessage } from '../../raft/codec.ts';
import type { RaftLimits } from '../../raft/limits.ts';
import type { RaftSend } from '../../raft/messages.ts';
import type { Install } from '../../raft/outbox.ts';
import { RaftCore } from '../../raft/raft-core.ts';
import type { Recollection } from '../../raft/records.ts';
import { raftRules } from '../../raft/rules.ts';
import type { SealSource } from '../../record/export-certificate.ts';
import { hashToHex, type Hash } from '../../record/hash.ts';
import type { Lane } from '../../transport/transport.ts';
import type { Applied } from '../replica.ts';
import { LedgerReplica } from '../ledger-replica.ts';
import type { ClusterReplica, ClusterStatus, MemberParts } from './cluster-replica.ts';
import { Cosigner } from './cosigner.ts';
import { decodeFrame, encodeFrame, type Frame } from './frames.ts';
import { History } from './history.ts';
import { JournalWitness } from './journal-witness.ts';
import { Patience } from './patience.ts';
import { serveEntries, serveNext } from './ledger-server.ts';
import { nextChange } from './raft-members.ts';
import { RaftProposals } from './raft-proposals.ts';
import { decodeState, encodeState, RaftTransfer } from './raft-transfer.ts';
import { heardOver, presentMembers } from './present-members.ts';

export interface RaftReplicaParts extends MemberParts {
  raft: RaftLimits;
}

/** The core hears of time so often while anything is outstanding, and so often when nothing is. */
const busyTickMs = 10;
const idleTickMs = 25;
const cosignMs = 1000;
const flushMs = 250;
/** Under which the core answers a change of members. */
const changeId = 'membership';
/** Sizes of the ledger that others may ask to sign although it has grown since. */
const historySequences = 4096;

/**
 * One voter of a cluster that agrees by Raft. A state in place of a log is only the ledger's size and root: the ledger
 * itself is fetched, and may then be ahead of the log, whose batches are passed over until it has come so far.
 */
export class RaftReplica extends LedgerReplica implements ClusterReplica {
  protected readonly protocol = 'raft';
  readonly #parts: RaftReplicaParts;
  readonly #core: RaftCore;
  /** 0 until the ledger tells a newcomer its number. */
  #self: ParticipantId;
  readonly #proposals: RaftProposals;
  readonly #patience: Patience;
  readonly #cosigner: Cosigner;
  readonly #history = new History(historySequences);
  readonly #founders: ReadonlySet<ParticipantId>;
  #known: readonly MemberRecord[] | undefined;
  #linked: readonly MemberRecord[] | undefined;
  #lead: { leader: ParticipantId | undefined; term: number } = { leader: undefined, term: 0 };
  /** How far others have said that they have come who do not vote. */
  readonly #sizes = new Map<ParticipantId, number>();
  readonly #transfer: RaftTransfer;
  readonly #witness: JournalWitness;
  #flushedMs = 0;
  #tick: Timer | undefined;
  #cosigning: Timer | undefined;

  constructor(parts: RaftReplicaParts, self: ParticipantId, memory: Recollection) {
    const key = parts.signer.publicKey.toString('hex', 0, 8);
    super(parts, `${key}.${parts.recovered.journal.end}.`, parts.held);
    const { clock, transport, genesis, epochs } = parts;
    this.#parts = parts;
    this.#self = self;
    this.#founders = new Set(genesis.watchers.flatMap(({ role, number }) => (role === 'member' ? number : [])));
    const { base } = memory.log;
    const { position } = this.ledger.chain.complete;
    const isWhole = position === this.ledger.size;
    const state = encodeState(position, this.ledger.chain.root());
    this.#core = new RaftCore({
      id: self,
      memory,
      applied: base.index,
      seed: parts.signer.publicKey.readUInt32BE(0) ^ parts.recovered.journal.end,
      limits: parts.raft,
      rules: raftRules,
      // The whole ledger serves as the state after the base: what it has beyond that is committed as well.
      ...(base.index > 0 && isWhole && { snapshot: { point: base, state } }),
    });
    this.#proposals = new RaftProposals({
      nowMs: () => clock.monotonic(),
      self: () => this.#self,
      lead: () => this.#lead,
      waiting: this.waiting,
      propose: (id, bytes) => this.#core.step({ type: 'propose', request: { id, bytes } }),
      forward: (to, id, request) => {
        transport.send(
          to,
          this.#lane(to, 'bodies'),
          encodeFrame({ type: 'forward', id, request: Buffer.from(request) }),
        );
      },
    });
    this.#transfer = new RaftTransfer({
      clock,
      ledger: this.ledger,
      ask: (source, frame) => transport.send(source, 'transfer', encodeFrame(frame)),
      adopt: (records, entries) => this.adopt(records, entries),
    });
    this.#patience = new Patience({
      nowMs: () => clock.monotonic(),
      waiting: this.waiting,
      members: () => ({ reached: this.#reached(), of: this.#voters().length, quorum: this.#quorum() }),
    });
    this.#cosigner = new Cosigner({
      cluster: genesis.cluster,
      network: hashToHex(epochs.network),
      signer: parts.signer,
      rootAt: (size) => (size === this.ledger.size ? this.ledger.chain.root() : this.#history.ofSize(size)?.root),
      size: () => this.ledger.chain.complete.position,
      nowMs: () => clock.now(),
      send: (text) => this.#tell({ type: 'note', text }),
    });
    this.#witness = new JournalWitness({
      directory: parts.directory,
      durable: () => this.journal.durable,
      send: (to, frame) => transport.send(to, 'transfer', encodeFrame(frame)),
    });
    this.#link();
    transport.onFrame((from, _lane, bytes) => this.#onFrame(from, bytes));
    this.#core.step({ type: 'tick', now: clock.now() });
    this.#tickLater();
    this.#cosignLater();
    this.schedule();
  }

  override propose(request: Uint8Array): Promise<Applied> {
    return this.#patience.join(request) ?? super.propose(request);
  }

  protected submit(id: string, request: Uint8Array): void {
    this.#patience.began(id);
    if (this.waiting.size > this.#parts.raft.maxPending) this.refuse({ type: 'rejected', id, reason: 'overloaded' });
    else this.#proposals.bring(id, request);
  }

  protected work(): void {
    for (let ready = this.#core.ready(); ready && !this.failed; ready = this.#core.ready()) {
      if (ready.persist.length > 0) this.journal.append(ready.persist);
      this.#core.advance(ready);
      if (ready.mustSync) this.#persist();
      for (const send of ready.send) this.#send(send);
      for (const event of ready.events) this.#onEvent(event);
      for (const batch of ready.apply) this.#apply(batch);
      if (ready.install) this.#install(ready.install);
      this.#look();
    }
  }

  /** What rests on the records may leave when they are durable. */
  #persist(): void {
    this.journal
      .sync()
      .then(async (lsn) => {
        await this.ledgerRoom();
        this.#core.step({ type: 'persisted', lsn });
        this.schedule();
      })
      .catch((problem: unknown) => this.fail(problem));
  }

  #look(): void {
    const { leader, term } = this.#core.inspect();
    const isNew = leader !== this.#lead.leader || term !== this.#lead.term;
    this.#lead = { leader, term };
    if (isNew) this.#parts.note('who leads has changed', { leader, term });
    this.#proposals.look();
  }

  #send({ to, message }: RaftSend): void {
    const epoch = this.#parts.genesis.epoch;
    const frame = encodeFrame({ type: 'consensus', epoch, message: encodeMessage(message) });
    const isBody = message.type === 'snapshot' || (message.type === 'append' && message.entries.length > 0);
    for (const one of to) this.#parts.transport.send(one, this.#lane(one, isBody ? 'bodies' : 'votes'), frame);
  }

  /**
   * Members' lanes are for those who have been members from the beginning: of any other, the two ends of a link may not
   * agree yet on what it is, and a link ends when a watcher uses a lane that is not its own.
   */
  #lane(to: ParticipantId, lane: Lane): Lane {
    const watchers = this.#known ?? [];
    const isFounder = (number: ParticipantId) =>
      this.#founders.has(number) && watchers.some((one) => one.number === number && one.role === 'member');
    return isFounder(to) && isFounder(this.#self) ? lane : 'transfer';
  }

  #onEvent(event: CoreEvent): void {
    // Who leads no more has told nobody; the next leader is asked.
    if (event.reason === 'not-leader' || event.id === changeId) return;
    this.#proposals.ended(event.id);
    this.refuse(event);
  }

  #onFrame(from: ParticipantId, bytes: Buffer): void {
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
    const isKnown = this.#linked?.some(({ number }) => number === from) === true;
    if (frame.type === 'want-entries') {
      serveEntries(this.ledger, frame)
        .then((answer) => answer && this.#parts.transport.send(from, 'transfer', encodeFrame(answer)))
        .catch((problem: unknown) => this.#parts.report(problem));
      return undefined;
    }
    if (!isKnown) return undefined;
    if (frame.type === 'want-next') {
      this.#sizes.set(from, frame.size);
      serveNext(this.#parts, this.#cosigner.newest, from, frame.epoch);
    } else if (frame.type === 'consensus') {
      // What a message holds is kept for long; the buffer that it came in is not ours.
      const message = decodeMessage(Buffer.from(frame.message));
      if (!message) return undefined;
      this.#core.step({ type: 'message', from, message });
      this.schedule();
    } else if (frame.type === 'forward') {
      this.#proposals.take(frame.id, Buffer.from(frame.request));
      this.schedule();
    } else if (frame.type === 'entries') {
      this.#transfer.receive(from, frame);
    } else if (frame.type === 'note') {
      this.#cosigner.receive(frame.text);
    } else if (frame.type === 'recorded' || frame.type === 'recorded-before') {
      this.#witness.receive(from, frame);
    }
    return undefined;
  }

  #apply(batch: CommittedBatch): void {
    const isKnown = batch.sequence <= this.sequence;
    if (!isKnown) {
      this.execute(batch);
      this.#history.add(batch.sequence, this.ledger.size, this.ledger.chain.root());
      this.#link();
    }
    for (const { id } of batch.requests) this.#proposals.ended(id);
    if (isKnown) this.#answerKnown();
  }

  /** Answers those whose requests came into the ledger without being executed here. */
  #answerKnown(): void {
    for (const [id, { request, resolve }] of this.waiting) {
      if (this.#parts.application.hasExecuted?.(request) !== true) continue;
      this.waiting.delete(id);
      this.#proposals.ended(id);
      resolve({ sequence: this.sequence, time: this.time, entries: [] });
    }
  }

  protected override snapshotTaken(sequence: number, size: number, root: Hash): void {
    if (!this.running || sequence > this.#core.inspect().sequence) return;
    this.#core.step({ type: 'compact', sequence, state: encodeState(size, root) });
    this.schedule();
  }

  #install({ point, state }: Install): void {
    const { size, root } = decodeState(state);
    const finish = () => void this.#installed(point.index, size, root);
    if (size <= this.ledger.size) return finish();
    const others = this.#voters().filter((number) => number !== this.#self);
    const first = Math.max(0, others.indexOf(this.#core.inspect().leader ?? 0));
    this.#transfer.begin(size, root, others, first, finish);
  }

  async #installed(sequence: number, size: number, root: Hash): Promise<void> {
    this.#transfer.end();
    try {
      assert(this.ledger.size > size || this.ledger.chain.root() === root, 'the fetched ledger is that of the leader');
      await this.ledger.sync();
      if (!this.running) return;
      const { chain } = this.ledger;
      this.moveTo(Math.max(this.sequence, sequence, chain.complete.sequence), Math.max(0, chain.time));
      this.#core.step({ type: 'installed', sequence });
      this.#parts.note('caught up by transfer', { sequence, entries: size });
      this.#link();
      this.#answerKnown();
      this.schedule();
    } catch (problem) {
      this.fail(problem);
    }
  }

  #link(): void {
    const { watchers } = this.#parts.application.membership();
    // Who is removed still votes until the log says so too, and has to hear of it.
    const voters = this.#voters();
    const leaving = (this.#linked ?? []).filter(
      ({ number }) => voters.includes(number) && !watchers.some((one) => one.number === number),
    );
    if (this.#known === watchers && this.#linked?.length === watchers.length + leaving.length) return;
    this.#known = watchers;
    const key = this.#parts.signer.publicKey.toString('hex');
    const own = watchers.find(({ publicKey }) => publicKey === key)?.number;
    if (this.#self === 0 && own !== undefined) {
      this.#self = own;
      this.#core.identify(own);
    }
    this.#linked = [...watchers, ...leaving];
    const members = watchers.filter(({ role }) => role === 'member');
    this.#cosigner.setMembers(members, raftRules.quorum(members.length));
    this.#parts.onLinked(this.#linked);
  }

  /** Those who vote in the log, which follows the ledger one step at a time. */
  #voters(): readonly ParticipantId[] {
    return this.#core.inspect().membership.voters;
  }

  #quorum(): number {
    return raftRules.quorum(this.#voters().length);
  }

  /** Whoever leads takes the log's members to those of the ledger. */
  #followLedger(): void {
    if (this.#lead.leader !== this.#self) return;
    const { membership } = this.#core.inspect();
    const change = nextChange(membership, this.#parts.application.membership().watchers, this.#self);
    // A step that cannot be made yet is tried again at the next tick.
    if (change) this.#core.step({ type: 'change', id: changeId, change });
  }

  #tell(frame: Frame): void {
    const bytes = encodeFrame(frame);
    for (const { number } of this.#linked ?? []) {
      if (number !== this.#self) this.#parts.transport.send(number, 'transfer', bytes);
    }
  }

  #tickLater(): void {
    const { clock } = this.#parts;
    this.#tick = clock.after(this.waiting.size > 0 ? busyTickMs : idleTickMs, () => {
      if (this.failed || !this.running) return;
      this.#core.step({ type: 'tick', now: clock.now() });
      this.pump();
      this.#look();
      this.#followLedger();
      this.#link();
      this.#flush();
      this.schedule();
      this.#tickLater();
    });
  }

  /** Voters that have a link from here, itself included. */
  #reached(): number {
    const voters = new Set(this.#voters());
    return (
      (voters.has(this.#self) ? 1 : 0) +
      this.#parts.transport.links().filter(({ peer, state }) => state === 'up' && voters.has(peer)).length
    );
  }

  /** Entries that the journal still has go to the disk now and then. */
  #flush(): void {
    const nowMs = this.#parts.clock.monotonic();
    if (nowMs - this.#flushedMs < flushMs) return;
    this.#flushedMs = nowMs;
    this.#patience.look();
    this.ledger.journal.written().catch((problem: unknown) => this.fail(problem));
  }

  #cosignLater(): void {
    this.#cosigning = this.#parts.clock.after(cosignMs, () => {
      if (this.failed || !this.running) return;
      this.#cosigner.offer(this.#lead.leader === this.#self);
      this.#witness.tell(this.#voters().filter((number) => number !== this.#self));
      if (!this.#voters().includes(this.#self)) {
        const { epoch } = this.#parts.application.membership();
        this.#tell({ type: 'want-next', epoch, size: this.ledger.size });
      }
      this.#cosignLater();
    });
  }

  override status() {
    return { ...super.status(), cluster: this.#clusterStatus() };
  }

  #clusterStatus(): ClusterStatus {
    const { leader, term } = this.#core.inspect();
    const newest = this.#cosigner.newest;
    const transfer = this.#transfer.present;
    return {
      epoch: this.#parts.application.membership().epoch,
      term,
      leader,
      active: leader !== undefined,
      voting: this.#voters().includes(this.#self),
      sequence: this.sequence,
      faults: this.#voters().length - this.#quorum(),
      quorum: this.#quorum(),
      members: presentMembers(this.#parts.transport, {
        watchers: this.#parts.application.membership().watchers,
        self: this.#self,
        sizes: this.#sizes,
      }),
      ...(transfer && { transfer: { entries: this.ledger.size, ...transfer } }),
      ...(newest && { cosigned: { size: newest.size, signers: newest.signers } }),
    };
  }

  heard(): ReadonlyMap<string, Milliseconds> {
    return heardOver(this.#parts.transport);
  }

  seals(): Promise<readonly SealSource[]> {
    const newest = this.#cosigner.newest;
    return Promise.resolve(newest ? [{ size: newest.size, root: newest.root, note: newest.note }] : []);
  }

  epochEnds(): Promise<readonly SealSource[]> {
    return Promise.resolve([]);
  }

  protected async settled(): Promise<void> {
    this.pump();
    await this.journal.sync();
  }

  protected override async release(): Promise<void> {
    this.#tick?.cancel();
    this.#cosigning?.cancel();
    this.#transfer.end();
    await this.#parts.transport.close();
  }
}
