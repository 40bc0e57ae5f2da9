import type { Severity } from './config/alerts.ts';
import type { Incident, IncidentImpact } from './incident.ts';
import type { EpochMs } from './time.ts';

/** Which incidents are asked for; all that is given must hold. */
export interface IncidentFilter {
  state: 'open' | 'resolved' | 'all';
  /** The check that opened it. */
  check?: string;
  /** A policy, whichever resource of it. */
  policy?: string;
  severity?: Severity;
  /** As people see it: what they set goes before what follows from the verdict. */
  impact?: IncidentImpact;
  /** A receiver or a user. */
  assignee?: string;
  /** Open at some time from here … */
  from?: EpochMs;
  /** … up to, not including, here. */
  to?: EpochMs;
  /** Words, each of which stands somewhere in what is written of it, whatever its case. */
  search?: string;
}

/** More words than this are not looked for. */
const maxSearchWords = 10;
/** So much of an incident is searched: its head, what people say of it, and its newest updates. */
const maxSearchText = 12_000;

/** The impact that people see. */
export function impactOf({ impact, impactOverride }: Pick<Incident, 'impact' | 'impactOverride'>): IncidentImpact {
  return impactOverride ?? impact;
}

/** The words of a question, as they stand in `searchText`. */
export function searchWords(search: string): string[] {
  return [...new Set(folded(search).split(/\s+/u).filter(Boolean))].slice(0, maxSearchWords);
}

/** What is written of an incident, in the form in which it is searched. */
export function searchText(incident: Incident): string {
  const { id, check, title, reason, resource, documentation, affected, told, assigned, cause, postmortem } = incident;
  const parts = [
    `#${id}`,
    title,
    check,
    reason?.text,
    reason?.code,
    ...Object.entries(resource ?? {}).map(([key, value]) => `${key}=${value}`),
    documentation?.subject,
    cause?.text,
    assigned?.to,
    ...told,
    ...incident.updates.toReversed().flatMap(({ by, text }) => [by, text]),
    ...affected,
    postmortem?.text,
  ];
  return folded(
    parts
      .filter((part) => part !== undefined && part !== '')
      .join('\n')
      .slice(0, maxSearchText),
  );
}

/** Whether an incident is one of those that are asked for: the plain meaning, to which an index must come too. */
export function matchesIncident(incident: Incident, filter: IncidentFilter): boolean {
  const { state, check, policy, severity, impact, assignee, from, to, search } = filter;
  const resolved = incident.status === 'resolved';
  if (state !== 'all' && resolved !== (state === 'resolved')) return false;
  if (check !== undefined && incident.check !== check) return false;
  if (policy !== undefined && incident.check !== policy && !incident.check.startsWith(`${policy}@`)) return false;
  if (severity !== undefined && incident.severity !== severity) return false;
  if (impact !== undefined && impactOf(incident) !== impact) return false;
  if (assignee !== undefined && incident.assigned?.to !== assignee) return false;
  if (to !== undefined && incident.openedAt >= to) return false;
  if (from !== undefined && resolved && (incident.resolvedAt ?? incident.openedAt) < from) return false;
  if (search === undefined) return true;
  const text = searchText(incident);
  return searchWords(search).every((word) => text.includes(word));
}

/** One writing for letters that people take for the same; control characters mean nothing. */
function folded(text: string): string {
  return text
    .toWellFormed()
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/g, ' ');
}
