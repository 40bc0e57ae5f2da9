import { formatDuration, type ApiIncident, type ApiIncidentTimeline } from '../../model/index.ts';
import { line, quoted } from './markdown.ts';

export type ExportFormat = 'markdown' | 'json';

export interface ExportedIncident {
  /** Of letters, digits and dashes, whatever the incident is called. */
  fileName: string;
  mediaType: string;
  text: string;
}

/** An incident with its timeline, cause and receipts, to be kept or sent. */
export function exportIncident(
  incident: ApiIncident,
  timeline: ApiIncidentTimeline,
  format: ExportFormat,
): ExportedIncident {
  const name = `incident-${incident.id.replaceAll(/[^\w-]/g, '')}`;
  if (format === 'json') {
    const text = `${JSON.stringify({ ...incident, timeline: timeline.items }, undefined, 2)}\n`;
    return { fileName: `${name}.json`, mediaType: 'application/json', text };
  }
  const text = `${markdown(incident, timeline).join('\n')}\n`;
  return { fileName: `${name}.md`, mediaType: 'text/markdown; charset=utf-8', text };
}

function markdown(incident: ApiIncident, timeline: ApiIncidentTimeline): string[] {
  const { cause, postmortem, impactOverride } = incident;
  return [
    `# Incident ${line(incident.id)}: ${line(incident.title)}`,
    '',
    ...facts(incident).map(([what, said]) => `- **${what}**: ${said}`),
    ...(cause ? ['', '## Cause', '', quoted(cause.text), '', `— ${line(cause.by)}, ${cause.at}`] : []),
    ...(impactOverride ? ['', `The verdict alone says impact ${incident.impact}.`] : []),
    '',
    '## Timeline',
    '',
    ...(timeline.omitted > 0 ? [`${timeline.omitted} older verdicts are left out.`, ''] : []),
    ...timeline.items.map(timelineLine),
    ...(postmortem
      ? [
          '',
          `## Postmortem${postmortem.published ? '' : ' (draft)'}`,
          '',
          quoted(postmortem.text),
          '',
          `— ${line(postmortem.by)}, ${postmortem.at}`,
        ]
      : []),
  ];
}

function facts(incident: ApiIncident): [what: string, said: string][] {
  const { resolvedAt, openedAt, reason, acknowledged, assigned, severity, resource } = incident;
  const lasted =
    resolvedAt && formatDuration(Math.round((Date.parse(resolvedAt) - Date.parse(openedAt)) / 1000) * 1000);
  return [
    ['status', incident.status],
    ['impact', incident.impactOverride ?? incident.impact],
    ...(severity ? [['severity', severity] as [string, string]] : []),
    ['check', line(incident.check)],
    ...(resource
      ? [
          [
            'resource',
            line(
              Object.entries(resource)
                .map((pair) => pair.join('='))
                .join(', '),
            ),
          ] as [string, string],
        ]
      : []),
    ['opened', openedAt],
    ...(resolvedAt ? [['resolved', `${resolvedAt} (after ${lasted})`] as [string, string]] : []),
    ...(reason ? [['reason', `${line(reason.text)} (${line(reason.code)})`] as [string, string]] : []),
    ...(acknowledged ? [['acknowledged', `${line(acknowledged.by)}, ${acknowledged.at}`] as [string, string]] : []),
    ...(assigned ? [['assigned', `${line(assigned.to)}, by ${line(assigned.by)}`] as [string, string]] : []),
    ...listed('affected', incident.affected),
    ...listed('told', incident.told),
    ...listed(
      'same cause',
      (incident.sameCause ?? []).map((id) => `incident ${id}`),
    ),
    ...listed(
      'ledger',
      incident.transitions.map((position) => `#${position}`),
    ),
  ];
}

function listed(what: string, names: readonly string[]): [string, string][] {
  return names.length > 0 ? [[what, names.map(line).join(', ')]] : [];
}

function timelineLine(item: ApiIncidentTimeline['items'][number]): string {
  switch (item.kind) {
    case 'update':
      return `- ${item.at} **${item.update.kind}** ${line(item.update.by)}: ${line(item.update.text)}`;
    case 'transition': {
      const { check, from, to, votes, position } = item.transition;
      const said = votes.map(({ watcher, vote, state }) => `${line(watcher)} ${state ?? vote}`).join(', ');
      return `- ${item.at} **verdict** ${line(check)} ${from} → ${to} (ledger #${position}; ${said})`;
    }
    default: {
      const { what, state, text } = item.action;
      return `- ${item.at} **action** ${line(what)}: ${state}${text === undefined ? '' : `, ${line(text)}`}`;
    }
  }
}
