import {
  formatDuration,
  formatInstant,
  type ActionIntent,
  type ApiEvent,
  type LedgerBodies,
  type LedgerKind,
} from '../model/index.ts';
import type { LedgerEntry } from '../agree/index.ts';

/** One line for people about a ledger entry. */
export function describeEntry(entry: LedgerEntry): ApiEvent {
  const { position, time, kind, body } = entry;
  return { position, time: formatInstant(time), kind, text: textOf(kind as LedgerKind, body), body };
}

function textOf(kind: LedgerKind, body: unknown): string {
  const as = <Kind extends LedgerKind>() => body as LedgerBodies[Kind];
  switch (kind) {
    case 'genesis':
      return `ledger begun by ${as<'genesis'>()
        .members.map((member) => member.id)
        .join(', ')}`;
    case 'configuration': {
      const { source, by } = as<'configuration'>();
      return `configuration from ${source.kind} put in force by ${by}`;
    }
    case 'opinion': {
      const { watcher, check, state, reason } = as<'opinion'>();
      return `${watcher} holds ${check} for ${state}${reason ? `: ${reason.text}` : ''}`;
    }
    case 'transition': {
      const { check, from, to, reason, flapping } = as<'transition'>();
      return `${check} ${from} -> ${to}${reason ? `: ${reason.text}` : ''}${flapping ? ' (flapping)' : ''}`;
    }
    case 'incident': {
      const incident = as<'incident'>();
      const last = incident.updates.at(-1);
      return `incident ${incident.id}: ${last ? last.text : incident.title}`;
    }
    case 'action-intended':
      return `to do: ${describeIntent(as<'action-intended'>())}`;
    case 'action-started': {
      const { id, attempt } = as<'action-started'>();
      return `action ${id} started${attempt > 1 ? `, attempt ${attempt}` : ''}`;
    }
    case 'action-finished': {
      const { id, receipt } = as<'action-finished'>();
      return `action ${id} ${receipt.outcome}: ${receipt.text}`;
    }
    default:
      return kind;
  }
}

export function describeIntent(intent: ActionIntent): string {
  const { notification, action, cause } = intent;
  if (notification) return `tell ${notification.receiver}: ${cause.check} ${notification.message}`;
  if (!action) return 'nothing';
  const after = action.delayMs > 0 ? ` after ${formatDuration(action.delayMs)}` : '';
  switch (action.kind) {
    case 'run':
      return `run ${action.command.join(' ')}${after}`;
    case 'log':
      return `log ${JSON.stringify(action.message)}${after}`;
    case 'routeros':
      return `${action.do} on ${action.router}${action.comment === undefined ? '' : ` (${action.comment})`}${after}`;
    default:
      return 'nothing';
  }
}
