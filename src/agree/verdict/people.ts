import { QwError, type Incident, type IncidentUpdate, type LedgerRequest } from '../../model/index.ts';
import { Decider } from './decide.ts';
import type { Draft } from './draft.ts';
import { linkIncidents } from './incident-link.ts';
import { withUpdate } from './incident-record.ts';
import { writePostmortem } from './postmortem.ts';

type PeopleRequest = Extract<LedgerRequest, { incident: string }>;

/**
 * What people do with an incident. What says nothing new leaves no entry. Throws NOT_FOUND for an incident that is not
 * among the recent ones, CONFLICT for what an incident that is over does not take.
 */
export function handleIncident(draft: Draft, request: PeopleRequest): void {
  const incident = recent(draft, request.incident);
  const { by } = request;
  const at = draft.time;
  const change = (next: Incident, kind: IncidentUpdate['kind'], text: string) =>
    draft.emit({ kind: 'incident', body: withUpdate(next, { at, by, kind, text }) });
  switch (request.kind) {
    case 'incident-note':
      change(incident, 'noted', request.text);
      break;
    case 'incident-acknowledge':
      requireOpen(incident);
      if (!incident.acknowledged) {
        change({ ...incident, acknowledged: { by, at } }, 'acknowledged', `${by} takes care.`);
      }
      break;
    case 'incident-status':
      requireOpen(incident);
      setStatus(draft, incident, request);
      break;
    case 'incident-assign': {
      requireOpen(incident);
      const { to } = request;
      if (incident.assigned?.to === to) break;
      const { assigned: before, ...rest } = incident;
      if (to !== undefined) change({ ...rest, assigned: { to, by, at } }, 'assigned', `Assigned to ${to}.`);
      else change(rest, 'assigned', `${before?.to ?? ''} is no longer assigned.`);
      break;
    }
    case 'incident-cause': {
      const { text } = request;
      if ((incident.cause?.text ?? '') === text) break;
      const { cause: _before, ...rest } = incident;
      if (text === '') change(rest, 'cause', 'The cause was taken back.');
      else change({ ...rest, cause: { text, by, at } }, 'cause', text);
      break;
    }
    case 'incident-postmortem':
      writePostmortem(draft, incident, request);
      break;
    case 'incident-impact': {
      const { impact } = request;
      if (incident.impactOverride === impact) break;
      const { impactOverride: _before, ...rest } = incident;
      if (impact === undefined)
        change(rest, 'impact', `The impact is ${incident.impact} again, as the verdict has it.`);
      else change({ ...rest, impactOverride: impact }, 'impact', `The impact is ${impact}.`);
      break;
    }
    default:
      linkIncidents(draft, incident, request);
  }
}

function recent(draft: Draft, id: string): Incident {
  const incident = draft.incident(id);
  if (!incident) throw new QwError('NOT_FOUND', `there is no incident ${id} among the recent ones`);
  return incident;
}

function requireOpen({ id, status }: Incident): void {
  if (status === 'resolved') throw new QwError('CONFLICT', `incident ${id} is resolved`);
}

function setStatus(draft: Draft, incident: Incident, request: PeopleRequest & { kind: 'incident-status' }): void {
  const { by, status, text } = request;
  if (status === incident.status && text === '') return;
  if (status !== 'resolved') {
    const update = { at: draft.time, by, kind: 'status', text: text || status, status } as const;
    draft.emit({ kind: 'incident', body: withUpdate({ ...incident, status }, update) });
    return;
  }
  const { desk } = new Decider(draft, []);
  desk.resolve(incident.id, text || `${by} has resolved it.`, by, {
    reason: { code: 'resolved-by-hand', text: `${by} has resolved it.` },
  });
  desk.flush();
}
