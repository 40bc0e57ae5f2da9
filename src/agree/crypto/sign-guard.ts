import { sha256, type Hash } from '../record/hash.ts';
import type { SlotOfVote } from './ports.ts';

/** Votes that a guard remembers; older ones are all refused. */
const maxGuardedVotes = 65_536;

/** A guard's memory, as its owner keeps it apart from the journal: whoever restores one must not restore the other. */
export interface GuardState {
  /** In the order of signing: slot, and digest of what was signed. */
  votes: readonly (readonly [slot: string, digest: Hash])[];
  /** Votes of this epoch at this view and below, at sequences up to `sequence`, and all of epochs before were forgotten. */
  forgotten: Omit<SlotOfVote, 'kind'>;
}

/**
 * Second line of defence, after the journal: refuses to sign two different statements for one slot. It is what stops a
 * member whose journal was set back, by a restored backup or a copied disk, from contradicting its earlier self.
 */
export class SignGuard {
  readonly #votes: Map<string, Hash>;
  readonly #limit: number;
  #forgotten: GuardState['forgotten'];

  constructor(state?: GuardState, limit = maxGuardedVotes) {
    this.#votes = new Map(state?.votes);
    this.#forgotten = state?.forgotten ?? { epoch: -1, view: -1, sequence: -1 };
    this.#limit = limit;
  }

  /** Whether these bytes may be signed; from then on no others are for this slot. The same bytes may be signed again. */
  permits(slot: SlotOfVote, bytes: Uint8Array): boolean {
    const key = keyOf(slot);
    const digest = sha256(bytes);
    const before = this.#votes.get(key);
    if (before !== undefined) return before === digest;
    if (this.#isForgotten(slot)) return false;
    this.#votes.set(key, digest);
    if (this.#votes.size > this.#limit) this.#forgetOldest();
    return true;
  }

  /** Whether something was signed for this slot already. */
  knows(slot: SlotOfVote): boolean {
    return this.#votes.has(keyOf(slot));
  }

  /** Whether exactly these bytes were signed for this slot. */
  remembers(slot: SlotOfVote, bytes: Uint8Array): boolean {
    return this.#votes.get(keyOf(slot)) === sha256(bytes);
  }

  state(): GuardState {
    return { votes: [...this.#votes], forgotten: this.#forgotten };
  }

  #isForgotten({ epoch, view, sequence }: SlotOfVote): boolean {
    const { epoch: until, ...forgotten } = this.#forgotten;
    return epoch < until || (epoch === until && view <= forgotten.view && sequence <= forgotten.sequence);
  }

  #forgetOldest(): void {
    const [key] = this.#votes.keys();
    if (key === undefined) return;
    this.#votes.delete(key);
    const [, epoch = 0, view = 0, sequence = 0] = key.split(' ').map(Number);
    const before = this.#forgotten;
    if (epoch > before.epoch) this.#forgotten = { epoch, view, sequence };
    else if (epoch === before.epoch) {
      this.#forgotten = { epoch, view: Math.max(before.view, view), sequence: Math.max(before.sequence, sequence) };
    }
  }
}

/** The name of a slot in a guard's memory. */
export function keyOf({ kind, epoch, view, sequence }: SlotOfVote): string {
  return `${kind} ${epoch} ${view} ${sequence}`;
}
