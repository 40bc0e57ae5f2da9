import { Command, Option } from 'commander';
import { formatDuration, type ApiActionStatus, type ApiIncident, type ApiPage } from '../../model/index.ts';
import { Client, withClient, type ClientOptions } from '../client.ts';
import { Output } from '../output.ts';

type Options = ClientOptions & { json?: boolean };

export function incidentCommand(): Command {
  const command = new Command('incident').description('Incidents as people handle them');
  const inner = (name: string, description: string) =>
    withClient(new Command(name).description(description)).option('--json', 'print JSON');
  const path = (id: string, rest = '') => `/incidents/${encodeURIComponent(id)}${rest}`;
  const change = async (options: Options, id: string, rest: string, body: unknown) => {
    const incident = await (await Client.open(options)).post<ApiIncident>(path(id, rest), body);
    new Output(options.json ?? false).result(incident, () => incidentLines(incident, []));
  };
  command.addCommand(
    inner('list', 'Open incidents, newest first')
      .addOption(new Option('--state <state>').choices(['open', 'resolved', 'all']).default('open'))
      .action(async (options: Options & { state: string }) => {
        const client = await Client.open(options);
        const page = await client.get<ApiPage<ApiIncident>>(`/incidents?state=${options.state}&limit=500`);
        const output = new Output(options.json ?? false);
        const rows = page.items.map((one) => [
          one.id,
          one.status,
          one.impact,
          one.openedAt.slice(0, 19).replace('T', ' '),
          lasted(one),
          one.title,
        ]);
        output.result(page.items, () =>
          rows.length === 0
            ? ['no incidents']
            : output.table(['id', 'status', 'impact', 'opened (UTC)', 'lasted', 'title'], rows),
        );
      }),
  );
  command.addCommand(
    inner('show', 'One incident with its timeline and actions')
      .argument('<id>')
      .action(async (id: string, options: Options) => {
        const client = await Client.open(options);
        const incident = await client.get<ApiIncident>(path(id));
        const { items } = await client.get<{ items: ApiActionStatus[] }>(path(id, '/actions'));
        new Output(options.json ?? false).result({ ...incident, actions: items }, () => incidentLines(incident, items));
      }),
  );
  command.addCommand(
    inner('ack', 'Say that somebody is on it')
      .argument('<id>')
      .action((id: string, options: Options) => change(options, id, '/acknowledge', {})),
  );
  command.addCommand(
    inner('note', 'Add a note to the timeline')
      .argument('<id>')
      .argument('<text>')
      .action((id: string, text: string, options: Options) => change(options, id, '/notes', { text })),
  );
  command.addCommand(
    inner('resolve', 'End it by hand')
      .argument('<id>')
      .argument('[text]', 'why', '')
      .action((id: string, text: string, options: Options) =>
        change(options, id, '/status', { status: 'resolved', text }),
      ),
  );
  return command;
}

function lasted(incident: ApiIncident): string {
  if (incident.resolvedAt === undefined) return 'open';
  return formatDuration(Math.round((Date.parse(incident.resolvedAt) - Date.parse(incident.openedAt)) / 1000) * 1000);
}

function incidentLines(incident: ApiIncident, actions: readonly ApiActionStatus[]): string[] {
  return [
    `${incident.title}  (${incident.id})`,
    `status ${incident.status}, impact ${incident.impact}, opened ${incident.openedAt}, ${incident.resolvedAt ? `resolved ${incident.resolvedAt}` : 'open'}`,
    ...(incident.reason ? [`reason: ${incident.reason.text}`] : []),
    ...(incident.acknowledged ? [`acknowledged by ${incident.acknowledged.by} at ${incident.acknowledged.at}`] : []),
    ...(incident.affected.length > 0 ? [`affected: ${incident.affected.join(', ')}`] : []),
    ...(incident.told.length > 0 ? [`told: ${incident.told.join(', ')}`] : []),
    ...incident.updates.map((update) => `  ${update.at}  ${update.by}: ${update.text}`),
    ...actions.map((action) => `  action ${action.what}: ${action.state}${action.text ? `, ${action.text}` : ''}`),
  ];
}
