import { decodeBatch, SoloCore, type Lsn, type Ready, type Request } from '../../agree/index.ts';
import { plainAdversary } from './adversary.ts';
import type {
  NodeStart,
  NodeUnderTest,
  NodeWork,
  ProtocolChecker,
  ProtocolUnderTest,
  StoredSnapshot,
} from './protocol.ts';

const idle = { persist: [], mustSync: false, send: [], events: [] };

/** A solo core in a simulated node. */
class SoloNode implements NodeUnderTest<never> {
  readonly #id: number;
  readonly #core: SoloCore;
  #taken: Ready | undefined;
  /** Batches that the journal holds beyond the snapshot, to be applied before anything new. */
  #replay: NodeWork<never> | undefined;
  /** Position of the record of each batch that no snapshot holds yet. */
  readonly #lsns = new Map<number, Lsn>();
  #releasable: Lsn | undefined;

  constructor(start: NodeStart) {
    this.#id = start.id;
    const applied = start.snapshot?.sequence ?? 0;
    const batches = start.records.flatMap((record, at) => {
      const batch = decodeBatch(record);
      return batch && batch.sequence > applied ? [{ ...batch, lsn: start.start + at }] : [];
    });
    const { sequence, time } = batches.at(-1) ?? { sequence: applied, time: (start.snapshot?.proof as number) ?? 0 };
    this.#core = new SoloCore({ sequence, time, lsn: start.start + start.records.length });
    if (batches.length > 0) this.#replay = { ...idle, apply: batches };
  }

  tick(now: number): void {
    this.#core.step({ type: 'tick', now });
  }

  propose(request: Request): void {
    this.#core.step({ type: 'propose', request });
  }

  receive(): void {
    // Nobody else is there.
  }

  persisted(lsn: number): void {
    this.#core.step({ type: 'persisted', lsn });
  }

  applied(): void {
    // Nobody compares states.
  }

  proofAt(): number {
    return this.#core.inspect().time;
  }

  compacted({ sequence }: StoredSnapshot): void {
    this.#releasable = this.#lsns.get(sequence);
    for (const known of this.#lsns.keys()) if (known <= sequence) this.#lsns.delete(known);
  }

  installed(): void {
    // Nobody sends a state.
  }

  ready(): NodeWork<never> | undefined {
    if (this.#replay) return this.#replay;
    if (this.#releasable !== undefined) return { ...idle, apply: [], releasable: this.#releasable };
    this.#taken = this.#core.ready();
    for (const { sequence, lsn } of this.#taken?.apply ?? []) this.#lsns.set(sequence, lsn);
    return this.#taken;
  }

  advance(): void {
    if (this.#replay) this.#replay = undefined;
    else if (this.#releasable !== undefined) this.#releasable = undefined;
    else if (this.#taken) this.#core.advance(this.#taken);
  }

  members(): readonly number[] {
    return [this.#id];
  }

  isQuorum(nodes: readonly number[]): boolean {
    return nodes.includes(this.#id);
  }

  leads(): boolean {
    return true;
  }

  describe(): string {
    return 'is alone';
  }
}

const noChecker: ProtocolChecker<never> = {
  started: () => undefined,
  appended: () => undefined,
  durable: () => undefined,
  sent: () => undefined,
  applied: () => undefined,
  stepped: () => undefined,
};

/** Consensus of one: what is left of the world's laws is that a crash loses and changes nothing that was answered. */
export function soloUnderTest(): ProtocolUnderTest<never> {
  return {
    name: 'solo',
    sizes: [1],
    damageBound: () => 0,
    adversaryBound: () => 0,
    strategies: ['silent'],
    canForget: false,
    canOperate: false,
    tune: () => ({}),
    encode: () => new Uint8Array(),
    decode: () => undefined,
    start: (start) => new SoloNode(start),
    checker: () => noChecker,
    adversary: plainAdversary,
    operate: () => undefined,
  };
}
