import { QwError, type Incident, type LedgerRequest } from '../../model/index.ts';
import type { Draft } from './draft.ts';
import { withUpdate } from './incident-record.ts';

type LinkRequest = Extract<LedgerRequest, { kind: 'incident-link' }>;

/** So many incidents may have one cause; beyond, one of them should be the outage that explains the others. */
const maxSameCause = 50;

/** Says that two incidents have the same cause, or takes it back. Both name each other: who looks at one finds the other. */
export function linkIncidents(draft: Draft, incident: Incident, request: LinkRequest): void {
  const { by, linked } = request;
  if (request.other === incident.id) {
    throw new QwError('CONFLICT', `incident ${incident.id} has the same cause as itself anyhow`);
  }
  const other = draft.incident(request.other);
  // The other one may be too old to be changed; the word of this one can be taken back all the same.
  if (!other && linked) {
    throw new QwError('NOT_FOUND', `there is no incident ${request.other} among the recent ones`);
  }
  const sides = [{ side: incident, other: request.other }, ...(other ? [{ side: other, other: incident.id }] : [])];
  const changing = sides.filter((one) => (one.side.sameCause ?? []).includes(one.other) !== linked);
  for (const { side } of changing) {
    if (linked && (side.sameCause?.length ?? 0) >= maxSameCause) {
      throw new QwError('CONFLICT', `incident ${side.id} is linked to ${maxSameCause} others, the most there may be`);
    }
  }
  for (const one of changing) setLink(draft, one.side, one.other, linked, by);
}

function setLink(draft: Draft, side: Incident, other: string, linked: boolean, by: string): void {
  const { sameCause = [], ...rest } = side;
  const next = linked ? [...sameCause, other] : sameCause.filter((id) => id !== other);
  const text = linked ? `Same cause as incident ${other}.` : `Incident ${other} has another cause after all.`;
  const changed: Incident = { ...rest, ...(next.length > 0 && { sameCause: next }) };
  draft.emit({ kind: 'incident', body: withUpdate(changed, { at: draft.time, by, kind: 'linked', text }) });
}
