import { pbft } from '../../agree/index.ts';
import { sha256 } from './pbft-keys.ts';
import { Random } from './random.ts';

type Signer = pbft.PbftConfiguration['signer'];

interface Kept {
  /** In the order of signing: slot, and digest of what was signed. */
  votes: Map<string, string>;
  durable: number;
}

/** The sign guard with its memory on a part of the disk of its own: what was not synced may be lost in a crash. */
export class GuardMemory {
  readonly #kept: Kept;
  readonly #guard: pbft.SignGuard;

  private constructor(kept: Kept) {
    this.#kept = kept;
    this.#guard = new pbft.SignGuard({ votes: [...kept.votes], forgotten: { epoch: -1, view: -1, sequence: -1 } });
  }

  static open(memory: Map<string, unknown>, seed: number): GuardMemory {
    const { votes, durable } = (memory.get('guard') ?? { votes: new Map(), durable: 0 }) as Kept;
    const left = new Random(seed, 'guard').between(durable, votes.size);
    const kept = { votes: new Map([...votes].slice(0, left)), durable: left };
    memory.set('guard', kept);
    return new GuardMemory(kept);
  }

  signer(sign: Signer['sign']): Signer {
    return {
      sign,
      signVote: (slot, bytes) => {
        if (!this.#guard.permits(slot, bytes)) return undefined;
        const key = `${slot.kind} ${slot.epoch} ${slot.view} ${slot.sequence}`;
        const { votes } = this.#kept;
        if (!votes.has(key)) votes.set(key, sha256(bytes));
        return sign(bytes);
      },
      remembers: (slot, bytes) => this.#guard.remembers(slot, bytes),
    };
  }

  synced(): void {
    this.#kept.durable = this.#kept.votes.size;
  }
}
