import { formatDuration, type ApiActionStatus, type ApiIncident } from '../../model/index.ts';

/** Incidents as lines for people. */

export const rowTitles = ['id', 'status', 'impact', 'opened (UTC)', 'lasted', 'assigned', 'title'];

export function incidentRow(one: ApiIncident): string[] {
  return [
    one.id,
    one.status,
    one.impactOverride ?? one.impact,
    one.openedAt.slice(0, 19).replace('T', ' '),
    lasted(one),
    one.assigned?.to ?? '',
    one.title,
  ];
}

function lasted(incident: ApiIncident): string {
  if (incident.resolvedAt === undefined) return 'open';
  return formatDuration(Math.round((Date.parse(incident.resolvedAt) - Date.parse(incident.openedAt)) / 1000) * 1000);
}

export function incidentLines(incident: ApiIncident, actions: readonly ApiActionStatus[]): string[] {
  const { impactOverride, impact, reason, acknowledged, assigned, cause, sameCause, postmortem } = incident;
  const ended = incident.resolvedAt ? `resolved ${incident.resolvedAt}` : 'open';
  return [
    `${incident.title}  (${incident.id})`,
    `status ${incident.status}, impact ${impactOverride ?? impact}, opened ${incident.openedAt}, ${ended}`,
    ...(reason ? [`reason: ${reason.text}`] : []),
    ...(acknowledged ? [`acknowledged by ${acknowledged.by} at ${acknowledged.at}`] : []),
    ...(assigned ? [`assigned to ${assigned.to} by ${assigned.by}`] : []),
    ...(cause ? [`cause: ${cause.text}`] : []),
    ...(sameCause ? [`same cause as: ${sameCause.map((id) => `incident ${id}`).join(', ')}`] : []),
    ...(postmortem ? [`postmortem: ${postmortem.published ? 'published' : 'a draft'}, by ${postmortem.by}`] : []),
    ...(incident.affected.length > 0 ? [`affected: ${incident.affected.join(', ')}`] : []),
    ...(incident.told.length > 0 ? [`told: ${incident.told.join(', ')}`] : []),
    ...incident.updates.map((update) => `  ${update.at}  ${update.by}: ${update.text}`),
    ...actions.map((action) => `  action ${action.what}: ${action.state}${action.text ? `, ${action.text}` : ''}`),
  ];
}
