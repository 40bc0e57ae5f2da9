import type { ParticipantId } from '../protocol.ts';
import type { Message } from './messages.ts';

/** Whether what a member does with the message is to vote, now or in the end. */
export function wantsVote({ type }: Message): boolean {
  return ['pre-prepare', 'prepare', 'commit', 'view-change', 'new-view'].includes(type);
}

/** Messages of the present kind for a later time: for a view not yet entered, or a sequence above the window. */
export class HeldMessages {
  readonly #limit: number;
  readonly #held = new Map<ParticipantId, Message[]>();

  /** `limit`: kept for each member; the oldest give way, as whoever still needs them says so in a status. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  add(from: ParticipantId, message: Message): void {
    const list = this.#held.get(from) ?? [];
    list.push(message);
    if (list.length > this.#limit) list.shift();
    this.#held.set(from, list);
  }

  /** Everything, in order of members; what is still too early will be added again. */
  release(): { from: ParticipantId; message: Message }[] {
    const members = [...this.#held].sort(([one], [other]) => one - other);
    this.#held.clear();
    return members.flatMap(([from, list]) => list.map((message) => ({ from, message })));
  }
}
