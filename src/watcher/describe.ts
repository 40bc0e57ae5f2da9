import { formatDuration, formatInstant, type ActionIntent, type ApiEvent, type LedgerRecord } from '../model/index.ts';
import type { LedgerEntry } from '../agree/index.ts';

/** One line for people about a ledger entry. */
export function describeEntry(entry: LedgerEntry): ApiEvent {
  const { position, time, kind, body } = entry;
  return { position, time: formatInstant(time), kind, text: textOf(entry as unknown as LedgerRecord), body };
}

function textOf(record: LedgerRecord): string {
  switch (record.kind) {
    case 'genesis':
      return `ledger begun by ${record.body.members.map((member) => member.id).join(', ')}`;
    case 'configuration':
      return `configuration from ${record.body.source.kind} put in force by ${record.body.by}`;
    case 'opinion': {
      const { watcher, check, state, reason } = record.body;
      return `${watcher} holds ${check} for ${state}${reason ? `: ${reason.text}` : ''}`;
    }
    case 'transition': {
      const { check, from, to, reason, flapping } = record.body;
      return `${check} ${from} -> ${to}${reason ? `: ${reason.text}` : ''}${flapping ? ' (flapping)' : ''}`;
    }
    case 'incident': {
      const { id, updates, title } = record.body;
      return `incident ${id}: ${updates.at(-1)?.text ?? title}`;
    }
    case 'action-intended':
      return `to do: ${describeIntent(record.body)}`;
    case 'action-started':
      return `action ${record.body.id} started${record.body.attempt > 1 ? `, attempt ${record.body.attempt}` : ''}`;
    default:
      return `action ${record.body.id} ${record.body.receipt.outcome}: ${record.body.receipt.text}`;
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
