import type { Incident, IncidentUpdate } from '../../model/index.ts';
import type { PublicIncident, PublicStatus, PublicUpdate } from './world.ts';

/**
 * What the public sees of an incident: which components, since when, and what people have said to the public. People
 * speak to the public by setting a status with a text; notes, acknowledgements, assignments, causes and what watchers
 * write down stay inside. The end is told in any case.
 */

export interface Publishing {
  /** Ids of the components that a check stands for. */
  componentsOf: (check: string) => readonly string[];
  /** Who is no watcher. */
  isPerson: (by: string) => boolean;
  /** Reasons may be told. */
  full: boolean;
}

const statuses: ReadonlySet<string> = new Set(['investigating', 'identified', 'monitoring', 'resolved']);

/** Undefined for an incident that touches no component of the page. */
export function publicIncident(incident: Incident, publishing: Publishing): PublicIncident | undefined {
  const { componentsOf, full } = publishing;
  const components = [...new Set([incident.check, ...incident.affected].flatMap((check) => componentsOf(check)))];
  if (components.length === 0) return undefined;
  const { id, openedAt, resolvedAt, reason, transitions, status } = incident;
  const updates = publicUpdates(incident, publishing);
  return {
    id,
    components,
    status,
    impact: incident.impactOverride ?? incident.impact,
    openedAt,
    updatedAt: updates.at(-1)?.at ?? openedAt,
    ...(resolvedAt !== undefined && { resolvedAt }),
    updates,
    ...(full && reason && { reason: reason.text }),
    ...(transitions[0] !== undefined && { position: transitions[0] }),
  };
}

function publicUpdates(incident: Incident, { isPerson }: Publishing): PublicUpdate[] {
  const { id, openedAt } = incident;
  const updates: PublicUpdate[] = [{ id: `${id}-0`, at: openedAt, status: 'investigating' }];
  for (const [index, update] of incident.updates.entries()) {
    const said = spoken(update, isPerson);
    if (!said) continue;
    const at = Math.max(openedAt, update.kind === 'resolved' ? (incident.resolvedAt ?? update.at) : update.at);
    updates.push({ id: `${id}-${index + 1}`, at, ...said });
  }
  const { postmortem } = incident;
  if (postmortem?.published) {
    const { text, published } = postmortem;
    updates.push({ id: `${id}-postmortem`, at: Math.max(openedAt, published.at), status: 'postmortem', text });
  }
  return updates.sort((a, b) => a.at - b.at);
}

/** What an update says to the public; undefined if nothing. */
function spoken(
  { kind, by, text, status }: IncidentUpdate,
  isPerson: Publishing['isPerson'],
): Pick<PublicUpdate, 'status' | 'text'> | undefined {
  // Without words of theirs the ledger writes down who it was, which is nobody's business.
  const words = isPerson(by) && text !== '' && text !== `${by} has resolved it.` ? { text } : {};
  if (kind === 'resolved') return { status: 'resolved', ...words };
  if (kind !== 'status' || !isPerson(by)) return undefined;
  // Older ledgers say which status was set only where it was set without words.
  if (status === undefined) return statuses.has(text) ? { status: text as PublicStatus } : undefined;
  return text === status ? { status } : { status, ...words };
}
