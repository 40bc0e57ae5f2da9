import { pbft, type Request } from '../../agree/index.ts';
import { GuardMemory } from './pbft-guard.ts';
import { keysOf, sha256 } from './pbft-keys.ts';
import { StateFetch, writeState, type FetchedState } from './pbft-transfer.ts';
import type { PbftWire } from './pbft-wire.ts';
import type { NodeStart, NodeUnderTest, NodeWork, StoredSnapshot } from './protocol.ts';

const { PbftCore, pbftLimits, emptyStart } = pbft;

/** States at checkpoints that a node keeps for others: more than can be between the water marks. */
const maxKeptStates = 16;

/** What lies beside the application's state on disk. */
interface Proof {
  time: number;
  /** The roots up to the snapshot's sequence, oldest first. */
  roots: readonly string[];
  /** Records before it are not needed with this snapshot; undefined when that is not known. */
  lsn: number | undefined;
}

/** One network and one epoch for all worlds. */
export const domain = { network: sha256(Buffer.from('simulation')), epoch: 1 };

export function limitsOf(tuning: NodeStart['tuning']): pbft.PbftLimits {
  return { ...pbftLimits, ...tuning };
}

/** A PBFT core in a simulated node, with what its owner does: roots, transfer of states, the sign guard's memory. */
export class PbftNode implements NodeUnderTest<PbftWire> {
  readonly core: pbft.PbftCore;
  readonly id: number;
  readonly genesis: readonly number[];
  readonly #limits: pbft.PbftLimits;
  readonly #guard: GuardMemory;
  readonly #roots: string[];
  readonly #fetch: StateFetch;
  /** At checkpoints that may become stable; on disk as well, as a ledger has every state that it ever stood for. */
  readonly #states: Map<number, Uint8Array>;
  /** What others may fetch, by sequence; on disk, or after a restart of all nobody could help the last. */
  readonly #served: Map<number, Uint8Array>;
  /** Requests that wait for their order: a client that asks again makes no second one. */
  readonly #proposed = new Set<string>();
  #time: number;
  #applying: { lsn: number; time: number }[] = [];
  #last: { sequence: number; lsn: number | undefined };
  #ready: pbft.PbftReady | undefined;
  #sends: NodeWork<PbftWire>['send'][number][] = [];
  #adopt: StoredSnapshot | undefined;
  #releasable: number | undefined;
  /** Records from `lsn` on suffice once everything before `after` is durable: the base that they begin with may not be. */
  #release: { lsn: number; after: number } | undefined;
  #end: number;
  /** Stable checkpoints and roots since somebody looked. */
  stables: pbft.StableCheckpoint[] = [];
  executed: { sequence: number; root: string }[] = [];

  constructor(start: NodeStart, core: (configuration: pbft.PbftConfiguration, start: pbft.PbftStart) => pbft.PbftCore) {
    const { id, genesis, tuning, snapshot, memory } = start;
    const proof = snapshot?.proof as Proof | undefined;
    const keys = keysOf(tuning);
    this.id = id;
    this.genesis = genesis;
    this.#limits = limitsOf(tuning);
    this.#guard = GuardMemory.open(memory, start.seed);
    this.#states = statesIn(memory, 'states');
    this.#served = statesIn(memory, 'served');
    this.#roots = [...(proof?.roots ?? [])];
    this.#time = proof?.time ?? 0;
    this.#end = start.start + start.records.length;
    this.#last = { sequence: snapshot?.sequence ?? 0, lsn: proof?.lsn };
    this.#fetch = new StateFetch(id, tuning['chunkBytes'] ?? 1000);
    const signer = this.#guard.signer((bytes) => keys.sign(id, bytes));
    const configuration = {
      domain,
      members: genesis,
      self: id,
      signer,
      verifier: keys.verifier,
      limits: this.#limits,
    };
    this.core = core(configuration, {
      ...emptyStart,
      sequence: this.#last.sequence,
      time: this.#time,
      roots: this.#roots,
      lsn: start.start,
      records: start.records,
      forgot: start.forgot,
      nonce: start.seed % 0x8000_0000,
    });
  }

  static start(start: NodeStart): PbftNode {
    return new PbftNode(start, (configuration, from) => new PbftCore(configuration, from));
  }

  tick(nowMs: number): void {
    const now = Math.floor(nowMs);
    this.core.step({ type: 'tick', now });
    const { voting, sequence } = this.core.inspect();
    if (voting) this.#fetch.reached(sequence);
    this.#sends.push(...this.#fetch.tick(now));
  }

  propose(request: Request): void {
    if (this.#proposed.has(request.id)) return;
    this.#proposed.add(request.id);
    this.core.step({ type: 'propose', request });
  }

  receive(from: number, message: PbftWire): void {
    if (message.type === 'ask-state') {
      const state = this.#served.get(message.sequence);
      if (state) this.#sends.push({ to: [from], message: this.#fetch.part(state, message) });
    } else if (message.type === 'state') {
      const fetched = this.#fetch.receive(from, message);
      if (fetched) this.#transferred(fetched);
    } else {
      this.core.step({ type: 'message', from, message });
    }
  }

  persisted(lsn: number): void {
    this.#guard.synced();
    if (this.#release && this.#release.after <= lsn) {
      this.#releasable = this.#release.lsn;
      this.#release = undefined;
    }
    this.core.step({ type: 'persisted', lsn });
  }

  applied(sequence: number, _root: number, state: () => Uint8Array): void {
    const bytes = state();
    const root = sha256(bytes);
    this.#addRoot(root);
    const batch = this.#applying.shift();
    this.#time = batch?.time ?? this.#time;
    this.#last = { sequence, lsn: batch?.lsn };
    if (sequence % this.#limits.checkpointInterval === 0) keep(this.#states, sequence, bytes);
    this.executed.push({ sequence, root });
    this.core.step({ type: 'applied', sequence, root });
  }

  proofAt(sequence: number): Proof | undefined {
    if (sequence !== this.#last.sequence) return undefined;
    return { time: this.#time, roots: [...this.#roots], lsn: this.#last.lsn };
  }

  compacted({ proof }: StoredSnapshot): void {
    const { lsn } = proof as Proof;
    if (lsn !== undefined) this.#release ??= { lsn, after: this.#end };
  }

  installed(): void {
    // A state is adopted at once here, not installed later.
  }

  ready(): NodeWork<PbftWire> | undefined {
    const ready = this.core.ready();
    this.#ready = ready;
    const adopt = this.#adopt;
    const releasable = this.#releasable;
    const own = this.#sends;
    if (!ready && !adopt && releasable === undefined && own.length === 0) return undefined;
    this.#adopt = undefined;
    this.#releasable = undefined;
    this.#sends = [];
    if (ready) this.#take(ready);
    this.#end += ready?.persist.length ?? 0;
    return {
      persist: ready?.persist ?? [],
      mustSync: ready?.mustSync ?? false,
      send: own.length > 0 ? [...own, ...(ready?.send ?? [])] : (ready?.send ?? own),
      apply: ready?.apply ?? [],
      events: ready?.events ?? [],
      ...(adopt ? { adopt } : {}),
      ...(releasable === undefined ? {} : { releasable }),
    };
  }

  advance(): void {
    if (this.#ready) this.core.advance(this.#ready);
    this.#ready = undefined;
  }

  members(): readonly number[] {
    return this.genesis;
  }

  isQuorum(nodes: readonly number[]): boolean {
    const count = this.genesis.length;
    const faults = Math.floor((count - 1) / 3);
    return nodes.filter((id) => this.genesis.includes(id)).length >= Math.ceil((count + faults + 1) / 2);
  }

  hasVote(): boolean {
    return this.core.inspect().voting;
  }

  leads(): boolean {
    const { primary, active } = this.core.inspect();
    return active && primary === this.id;
  }

  describe(): string {
    const { view, active, primary, low, suspects, voting } = this.core.inspect();
    const state = `${active ? 'is in' : 'changes to'} view ${view} of ${primary}, stable at ${low}`;
    return `${state}${suspects ? ', suspects' : ''}${voting ? '' : ', does not vote'}`;
  }

  #take(ready: pbft.PbftReady): void {
    this.#applying.push(...ready.apply.map(({ lsn, time }) => ({ lsn, time })));
    for (const { requests } of ready.apply) for (const { id } of requests) this.#proposed.delete(id);
    for (const { id } of ready.events) this.#proposed.delete(id);
    for (const stable of ready.stable) {
      const { sequence } = stable.certificate;
      this.stables.push(stable);
      const state = this.#states.get(sequence);
      if (state) keep(this.#served, sequence, writeState(stable.root, stable.state, state));
    }
    if (ready.transfer) this.#fetch.order(ready.transfer.certificate.sequence, ready.transfer.sources);
  }

  /** The state must be the one that its root names; whether the root is the ordered one, the core finds out. */
  #transferred({ sequence, root, coreState, state }: FetchedState): void {
    if (sha256(state) !== root) return;
    const before = this.core.inspect();
    // The core has come there by itself meanwhile.
    if (before.low >= sequence || (before.voting && before.sequence >= sequence)) return this.#fetch.reached(sequence);
    this.#states.set(sequence, state);
    this.core.step({ type: 'transferred', sequence, root, state: coreState });
    const { low, time } = this.core.inspect();
    if (low < sequence) return;
    this.#fetch.reached(sequence);
    this.#roots.length = 0;
    this.#roots.push(root);
    this.#time = time;
    this.#applying = [];
    // Some of them may have been executed in what was skipped.
    this.#proposed.clear();
    this.#last = { sequence, lsn: undefined };
    this.executed.push({ sequence, root });
    this.#adopt = { sequence, state, proof: { time, roots: [root], lsn: undefined } satisfies Proof };
  }

  #addRoot(root: string): void {
    this.#roots.push(root);
    if (this.#roots.length > this.#limits.window + this.#limits.historyLag) this.#roots.shift();
  }
}

function statesIn(memory: Map<string, unknown>, name: string): Map<number, Uint8Array> {
  const states = (memory.get(name) ?? new Map()) as Map<number, Uint8Array>;
  memory.set(name, states);
  return states;
}

function keep(states: Map<number, Uint8Array>, sequence: number, state: Uint8Array): void {
  states.set(sequence, state);
  const [oldest] = states.keys();
  if (states.size > maxKeptStates && oldest !== undefined) states.delete(oldest);
}
