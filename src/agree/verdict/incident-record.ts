import type { Incident, IncidentUpdate, NotificationBody, Reason } from '../../model/index.ts';

/**
 * Bounds of one incident, which together keep it within one ledger entry of a mebibyte, whatever the texts are: an entry
 * that did not fit would refuse the very request that resolves the incident. What exceeds them stands in the ledger only.
 */
export const maxAffected = 500;
const maxUpdates = 100;
const maxUpdateText = 1000;
const maxTransitions = 200;

/** Adds an update; in place of those beyond the bound stands one note. The end of the incident always has its place. */
export function withUpdate(incident: Incident, given: IncidentUpdate): Incident {
  const { updates } = incident;
  const update: IncidentUpdate = { ...given, text: given.text.slice(0, maxUpdateText) };
  if (update.kind === 'resolved' || updates.length < maxUpdates - 1) {
    return { ...incident, updates: [...updates, update] };
  }
  if (updates.length >= maxUpdates) return incident;
  const note: IncidentUpdate = { ...update, kind: 'noted', text: 'Further updates stand in the ledger only.' };
  return { ...incident, updates: [...updates, note] };
}

/** Adds the position of the check's last transition; the same incident if it has it already. */
export function withTransition(incident: Incident, position: number | undefined): Incident {
  const { transitions } = incident;
  if (position === undefined || transitions.at(-1) === position || transitions.length >= maxTransitions)
    return incident;
  return { ...incident, transitions: [...transitions, position] };
}

/** What a message says of it. */
export function summaryOf(incident: Incident): NotificationBody['incident'] {
  const { id, check, title, impact, openedAt, resolvedAt, reason, affected } = incident;
  const { severity, resource, documentation, assigned } = incident;
  return {
    id,
    check,
    title,
    impact,
    ...(severity && { severity }),
    ...(resource && { resource }),
    ...(documentation && { documentation }),
    openedAt,
    ...(resolvedAt !== undefined && { resolvedAt }),
    ...(reason && { reason }),
    affected,
    ...(assigned && { assigned }),
  };
}

export function headline(title: string, reason: Reason | undefined): string {
  return reason ? `${title}: ${reason.text}` : `${title}.`;
}
