import type { IncidentImpact, IncidentStatus } from '../../incident.ts';
import type { ActionOutcome, ConfigurationSource, NotificationKind } from '../../ledger.ts';
import type { SwitchCause } from '../../uplink.ts';
import type { VerdictState } from '../../verdict.ts';

/** Lines about ledger entries as English has them, with what stands in braces filled in. */
export const recordLines = {
  genesis: 'ledger of {cluster} begun by {who}',
  configuration: 'configuration from {source} put in force by {by}',
  epoch: '{text}, epoch {epoch}',
  authorized: '{text}, by {operator}',
  joins: '{who} joins as an observer',
  promoted: '{who} may vote',
  demoted: '{who} may vote no more',
  removed: '{who} removed',
  rotated: '{who} has a new key',
  replaced: 'another machine takes the place of {who}',
  moved: '{who} is at {address}',
  noAddress: '{who} is at no address',
  says: '{watcher} says: {list}',
  andMore: '{list} and {count} more',
  opinion: '{watcher} holds {check} for {state}',
  because: '{text}: {reason}',
  hearsAll: '{watcher} hears everybody',
  hearsNot: '{watcher} does not hear {who}',
  asked: '{watcher} asked for: {kind}',
  transition: '{check} {from} -> {to}',
  flapping: '{text} (flapping)',
  incident: 'incident {id}: {text}',
  intended: 'to do: {deed}',
  assigned: 'action {id} goes from {from} to {to}',
  started: 'action {id} started',
  startedAgain: 'action {id} started, attempt {attempt}',
  finished: 'action {id} {outcome}: {text}',
  repaired: 'routes of IPv{family} uplinks, changed by somebody else, put back by {by}',
  wouldSwitch: 'uplinks IPv{family} would switch {from} -> {to}: {cause}, decided by {by}',
  switched: 'uplinks IPv{family} switched {from} -> {to} in {took} ms: {cause}, decided by {by}',
  drill: 'drill of {uplink} {outcome}: {text}',
  dashboardSaved: 'dashboard {name} saved by {by}',
  dashboardRemoved: 'dashboard {name} removed by {by}',
  audit: '{by} {what} {outcome}',
  auditFrom: '{by} from {from}',
  auditTimes: '{text}, {count} times',
  somebody: 'somebody',
  nothing: 'nothing',
  snoozed: '{what} snoozed until {until} by {by}',
  snoozeEnded: 'snooze {id} of {what} ended by {by}',
  turn: 'the turn of {receiver} in {rota} from {from} to {to}, arranged by {by}',
  turnEnded: 'the turn of {receiver} in {rota} from {from} to {to} taken back by {by}',
  mirrorProposed: 'mirror {id} of {where} proposed by {by}: {purpose}',
  mirrorApproved: 'mirror {id} approved by {by} until {until}',
  mirrorWithdrawn: 'mirror {id} withdrawn by {by}',
  mirrorBegan: 'mirror {id} of {where} begins',
  mirrorStopped: 'mirror {id} stopped by {by}',
  mirrorEnded: 'mirror {id} ended after {packets} packets: {text}',
  mirrorRead: 'packets of mirror {id} read by {by}: {why}',
  mirrorShredded: 'packets of mirror {id} shredded, {count} files: {text}',
  tell: 'tell {receiver}: {check} {message}',
  run: 'run {command}',
  log: 'log {message}',
  router: '{do} on {router}',
  after: '{deed} after {duration}',
  told: '{message} to {receiver}: {outcome}. {text}',
} as const;
export type RecordLine = keyof typeof recordLines;

/** Sentences that incidents and receipts have in the ledger, in English, by numbered places. */
export const recordSentences = [
  '{0} is down',
  '{0} is degraded',
  '{0} is failed on purpose: a drill by {1}',
  '{0} has recovered.',
  '{0} is up again.',
  '{0} is degraded again.',
  'Also down: {0}.',
  'Explained by incident {0}: {1}.',
  '{0} has resolved it.',
  '{0} takes care.',
  'Assigned to {0}.',
  '{0} is no longer assigned.',
  'The cause was taken back.',
  'The impact is {0} again, as the verdict has it.',
  'The impact is {0}.',
  'Same cause as incident {0}.',
  'Incident {0} has another cause after all.',
  'The postmortem was taken back.',
  'The postmortem is a draft again.',
  'A draft of the postmortem was saved.',
  'The published postmortem was changed.',
  'The postmortem was published.',
  'Nobody has taken care: step {0} of {1} tells {2}.',
  '{0} is closed: there were no data for {1}.',
  '{0} is fine again.',
  'Further updates stand in the ledger only.',
  'ended with exit code {0}',
  'ended because the watcher stopped',
  'ended after its time limit of {0}',
  'was ended by {0}',
  'written to the log',
  'there is nothing to do',
  'the receiver {0} is no longer configured',
  'the router {0} is no longer configured',
  'cut off by a crash, outcome unknown',
  'broke: {0}',
  '{0} answered {1}: {2}',
  '{0} answered {1}',
  '{0} took the mail for {1} of {2} recipients',
  '{0} took {1} segments for each number',
  'Telegram took the message as number {0}',
  'PagerDuty took the acknowledgement',
  'PagerDuty took the {0}',
  'the message says who takes care',
  'the message says it already',
  'what stands there stays',
  'given up after a day: {0}',
  'no mail server is configured',
  'there is no such channel',
  '{0} actions are waiting already.',
  'nobody noticed that {0} was failed',
  'nothing took over for {0}',
  '{0} was found dead; it carried no traffic',
  'the watcher ended in the middle',
] as const;
export type RecordSentence = (typeof recordSentences)[number];

/** What a language says of the ledger: one that lacks something, or has too much, does not compile. */
export interface RecordTexts {
  lines: Readonly<Record<RecordLine, string>>;
  sentences: Readonly<Record<RecordSentence, string>>;
  states: Readonly<Record<VerdictState, string>>;
  impacts: Readonly<Record<IncidentImpact, string>>;
  statuses: Readonly<Record<IncidentStatus, string>>;
  outcomes: Readonly<Record<ActionOutcome | 'refused' | 'passed' | 'interrupted', string>>;
  messages: Readonly<Record<NotificationKind, string>>;
  sources: Readonly<Record<ConfigurationSource['kind'], string>>;
  causes: Readonly<Record<SwitchCause, string>>;
}
