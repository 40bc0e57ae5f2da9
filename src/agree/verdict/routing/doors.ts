import type { NotificationKind } from '../../../model/index.ts';
import type { Draft } from '../draft.ts';
import { gateKey, gateTime } from './gates.ts';
import type { Group } from './routing.ts';
import type { Bucket } from './shared.ts';

/** Which groups may be told something in a request: the gates of the state, and what the request itself has closed. */
export class Doors {
  readonly #draft: Draft;
  readonly #closed = new Set<string>();

  constructor(draft: Draft) {
    this.#draft = draft;
  }

  /** Whether a message may go out now: one of those who share it is due. What is in no group waits for nothing. */
  isOpen(message: NotificationKind, { wants, receiver, group }: Bucket): boolean {
    if (!wants.some(({ due }) => due)) return false;
    if (!group) return true;
    if (this.#closed.has(doorKey(message, receiver, group))) return false;
    const last = gateTime(this.#draft.gate(gateKey(receiver, group.key)), message);
    return last === undefined || this.#draft.time >= last + Math.max(...wants.map(({ intervalMs }) => intervalMs));
  }

  /** After a message. Steps of escalations and assignments let nothing wait. */
  close(message: NotificationKind, receiver: string, group: Group | undefined): void {
    if (group && message !== 'escalated' && message !== 'assigned') this.#closed.add(doorKey(message, receiver, group));
  }
}

/** Ends have a door of their own: they do not wait because something has begun. */
function doorKey(message: NotificationKind, receiver: string, group: Group): string {
  return `${message === 'resolved' ? 'end' : 'begin'} ${gateKey(receiver, group.key)}`;
}
