import {
  formatDuration,
  formatInstant,
  type ActionIntent,
  type ApiEvent,
  type AuditEvent,
  type FormerGenesis,
  type Genesis,
  type LedgerRecord,
  type MembershipChange,
  type OnCallOverride,
  type Opinion,
  type Snooze,
  type UplinkSwitch,
} from '../model/index.ts';
import type { LedgerEntry } from '../agree/index.ts';

/** One line for people about a ledger entry. */
export function describeEntry(entry: LedgerEntry): ApiEvent {
  const { position, time, kind, body } = entry;
  return { position, time: formatInstant(time), kind, text: textOf(entry as unknown as LedgerRecord), body };
}

function textOf(record: LedgerRecord): string {
  switch (record.kind) {
    case 'genesis':
      return `ledger of ${record.body.cluster} begun by ${foundersOf(record.body).join(', ')}`;
    case 'configuration':
      return `configuration from ${record.body.source.kind} put in force by ${record.body.by}`;
    case 'membership': {
      const { change, epoch, authority } = record.body;
      return `${describeChange(change)}, epoch ${epoch}${authority ? `, by ${authority.operator}` : ''}`;
    }
    case 'observations': {
      const { watcher, opinions } = record.body;
      const [first] = opinions;
      if (opinions.length === 1 && first) return describeOpinion(first);
      const names = opinions.slice(0, namedOpinions).map(({ check, state }) => `${check} ${state}`);
      const more = opinions.length > namedOpinions ? ` and ${opinions.length - namedOpinions} more` : '';
      return `${watcher} says: ${names.join(', ')}${more}`;
    }
    case 'opinion':
      return describeOpinion(record.body);
    case 'presence': {
      const { watcher, silent } = record.body;
      return silent.length === 0 ? `${watcher} hears everybody` : `${watcher} does not hear ${silent.join(', ')}`;
    }
    case 'request':
      return `${record.body.watcher} asked for: ${record.body.kind}`;
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
    case 'action-assigned':
      return `action ${record.body.id} goes from ${record.body.from} to ${record.body.watcher}`;
    case 'action-started':
      return `action ${record.body.id} started${record.body.attempt > 1 ? `, attempt ${record.body.attempt}` : ''}`;
    case 'uplink-switch':
      return describeSwitch(record.body);
    case 'uplink-drill':
      return `drill of ${record.body.uplink} ${record.body.outcome}: ${record.body.text}`;
    case 'dashboard': {
      const { name, by, document } = record.body;
      return `dashboard ${name} ${document === undefined ? 'removed' : 'saved'} by ${by}`;
    }
    case 'audit':
      return record.body.events.map(describeAudit).join('; ');
    case 'snooze':
      return describeSnooze(record.body);
    case 'on-call-override':
      return describeOverride(record.body);
    default:
      return `action ${record.body.id} ${record.body.receipt.outcome}: ${record.body.receipt.text}`;
  }
}

function describeAudit({ by, what, on, text, from, outcome, code, count = 1 }: AuditEvent): string {
  const whom = on === undefined ? '' : ` (${on})`;
  const more = `${text === undefined ? '' : `: ${text}`}${count > 1 ? `, ${count} times` : ''}`;
  return `${by || 'somebody'}${from ? ` from ${from}` : ''} ${what}${whom} ${code ?? outcome}${more}`;
}

/** How many opinions of a bundle a line names. */
const namedOpinions = 5;

function describeOpinion({ watcher, check, state, reason }: Opinion): string {
  return `${watcher} holds ${check} for ${state}${reason ? `: ${reason.text}` : ''}`;
}

function describeSwitch({ family, from, to, cause, by, receipt, timings }: UplinkSwitch): string {
  if (cause === 'repair') return `routes of IPv${family} uplinks, changed by somebody else, put back by ${by}`;
  const did = receipt.dryRun ? 'would switch' : 'switched';
  const way = `${from[0] ?? 'nothing'} -> ${to[0] ?? 'nothing'}`;
  const took = receipt.dryRun ? '' : ` in ${timings.switchedAfterMs.toFixed(1)} ms`;
  return `uplinks IPv${family} ${did} ${way}${took}: ${cause}, decided by ${by}`;
}

function describeSnooze({ id, scope, by, until, comment, ended }: Snooze): string {
  const what = Object.entries(scope)
    .map(([kind, value]) => `${kind} ${value}`)
    .join('');
  if (ended) return `snooze ${id} of ${what} ended by ${ended.by}`;
  return `${what} snoozed until ${formatInstant(until)} by ${by}${comment ? `: ${comment}` : ''}`;
}

function describeOverride({ rota, receiver, from, to, by, ended }: OnCallOverride): string {
  const turn = `the turn of ${receiver} in ${rota} from ${formatInstant(from)} to ${formatInstant(to)}`;
  return ended ? `${turn} taken back by ${ended.by}` : `${turn}, arranged by ${by}`;
}

function foundersOf(genesis: Genesis | FormerGenesis): string[] {
  return ('watchers' in genesis ? genesis.watchers : genesis.members).map(({ id }) => id);
}

function describeChange(change: MembershipChange): string {
  switch (change.type) {
    case 'add':
      return `${change.watcher.id} joins as an observer`;
    case 'promote':
      return `${change.ids.join(', ')} may vote`;
    case 'demote':
      return `${change.ids.join(', ')} may vote no more`;
    case 'remove':
      return `${change.ids.join(', ')} removed`;
    case 'rotate':
      return `${change.id} has a new key`;
    case 'replace':
      return `another machine takes the place of ${change.id}`;
    default:
      return `${change.id} is at ${change.address || 'no address'}`;
  }
}

export function describeIntent(intent: ActionIntent): string {
  const { notification, action, cause } = intent;
  if (notification) {
    const { receiver, message, others = [] } = notification;
    const more = others.length > 0 ? ` and ${others.length} more` : '';
    return `tell ${receiver}: ${cause.check} ${message}${more}`;
  }
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
