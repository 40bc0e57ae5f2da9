import type { AuditEvent } from '../../audit.ts';
import type { FormerGenesis, LedgerRecord } from '../../ledger.ts';
import type { Genesis } from '../../genesis.ts';
import type { MembershipChange } from '../../membership.ts';
import type { OnCallOverride } from '../../on-call.ts';
import type { Opinion } from '../../opinion.ts';
import type { Reason } from '../../probe.ts';
import type { Snooze } from '../../snooze.ts';
import type { Milliseconds } from '../../time.ts';
import type { UplinkSwitch } from '../../uplink.ts';
import { deedOf, type Deed } from './deed.ts';
import { mirrorText } from './mirror-text.ts';
import { receiptText, updateText } from './sentence.ts';
import type { RecordSpeech } from './speech.ts';

/** How many opinions of a bundle a line names. */
const namedOpinions = 5;

/** A ledger entry as one line for people. */
export function recordText(record: LedgerRecord, speech: RecordSpeech): string {
  const { line, texts } = speech;
  switch (record.kind) {
    case 'genesis':
      return line('genesis', { cluster: record.body.cluster, who: foundersOf(record.body).join(', ') });
    case 'configuration':
      return line('configuration', { source: texts.sources[record.body.source.kind], by: record.body.by });
    case 'membership': {
      const { change, epoch, authority } = record.body;
      const text = line('epoch', { text: changeText(change, speech), epoch });
      return authority ? line('authorized', { text, operator: authority.operator }) : text;
    }
    case 'observations': {
      const { watcher, opinions } = record.body;
      const [first] = opinions;
      if (opinions.length === 1 && first) return opinionText(first, speech);
      const named = opinions.slice(0, namedOpinions).map(({ check, state }) => `${check} ${texts.states[state]}`);
      const list = named.join(', ');
      const count = opinions.length - named.length;
      return line('says', { watcher, list: count > 0 ? line('andMore', { list, count }) : list });
    }
    case 'opinion':
      return opinionText(record.body, speech);
    case 'presence': {
      const { watcher, silent } = record.body;
      return silent.length === 0
        ? line('hearsAll', { watcher })
        : line('hearsNot', { watcher, who: silent.join(', ') });
    }
    case 'request':
      return line('asked', { watcher: record.body.watcher, kind: record.body.kind });
    case 'transition': {
      const { check, from, to, reason, flapping } = record.body;
      const text = because(
        line('transition', { check, from: texts.states[from], to: texts.states[to] }),
        reason,
        speech,
      );
      return flapping ? line('flapping', { text }) : text;
    }
    case 'incident': {
      const { id, updates, title } = record.body;
      const update = updates.at(-1) ?? { kind: 'opened', text: title };
      return line('incident', { id, text: updateText(update, record.body, speech) });
    }
    case 'action-intended':
      return line('intended', { deed: deedText(deedOf(record.body), speech) });
    case 'action-assigned':
      return line('assigned', { ...record.body, to: record.body.watcher });
    case 'action-started':
      return line(record.body.attempt > 1 ? 'startedAgain' : 'started', record.body);
    case 'uplink-switch':
      return switchText(record.body, speech);
    case 'uplink-drill': {
      const { uplink, outcome, text } = record.body;
      return line('drill', { uplink, outcome: texts.outcomes[outcome], text: receiptText(text, speech) });
    }
    case 'dashboard': {
      const { name, by, document } = record.body;
      return line(document === undefined ? 'dashboardRemoved' : 'dashboardSaved', { name, by });
    }
    case 'flow-view': {
      const { name, was = '', by, document } = record.body;
      if (document === undefined) return line('flowViewRemoved', { name, by });
      return line(was === '' ? 'flowViewSaved' : 'flowViewRenamed', { name, was, by });
    }
    case 'mirror':
      return mirrorText(record.body, speech);
    case 'mirror-read':
      return line('mirrorRead', { id: record.body.mirror, by: record.body.by, why: record.body.why });
    case 'audit':
      return record.body.events.map((event) => auditText(event, speech)).join('; ');
    case 'snooze':
      return snoozeText(record.body, speech);
    case 'on-call-override':
      return turnText(record.body, speech);
    default: {
      const { id, receipt } = record.body;
      const text = receiptText(receipt.text, speech);
      return line('finished', { id, outcome: texts.outcomes[receipt.outcome], text });
    }
  }
}

export function deedText(deed: Deed, speech: RecordSpeech): string {
  const { line, texts } = speech;
  const after = (text: string, delayMs: Milliseconds) =>
    delayMs > 0 ? line('after', { deed: text, duration: speech.duration(delayMs) }) : text;
  switch (deed.kind) {
    case 'tell': {
      const text = line('tell', { ...deed, message: texts.messages[deed.message] });
      return deed.others > 0 ? line('andMore', { list: text, count: deed.others }) : text;
    }
    case 'run':
      return after(line('run', { command: deed.command.join(' ') }), deed.delayMs);
    case 'log':
      return after(line('log', { message: JSON.stringify(deed.message) }), deed.delayMs);
    case 'routeros': {
      const comment = deed.comment === undefined ? '' : ` (${deed.comment})`;
      return after(`${line('router', { do: deed.do, router: deed.router })}${comment}`, deed.delayMs);
    }
    default:
      return line('nothing', {});
  }
}

function because(text: string, reason: Reason | undefined, speech: RecordSpeech): string {
  return reason ? speech.line('because', { text, reason: speech.reason(reason) }) : text;
}

function opinionText({ watcher, check, state, reason }: Opinion, speech: RecordSpeech): string {
  return because(speech.line('opinion', { watcher, check, state: speech.texts.states[state] }), reason, speech);
}

function auditText({ by, what, on, text, from, outcome, code, count = 1 }: AuditEvent, speech: RecordSpeech): string {
  const { line, texts } = speech;
  const who = by || line('somebody', {});
  const entry = line('audit', {
    by: from ? line('auditFrom', { by: who, from }) : who,
    what: on === undefined ? what : `${what} (${on})`,
    outcome: code ?? texts.outcomes[outcome],
  });
  const whole = text === undefined ? entry : line('because', { text: entry, reason: text });
  return count > 1 ? line('auditTimes', { text: whole, count }) : whole;
}

function switchText({ family, from, to, cause, by, receipt, timings }: UplinkSwitch, speech: RecordSpeech): string {
  const { line, texts } = speech;
  if (cause === 'repair') return line('repaired', { family, by });
  const nothing = line('nothing', {});
  return line(receipt.dryRun ? 'wouldSwitch' : 'switched', {
    family,
    from: from[0] ?? nothing,
    to: to[0] ?? nothing,
    took: timings.switchedAfterMs.toFixed(1),
    cause: texts.causes[cause],
    by,
  });
}

function snoozeText({ id, scope, by, until, comment, ended }: Snooze, { line, instant }: RecordSpeech): string {
  const what = Object.entries(scope)
    .map(([kind, value]) => `${kind} ${value}`)
    .join('');
  if (ended) return line('snoozeEnded', { id, what, by: ended.by });
  const text = line('snoozed', { what, until: instant(until), by });
  return comment ? line('because', { text, reason: comment }) : text;
}

function turnText({ rota, receiver, from, to, by, ended }: OnCallOverride, { line, instant }: RecordSpeech): string {
  const turn = { receiver, rota, from: instant(from), to: instant(to) };
  return ended ? line('turnEnded', { ...turn, by: ended.by }) : line('turn', { ...turn, by });
}

function foundersOf(genesis: Genesis | FormerGenesis): string[] {
  return ('watchers' in genesis ? genesis.watchers : genesis.members).map(({ id }) => id);
}

function changeText(change: MembershipChange, { line }: RecordSpeech): string {
  switch (change.type) {
    case 'add':
      return line('joins', { who: change.watcher.id });
    case 'promote':
      return line('promoted', { who: change.ids.join(', ') });
    case 'demote':
      return line('demoted', { who: change.ids.join(', ') });
    case 'remove':
      return line('removed', { who: change.ids.join(', ') });
    case 'rotate':
      return line('rotated', { who: change.id });
    case 'replace':
      return line('replaced', { who: change.id });
    default:
      return change.address
        ? line('moved', { who: change.id, address: change.address })
        : line('noAddress', { who: change.id });
  }
}
