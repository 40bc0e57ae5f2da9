import { decodeMessage, encodeMessage } from '../codec/pbft-message.ts';
import { SignGuard } from '../crypto/sign-guard.ts';
import type { Lsn, ParticipantId } from '../protocol.ts';
import { sha256 } from '../record/hash.ts';
import { genesisRoot } from './certificates.ts';
import { votesOf } from './checkpoint.ts';
import { pbftLimits, type PbftLimits } from './configuration.ts';
import type { Message } from './messages.ts';
import { domain, epochAfter, idealSigner, idealVerifier, Node, type Epoch } from './node.fixture.ts';
import { PbftCore } from './pbft-core.ts';
import { epochOf } from './refold.ts';
import { emptyStart, type CertifiedBatch, type EpochBase, type PbftStart, type StableCheckpoint } from './work.ts';

export { domain, epochText, forge, Node } from './node.fixture.ts';

/** Small windows, so that few requests reach every edge. */
const smallLimits: PbftLimits = {
  ...pbftLimits,
  checkpointInterval: 4,
  window: 8,
  maxInFlight: 4,
  gatherMs: 0,
  historyLag: 4,
  maxClientBundles: 64,
};

interface Flying {
  from: ParticipantId;
  to: ParticipantId;
  message: Message;
  /** Of the sender, as frames carry it. */
  epoch: number;
}

/** What becomes of a message on its way: it arrives, is lost, or arrives as something else, perhaps more than once. */
export type Link = (flying: Flying) => boolean | readonly Message[];

/** Members joined by a pump: every message goes through the codec; order, loss and time are in the test's hand. */
export class Cluster {
  readonly nodes: Node[];
  readonly members: ParticipantId[];
  readonly limits: PbftLimits;
  link: Link = () => true;
  /** Picks which of the messages under way arrives next. */
  pick: (count: number) => number = () => 0;
  /** Whether a member whose epoch has ended goes on to the next one now; a crash there is the test's. */
  onEpochEnd: (node: Node) => boolean = () => true;
  now = 1_000_000;
  delivered: Flying[] = [];
  #flying: Flying[] = [];
  #proposed = 0;

  constructor(count: number, limits: Partial<PbftLimits> = {}) {
    this.limits = { ...smallLimits, ...limits };
    this.members = Array.from({ length: count }, (_, at) => at);
    this.nodes = this.members.map((id) => {
      const guard = new SignGuard();
      const epoch = epochAfter(this.members, []);
      const node = new Node(id, this.#core(id, guard, epoch, emptyStart), epoch);
      node.guard = guard;
      return node;
    });
    this.tick(0);
  }

  node(id: ParticipantId): Node {
    const node = this.nodes[id];
    if (!node) throw new Error(`no member ${id}`);
    return node;
  }

  get running(): Node[] {
    return this.nodes.filter((node) => node.running);
  }

  propose(id: ParticipantId, text = `r${this.#proposed}`): string {
    this.#proposed += 1;
    this.node(id).unanswered.add(text);
    this.node(id).core.step({ type: 'propose', request: { id: text, bytes: Buffer.from(text) } });
    return text;
  }

  /** Puts a message on the way as if `from` had sent it. */
  send(from: ParticipantId, to: ParticipantId, message: Message): void {
    this.#flying.push({ from, to, message, epoch: this.nodes[from]?.epoch.number ?? domain.epoch });
  }

  /** Until nobody has anything to do or to deliver. */
  run(maxSteps = 200_000): void {
    for (let steps = 0; steps < maxSteps; steps++) {
      for (const node of this.running) this.#pump(node);
      const at = this.#flying.length > 0 ? this.pick(this.#flying.length) : 0;
      const [next] = this.#flying.splice(at, 1);
      if (!next) return;
      this.#deliver(next);
    }
    throw new Error('the cluster does not come to rest');
  }

  /** Lets time pass in steps, with everything that follows from each. */
  tick(totalMs: number, stepMs = 50): void {
    for (let left = totalMs; left >= 0; left -= stepMs) {
      this.now += Math.min(stepMs, left);
      for (const node of this.running) node.core.step({ type: 'tick', now: node.clock(this.now) });
      this.run();
      if (left === 0) return;
    }
  }

  /** Until a condition holds, at most so long. */
  until(condition: () => boolean, maxMs = 60_000): void {
    const end = this.now + maxMs;
    while (!condition()) {
      if (this.now >= end) throw new Error('the condition does not come true');
      this.tick(50);
      for (const node of this.running) if (node.transfer) this.carryOutTransfer(node);
    }
  }

  crash(id: ParticipantId): void {
    this.node(id).running = false;
  }

  /** Power fails: what was not durable is gone from journal and ledger. `ledgerLoses`: batches that never reached disk. */
  restart(id: ParticipantId, ledgerLoses = 0): void {
    const node = this.node(id);
    node.journal = node.journal.slice(0, node.durable);
    node.ledger = node.ledger.slice(0, Math.max(node.installed, node.ledger.length - ledgerLoses));
    node.roots = node.roots.slice(0, node.ledger.length);
    node.running = true;
    node.wantsSync = false;
    node.transfer = undefined;
    node.unanswered.clear();
    this.#start(node, 0);
  }

  /** Restarts from a journal whose records before a position were given up. */
  restartFrom(id: ParticipantId, floor: Lsn): void {
    const node = this.node(id);
    this.#start(node, floor);
  }

  /** As a newcomer that has followed the ledger up to where a member's epoch begins. */
  join(id: ParticipantId, source: ParticipantId): void {
    const { epoch, ledger, roots, bases } = this.node(source);
    const base = bases.at(-1);
    if (!base) throw new Error(`the epoch of ${source} has no base`);
    const sequence = base.certificate.sequence;
    const guard = new SignGuard();
    const node = new Node(id, this.node(source).core, epoch);
    node.guard = guard;
    node.ledger = ledger.slice(0, sequence);
    node.roots = roots.slice(0, sequence);
    this.nodes[id] = node;
    this.#beginEpoch(node, base);
  }

  /** A core of the first epoch in a ledger that others have brought to a base. */
  beginAt(id: ParticipantId, base: EpochBase, time: number): Node {
    const node = this.node(id);
    const { root, certificate } = base;
    const start = { ...emptyStart, sequence: certificate.sequence, time, roots: [root], base };
    node.core = this.#core(id, node.guard, node.epoch, start);
    node.journal = [];
    node.durable = 0;
    node.before = certificate.sequence;
    node.core.step({ type: 'tick', now: node.clock(this.now) });
    return node;
  }

  /** The ledger is durable up to the end of the epoch; then the next core makes its beginning durable. */
  #beginEpoch(node: Node, base: EpochBase): void {
    const epoch = epochAfter(this.members, node.ledger);
    node.epoch = epoch;
    node.installed = node.ledger.length;
    node.bases.push({ ...base, epoch: epoch.number });
    node.transfer = undefined;
    node.running = epoch.members.includes(node.id);
    if (!node.running) return;
    node.core = this.#core(node.id, node.guard, epoch, { ...this.#found(node, node.journal.length), base });
    node.core.step({ type: 'tick', now: node.clock(this.now) });
    for (const id of node.ids) node.unanswered.delete(id);
    for (const id of node.unanswered) node.core.step({ type: 'propose', request: { id, bytes: Buffer.from(id) } });
  }

  #found({ ledger, roots, journal }: Node, floor: Lsn): PbftStart {
    const last = ledger.at(-1);
    return {
      sequence: last?.sequence ?? 0,
      time: last?.time ?? 0,
      roots,
      lsn: floor,
      records: journal.slice(floor),
    };
  }

  #start(node: Node, floor: Lsn): void {
    const found = this.#found(node, floor);
    const number = epochOf(found.records)?.number ?? domain.epoch;
    const begun = node.bases.find(({ epoch }) => epoch === number)?.certificate.sequence ?? 0;
    node.epoch = epochAfter(this.members, node.ledger.slice(0, begun));
    node.bases = node.bases.filter(({ epoch }) => epoch <= number);
    const ended = epochAfter(this.members, node.ledger).number > number;
    node.core = this.#core(node.id, node.guard, node.epoch, { ...found, ended });
    node.core.step({ type: 'tick', now: node.clock(this.now) });
  }

  sync(id: ParticipantId): void {
    const node = this.node(id);
    node.durable = node.journal.length;
    node.wantsSync = false;
    node.core.step({ type: 'persisted', lsn: node.durable });
  }

  /** Answers a transfer order from the ledger and the stable checkpoint of one of its sources that has them. */
  carryOutTransfer(node: Node): void {
    const { certificate, sources } = node.transfer ?? {};
    const sequence = certificate?.sequence ?? 0;
    const { sequence: reached, voting } = node.core.inspect();
    if (voting && reached >= sequence) node.transfer = undefined;
    for (const source of this.running.filter(({ id }) => id !== node.id && node.transfer && sources?.includes(id))) {
      const checkpoint = source.stable.find((one) => one.certificate.sequence === sequence);
      if (!checkpoint) continue;
      node.transfer = undefined;
      const { root, state } = checkpoint;
      const epochEnds = epochAfter(this.members, source.ledger.slice(0, sequence)).number > node.epoch.number;
      node.core.step({ type: 'transferred', sequence, root, state, epochEnds });
      if (node.core.inspect().low < sequence) return;
      // The new ledger replaces the old one only together with the record that the core makes of it.
      node.ledger = source.ledger.slice(0, sequence);
      node.installed = sequence;
      node.roots = source.roots.slice(0, sequence);
      this.#pump(node);
      this.sync(node.id);
      return;
    }
  }

  /** One history: where two members have a batch at one place, it is the same; and nothing is executed twice. */
  disagreement(): string | undefined {
    for (const one of this.nodes) {
      if (new Set(one.ids).size !== one.ids.length) return `member ${one.id} executed a request twice`;
      for (const other of this.nodes) {
        const shared = Math.min(one.roots.length, other.roots.length);
        if (shared > 0 && one.roots[shared - 1] !== other.roots[shared - 1]) {
          return `members ${one.id} and ${other.id} differ at or before ${shared}`;
        }
      }
    }
    return undefined;
  }

  #core(self: ParticipantId, guard: SignGuard, epoch: Epoch, start: PbftStart): PbftCore {
    const configuration = {
      domain: { ...domain, epoch: epoch.number },
      members: epoch.members,
      self,
      signer: idealSigner(self, guard, epoch),
      verifier: idealVerifier(epoch),
      limits: this.limits,
    };
    return new PbftCore(configuration, start);
  }

  #pump(node: Node): void {
    for (let ready = node.core.ready(); ready; ready = node.core.ready()) {
      node.journal.push(...ready.persist);
      node.core.advance(ready);
      for (const { to, message } of ready.send) for (const one of to) this.send(node.id, one, message);
      node.notices.push(...ready.notices);
      node.rejected.push(...ready.events.map(({ id }) => id));
      node.stable.push(...ready.stable);
      node.transfer = ready.transfer ?? node.transfer;
      for (const batch of ready.apply) this.#apply(node, batch);
      if (ready.mustSync && node.autoSync) this.sync(node.id);
      else node.wantsSync ||= ready.mustSync;
      const end = ready.stable.find(({ endsEpoch }) => endsEpoch);
      if (end) this.#endEpoch(node, end);
    }
  }

  #endEpoch(node: Node, end: StableCheckpoint): void {
    if (this.onEpochEnd(node)) this.#beginEpoch(node, end);
  }

  #apply(node: Node, batch: CertifiedBatch): void {
    if (batch.sequence !== node.before + node.ledger.length + 1) throw new Error('batches come in order, without gaps');
    const before = node.roots.at(-1) ?? genesisRoot;
    const root = sha256(Buffer.from(before + node.digestOf(batch)));
    node.ledger.push(batch);
    for (const { id } of batch.requests) node.unanswered.delete(id);
    node.roots.push(root);
    const epochEnds = batch.requests.some(({ id }) => id.startsWith('epoch '));
    node.core.step({ type: 'applied', sequence: batch.sequence, root, epochEnds });
  }

  /** Who says that it is still in an epoch that has ended here is told of the end; what is of a later one comes again. */
  #isOfOtherEpoch(node: Node, { from, epoch, message: { type } }: Flying): boolean {
    if (epoch === node.epoch.number) return false;
    const end = type === 'status' && node.bases.find((base) => base.epoch === epoch + 1);
    for (const message of end ? votesOf(end.certificate) : []) {
      this.#flying.push({ from: node.id, to: from, message, epoch });
    }
    return true;
  }

  #deliver(flying: Flying): void {
    const fate = this.link(flying);
    const messages = fate === true ? [flying.message] : fate === false ? [] : fate;
    const node = this.nodes[flying.to];
    for (const message of node ? messages : []) {
      const read = decodeMessage(encodeMessage(message));
      if (typeof read === 'string') throw new Error(`a message is not readable: ${read}`);
      if (!node?.running || this.#isOfOtherEpoch(node, flying)) continue;
      this.delivered.push({ ...flying, message: read });
      node.core.step({ type: 'message', from: flying.from, message: read });
      this.#pump(node);
    }
  }
}

/** A small generator of numbers below a bound (mulberry32): the same seed, the same numbers. */
export function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}
