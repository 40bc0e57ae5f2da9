import type { Incident } from '../../model/index.ts';
import type { IndexedRecord } from './incident-index.ts';

/** An incident as the ledger has it, for tests and measurements. */
export function testIncident(id: number, given: Partial<Incident> = {}): Incident {
  return {
    id: String(id),
    check: `check-${id}`,
    title: `check-${id} is down`,
    status: 'investigating',
    impact: 'major',
    openedAt: id * 1000,
    affected: [],
    told: ['ops'],
    transitions: [id],
    updates: [{ at: id * 1000, by: 'w1', kind: 'opened', text: `check-${id} is down: No reply.` }],
    ...given,
  };
}

export function recordOf(incident: Incident, position: number): IndexedRecord {
  return { position, time: incident.openedAt, kind: 'incident', body: incident };
}
