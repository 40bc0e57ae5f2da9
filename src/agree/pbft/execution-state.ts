import { assert, type EpochMs } from '../../model/index.ts';
import { GrowingWriter } from '../codec/growing-writer.ts';
import { Malformed, StrictReader } from '../codec/strict-reader.ts';
import { sha256, type Hash } from '../record/hash.ts';
import { genesisRoot } from './certificates.ts';
import { ClientTable } from './client-table.ts';
import type { PbftLimits } from './configuration.ts';
import type { Proposal, Sequence } from './messages.ts';

/** Which bundles of a proposal are executed, and the agreed time. */
export interface Execution {
  time: EpochMs;
  /** For each bundle of the proposal whether its requests are executed, or were before. */
  fresh: boolean[];
}

/**
 * What every member must have equal beside the application: clock, client table and the last roots of the ledger. It
 * goes into the checkpoint's digest together with the ledger's root, and travels with a state transfer.
 */
export class ExecutionState {
  readonly #limits: PbftLimits;
  readonly #clients: ClientTable;
  /** Of the sequences up to `rooted`, oldest first: as many as commits between the water marks may still carry. */
  readonly #roots: Hash[];
  /** Last sequence that was executed. */
  sequence: Sequence;
  /** Last sequence whose root is known. */
  rooted: Sequence;
  time: EpochMs;

  /** Where the epoch began; commits carry no older root. */
  readonly #origin: Sequence;

  private constructor(limits: PbftLimits, origin: Sequence, sequence: Sequence, time: EpochMs, roots: Hash[]) {
    this.#limits = limits;
    this.#origin = origin;
    this.#clients = new ClientTable(limits.maxClientBundles, limits.maxClients);
    this.sequence = sequence;
    this.rooted = sequence;
    this.time = time;
    this.#roots = roots;
  }

  /** Where a cluster begins; or where one goes on in this protocol that ordered in another one before. */
  static first(
    limits: PbftLimits,
    sequence: Sequence = 0,
    time: EpochMs = 0,
    root: Hash = genesisRoot,
  ): ExecutionState {
    return new ExecutionState(limits, sequence, sequence, time, [root]);
  }

  get clients(): Pick<ClientTable, 'accepts' | 'highest'> {
    return this.#clients;
  }

  /** Time never goes back, whatever primaries propose. */
  execute(sequence: Sequence, proposal: Proposal): Execution {
    assert(sequence === this.sequence + 1, 'sequences are executed in order, without gaps');
    this.sequence = sequence;
    this.time = Math.max(this.time, proposal.time);
    return { time: this.time, fresh: proposal.bundles.map((one) => this.#clients.execute(one.client, one.number)) };
  }

  addRoot(sequence: Sequence, root: Hash): void {
    assert(sequence === this.rooted + 1 && sequence <= this.sequence, 'roots come in order, after execution');
    this.rooted = sequence;
    this.#roots.push(root);
    if (this.#roots.length > this.#limits.historyLag + this.#limits.window) this.#roots.shift();
  }

  /** The root that a commit at this sequence carries; undefined while execution has not come so far. */
  rootFor(sequence: Sequence): Hash | undefined {
    return this.rootAt(Math.max(this.#origin, sequence - this.#limits.historyLag));
  }

  rootAt(sequence: Sequence): Hash | undefined {
    return this.#roots[this.#roots.length - 1 - (this.rooted - sequence)];
  }

  /** Clock, clients, and the roots that commits from now on carry; every sequence that was executed has its root. */
  encode(): Buffer {
    assert(this.rooted === this.sequence, 'a checkpoint is taken when the owner has executed everything');
    const writer = new GrowingWriter().u64(this.sequence).u64(this.time);
    this.#clients.write(writer);
    const roots = this.#roots.slice(-this.#limits.historyLag);
    writer.u16(roots.length);
    for (const root of roots) writer.hash(root);
    return writer.finish();
  }

  /** From `encode`; `origin` is where the epoch began. Undefined when the bytes are not that. */
  static decode(limits: PbftLimits, bytes: Uint8Array, origin: Sequence): ExecutionState | undefined {
    try {
      const reader = new StrictReader(bytes);
      const state = new ExecutionState(limits, origin, reader.u64(), reader.u64(), []);
      state.#clients.read(reader);
      state.#roots.push(...reader.list(limits.historyLag, 1, () => reader.hash()));
      reader.end();
      return state.#roots.length > 0 ? state : undefined;
    } catch (error) {
      if (error instanceof Malformed) return undefined;
      throw error;
    }
  }
}

const purpose = Buffer.from('quorumwatch pbft state 1\n');

/**
 * What a checkpoint signs: the ledger's root, and the execution state by its SHA-256. Whoever verifies the root of a
 * checkpoint needs these 32 bytes of the state and not the whole.
 */
export function stateDigest(root: Hash, stateHash: Hash): Hash {
  return sha256(new GrowingWriter().raw(purpose).hash(root).hash(stateHash).finish());
}
