import { hash } from 'node:crypto';
import { decodeMessage, encodeMessage } from '../codec/pbft-message.ts';
import { statementBytes, type Domain, type Statement } from '../codec/pbft-statement.ts';
import type { SlotOfVote, Verifier, VoteSigner } from '../crypto/ports.ts';
import { SignGuard } from '../crypto/sign-guard.ts';
import type { JournalRecord, Lsn, ParticipantId } from '../protocol.ts';
import { sha256, type Hash } from '../record/hash.ts';
import { genesisRoot } from './certificates.ts';
import { pbftLimits, type PbftLimits } from './configuration.ts';
import type { Endorsement, Message } from './messages.ts';
import { PbftCore } from './pbft-core.ts';
import type { CertifiedBatch, PbftNotice, StableCheckpoint, TransferOrder } from './work.ts';

/** Small windows, so that few requests reach every edge. */
const smallLimits: PbftLimits = {
  ...pbftLimits,
  checkpointInterval: 4,
  window: 8,
  maxInFlight: 4,
  historyLag: 4,
  maxClientBundles: 64,
};

export const domain: Domain = { network: sha256(Buffer.from('test')), epoch: 1 };

/** Signatures of an ideal world: nobody but the holder of an id makes them, and they cost nothing. */
function idealSignature(signer: ParticipantId, bytes: Uint8Array): Buffer {
  return hash('sha512', Buffer.concat([Buffer.from(`ideal ${signer} `), bytes]), 'buffer');
}

const idealVerifier: Verifier = {
  verify: (signer, bytes, signature) => idealSignature(signer, bytes).equals(signature),
};

function idealSigner(self: ParticipantId, guard: SignGuard): VoteSigner {
  return {
    sign: (bytes) => idealSignature(self, bytes),
    signVote: (slot: SlotOfVote, bytes) => (guard.permits(slot, bytes) ? idealSignature(self, bytes) : undefined),
  };
}

/** Signs anything as anybody: what a member whose key is held by an adversary can do. */
export function forge(signer: ParticipantId, statement: Statement, within: Domain = domain): Endorsement {
  return { signer, signature: idealSignature(signer, statementBytes(within, signer, statement)) };
}

/** One member with its disk and its application; the ledger is the list of batches. */
export class Node {
  readonly id: ParticipantId;
  core: PbftCore;
  guard = new SignGuard();
  journal: JournalRecord[] = [];
  durable: Lsn = 0;
  ledger: CertifiedBatch[] = [];
  roots: Hash[] = [];
  /** Batches that a transfer brought: durable since then, so that no crash takes them. */
  installed = 0;
  stable: StableCheckpoint[] = [];
  notices: PbftNotice[] = [];
  rejected: string[] = [];
  transfer: TransferOrder | undefined;
  running = true;
  /** Whether a sync reaches the disk at once; otherwise it waits for `sync`. */
  autoSync = true;
  wantsSync = false;
  /** Turns a batch into what the ledger's root covers; one that lies shows what divergence does. */
  digestOf: (batch: CertifiedBatch) => string = (batch) =>
    `${batch.sequence} ${batch.time} ${batch.requests.map(({ id }) => id).join(' ')}`;

  constructor(id: ParticipantId, core: PbftCore) {
    this.id = id;
    this.core = core;
  }

  get ids(): string[] {
    return this.ledger.flatMap(({ requests }) => requests.map(({ id }) => id));
  }

  refusals(reason: string): number {
    return this.notices.filter((notice) => notice.type === 'refused' && notice.reason === reason).length;
  }
}

interface Flying {
  from: ParticipantId;
  to: ParticipantId;
  message: Message;
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
  now = 1_000_000;
  delivered: Flying[] = [];
  #flying: Flying[] = [];
  #proposed = 0;

  constructor(count: number, limits: Partial<PbftLimits> = {}) {
    this.limits = { ...smallLimits, ...limits };
    this.members = Array.from({ length: count }, (_, at) => at);
    this.nodes = this.members.map((id) => {
      const guard = new SignGuard();
      const node = new Node(id, this.#core(id, guard));
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
    this.node(id).core.step({ type: 'propose', request: { id: text, bytes: Buffer.from(text) } });
    return text;
  }

  /** Puts a message on the way as if `from` had sent it. */
  send(from: ParticipantId, to: ParticipantId, message: Message): void {
    this.#flying.push({ from, to, message });
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
      for (const node of this.running) node.core.step({ type: 'tick', now: this.now });
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
    node.core = this.#core(id, node.guard, node);
    node.core.step({ type: 'tick', now: this.now });
  }

  /** Restarts from a journal whose records before a position were given up. */
  restartFrom(id: ParticipantId, floor: Lsn): void {
    const node = this.node(id);
    node.core = this.#core(id, node.guard, node, floor);
    node.core.step({ type: 'tick', now: this.now });
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
      node.core.step({ type: 'transferred', sequence, root, state });
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

  #core(id: ParticipantId, guard: SignGuard, node?: Node, floor: Lsn = 0): PbftCore {
    const configuration = {
      domain,
      members: this.members,
      self: id,
      signer: idealSigner(id, guard),
      verifier: idealVerifier,
      limits: this.limits,
    };
    if (!node) return new PbftCore(configuration);
    const last = node.ledger.at(-1);
    return new PbftCore(configuration, {
      sequence: last?.sequence ?? 0,
      time: last?.time ?? 0,
      roots: node.roots,
      lsn: floor,
      records: node.journal.slice(floor),
    });
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
    }
  }

  #apply(node: Node, batch: CertifiedBatch): void {
    if (batch.sequence !== node.ledger.length + 1) throw new Error('batches come in order, without gaps');
    const before = node.roots.at(-1) ?? genesisRoot;
    const root = sha256(Buffer.from(before + node.digestOf(batch)));
    node.ledger.push(batch);
    node.roots.push(root);
    node.core.step({ type: 'applied', sequence: batch.sequence, root });
  }

  #deliver(flying: Flying): void {
    const fate = this.link(flying);
    const messages = fate === true ? [flying.message] : fate === false ? [] : fate;
    const node = this.node(flying.to);
    for (const message of messages) {
      const read = decodeMessage(encodeMessage(message));
      if (typeof read === 'string') throw new Error(`a message is not readable: ${read}`);
      if (!node.running) continue;
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
