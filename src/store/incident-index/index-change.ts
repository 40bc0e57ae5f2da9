import { impactOf, searchText, searchWords, type Incident } from '../../model/index.ts';
import type { IncidentQuestion, IndexedAction, IndexedRecord } from './incident-index.ts';

/**
 * What goes to the thread and its tables: plain values, worked out before, so that the thread needs nothing of the house
 * and little memory.
 */

export type IndexChange =
  | {
      kind: 'incident';
      id: number;
      resolved: number;
      opened: number;
      ended: number | null;
      impact: string;
      severity: string | null;
      assignee: string | null;
      check: string;
      /** As `searchText` makes it. */
      text: string;
      /** The incident as JSON. */
      body: string;
    }
  | {
      kind: 'action-intended';
      id: string;
      incident: number;
      /** Further incidents that share the message. */
      others: readonly number[];
      position: number;
      at: number;
      intent: string;
    }
  | { kind: 'action-assigned'; id: string; at: number; watcher: string }
  | { kind: 'action-started'; id: string; at: number; attempt: number }
  | { kind: 'action-finished'; id: string; at: number; outcome: string; receipt: string };

/** A question with its words as they stand in the texts. */
export type TableQuestion = Omit<IncidentQuestion, 'search'> & { words: readonly string[] };

export function tableQuestion({ search, ...rest }: IncidentQuestion): TableQuestion {
  return { ...rest, words: searchWords(search ?? '') };
}

/** Undefined for an action of no incident. */
export function changeOf({ kind, body, position, time: at }: IndexedRecord): IndexChange | undefined {
  switch (kind) {
    case 'incident':
      return incidentChange(body);
    case 'action-intended': {
      const { id, cause, notification } = body;
      if (cause.incident === undefined) return undefined;
      const others = (notification?.others ?? []).map((other) => Number(other.id));
      return { kind, id, incident: Number(cause.incident), others, position, at, intent: JSON.stringify(slim(body)) };
    }
    case 'action-assigned':
      return { kind, id: body.id, at, watcher: body.watcher };
    case 'action-started':
      return { kind, id: body.id, at, attempt: body.attempt };
    default: {
      const { id, receipt } = body;
      return { kind, id, at, outcome: receipt.outcome, receipt: JSON.stringify(receipt) };
    }
  }
}

function incidentChange(incident: Incident): IndexChange {
  return {
    kind: 'incident',
    id: Number(incident.id),
    resolved: Number(incident.status === 'resolved'),
    opened: incident.openedAt,
    ended: incident.resolvedAt ?? null,
    impact: impactOf(incident),
    severity: incident.severity ?? null,
    assignee: incident.assigned?.to ?? null,
    check: incident.check,
    text: searchText(incident),
    body: JSON.stringify(incident),
  };
}

/** Without what a list of actions does not show, which is most of it. */
function slim(intent: IndexedAction['intent']): IndexedAction['intent'] {
  const { notification } = intent;
  return {
    ...intent,
    variables: {},
    ...(notification && { notification: { ...notification, incident: { ...notification.incident, affected: [] } } }),
  };
}
