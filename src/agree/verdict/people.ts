import { QwError, type Incident, type LedgerRequest } from '../../model/index.ts';
import { Decider } from './decide.ts';
import type { Draft } from './draft.ts';
import { withUpdate } from './incident-record.ts';

type PeopleRequest = Extract<LedgerRequest, { incident: string }>;

/** What people do with an incident. */
export function handleIncident(draft: Draft, request: PeopleRequest): void {
  const incident = draft.incident(request.incident);
  if (!incident) throw new QwError('NOT_FOUND', `there is no incident ${request.incident} among the recent ones`);
  const { by } = request;
  const at = draft.time;
  const change = (next: Incident) => draft.emit({ kind: 'incident', body: next });
  if (request.kind === 'incident-note') {
    change(withUpdate(incident, { at, by, kind: 'noted', text: request.text }));
    return;
  }
  if (incident.status === 'resolved') throw new QwError('CONFLICT', `incident ${incident.id} is resolved`);
  if (request.kind === 'incident-acknowledge') {
    if (incident.acknowledged) return;
    change(
      withUpdate(
        { ...incident, acknowledged: { by, at } },
        { at, by, kind: 'acknowledged', text: `${by} takes care.` },
      ),
    );
  } else if (request.status === 'resolved') {
    const { desk } = new Decider(draft, []);
    desk.resolve(incident.id, request.text || `${by} has resolved it.`, by, {
      reason: { code: 'resolved-by-hand', text: `${by} has resolved it.` },
    });
    desk.flush();
  } else {
    change(
      withUpdate(
        { ...incident, status: request.status },
        { at, by, kind: 'status', text: request.text || request.status },
      ),
    );
  }
}
