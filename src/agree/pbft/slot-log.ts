import { assert } from '../../model/index.ts';
import type { Hash } from '../record/hash.ts';
import type { Proposal, Sequence } from './messages.ts';
import { Slot } from './slot.ts';

/** The slots between the water marks: low < sequence <= low + window. */
export class SlotLog {
  readonly #window: number;
  readonly #slots = new Map<Sequence, Slot>();
  #low: Sequence;
  /** The highest sequence that has a slot. */
  #top: Sequence;

  constructor(low: Sequence, window: number) {
    this.#low = low;
    this.#top = low;
    this.#window = window;
  }

  /** h: everything up to here is covered by a stable checkpoint. */
  get low(): Sequence {
    return this.#low;
  }

  /** H */
  get high(): Sequence {
    return this.#low + this.#window;
  }

  has(sequence: Sequence): boolean {
    return sequence > this.#low && sequence <= this.high;
  }

  peek(sequence: Sequence): Slot | undefined {
    return this.#slots.get(sequence);
  }

  at(sequence: Sequence): Slot {
    assert(this.has(sequence), 'a slot lies between the water marks');
    let slot = this.#slots.get(sequence);
    if (!slot) {
      slot = new Slot(sequence);
      this.#slots.set(sequence, slot);
      this.#top = Math.max(this.#top, sequence);
    }
    return slot;
  }

  /** In order of sequence, whatever the order in which they were filled. */
  all(): Slot[] {
    const slots: Slot[] = [];
    for (let sequence = this.#low + 1; sequence <= this.#top; sequence++) {
      const slot = this.#slots.get(sequence);
      if (slot) slots.push(slot);
    }
    return slots;
  }

  find(digest: Hash): Proposal | undefined {
    for (const slot of this.#slots.values()) {
      const proposal = slot.find(digest);
      if (proposal) return proposal;
    }
    return undefined;
  }

  leaveView(): void {
    for (const slot of this.#slots.values()) slot.leaveView();
  }

  /** Moves the low water mark, and forgets what lies below it. */
  advance(low: Sequence): void {
    assert(low >= this.#low, 'water marks never fall');
    for (let sequence = this.#low + 1; sequence <= Math.min(low, this.#top); sequence++) this.#slots.delete(sequence);
    this.#low = low;
    this.#top = Math.max(this.#top, low);
  }
}
