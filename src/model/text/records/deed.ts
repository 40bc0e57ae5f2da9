import type { ActionIntent, NotificationKind } from '../../ledger.ts';
import type { Milliseconds } from '../../time.ts';

/** What an action does, without what only its carrier needs. */
export type Deed =
  /** `others`: further incidents in the same message. */
  | { kind: 'tell'; receiver: string; check: string; message: NotificationKind; others: number }
  | { kind: 'run'; command: string[]; delayMs: Milliseconds }
  | { kind: 'log'; message: string; delayMs: Milliseconds }
  | { kind: 'routeros'; do: string; router: string; comment?: string | undefined; delayMs: Milliseconds }
  | { kind: 'nothing' };

export function deedOf({ notification, action, cause }: ActionIntent): Deed {
  if (notification) {
    const { receiver, message, others = [] } = notification;
    return { kind: 'tell', receiver, check: cause.check, message, others: others.length };
  }
  switch (action?.kind) {
    case 'run':
      return { kind: 'run', command: [...action.command], delayMs: action.delayMs };
    case 'log':
      return { kind: 'log', message: action.message, delayMs: action.delayMs };
    case 'routeros': {
      const { do: what, router, comment, delayMs } = action;
      return { kind: 'routeros', do: what, router, ...(comment !== undefined && { comment }), delayMs };
    }
    default:
      return { kind: 'nothing' };
  }
}
