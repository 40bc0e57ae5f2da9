import type { ParticipantId } from '../protocol.ts';
import type { View, ViewChange } from './messages.ts';

/** The last view change of each member: one a member, so that nobody fills memory with views that never come. */
export class ViewChanges {
  readonly #last = new Map<ParticipantId, ViewChange>();

  /** False when the member has said the same or more before. It must have been checked. */
  add(change: ViewChange): boolean {
    if ((this.#last.get(change.signer)?.view ?? -1) >= change.view) return false;
    this.#last.set(change.signer, change);
    return true;
  }

  get(member: ParticipantId): ViewChange | undefined {
    return this.#last.get(member);
  }

  /** Members that want this view or a later one. */
  wanting(view: View): ParticipantId[] {
    return [...this.#last.values()].filter((change) => change.view >= view).map(({ signer }) => signer);
  }

  /** In order of members. */
  of(view: View): ViewChange[] {
    return [...this.#last.values()]
      .filter((change) => change.view === view)
      .sort((one, other) => one.signer - other.signer);
  }

  /**
   * The smallest view above `current` that anyone asks for, once f + 1 members ask for one above it: at least one of
   * them is correct, and the smallest keeps correct members together (OSDI 1999, section 4.5.2).
   */
  toJoin(current: View, faults: number): View | undefined {
    const views = [...this.#last.values()].map(({ view }) => view).filter((view) => view > current);
    return views.length > faults ? Math.min(...views) : undefined;
  }
}
