import { writeFile } from 'node:fs/promises';
import { Command, InvalidArgumentError, Option } from 'commander';
import {
  QwError,
  severities,
  type ApiActionStatus,
  type ApiIncident,
  type ApiIncidentPage,
} from '../../model/index.ts';
import { Client, withClient, type ClientOptions } from '../client.ts';
import { Output } from '../output.ts';
import { pastInstant } from '../time-arguments.ts';
import { readText } from './check.ts';
import { incidentLines, incidentRow, rowTitles } from './incident-lines.ts';

type Options = ClientOptions & { json?: boolean };

interface ListOptions extends Options {
  state: string;
  search?: string;
  check?: string;
  policy?: string;
  severity?: string;
  impact?: string;
  assignee?: string;
  since?: number;
  until?: number;
  limit: number;
}

const impacts = ['none', 'minor', 'major', 'critical'];
const statuses = ['investigating', 'identified', 'monitoring', 'resolved'];
const maxPage = 500;

export function incidentCommand(): Command {
  const command = new Command('incident').description('Incidents as people handle them');
  for (const inner of [listCommand(), showCommand(), ...sayingCommands(), exportCommand()]) command.addCommand(inner);
  return command;
}

function inner(name: string, description: string): Command {
  return withClient(new Command(name).description(description)).option('--json', 'print JSON');
}

function path(id: string, rest = ''): string {
  return `/incidents/${encodeURIComponent(id)}${rest}`;
}

function listCommand(): Command {
  return inner('list', 'Incidents that match: open ones, then resolved ones, each newest first')
    .addOption(new Option('--state <state>').choices(['open', 'resolved', 'all']).default('open'))
    .option('--search <words>', 'each word stands in its title, reason, notes, cause, …')
    .option('--check <name>', 'opened by this check')
    .option('--policy <name>', 'opened by this policy, whichever resource of it')
    .addOption(new Option('--severity <severity>').choices([...severities]))
    .addOption(new Option('--impact <impact>').choices(impacts))
    .option('--assignee <name>', 'assigned to this receiver or user')
    .option('--since <time>', 'open at some time since then: 7d for so long ago, or 2026-01-31T12:00:00Z', pastInstant)
    .option('--until <time>', 'opened before then', pastInstant)
    .option('--limit <count>', 'at most so many', count, maxPage)
    .action(async (options: ListOptions) => {
      const client = await Client.open(options);
      const { state, search, check, policy, severity, impact, assignee, since, until } = options;
      const given = { state, search, check, policy, severity, impact, assignee, from: since, to: until };
      const items: ApiIncident[] = [];
      let cursor: string | undefined;
      let page: ApiIncidentPage;
      do {
        const query = new URLSearchParams({ limit: String(Math.min(maxPage, options.limit - items.length)) });
        for (const [key, value] of Object.entries({ ...given, cursor }))
          if (value !== undefined) query.set(key, String(value));
        page = await client.get<ApiIncidentPage>(`/incidents?${query.toString()}`);
        items.push(...page.items);
        cursor = page.next;
      } while (cursor !== undefined && items.length < options.limit);
      const output = new Output(options.json ?? false);
      if (page.behind !== undefined)
        output.note(`the list lacks what ${page.behind} ledger entries say; it is being made again`);
      const more = (page.total ?? 0) - items.length;
      if (more > 0) output.note(`${more} more; narrow the filter, or raise --limit`);
      output.result(items, () =>
        items.length === 0 ? ['no incidents'] : output.table(rowTitles, items.map(incidentRow)),
      );
    });
}

function showCommand(): Command {
  return inner('show', 'One incident with its timeline and actions')
    .argument('<id>')
    .action(async (id: string, options: Options) => {
      const client = await Client.open(options);
      const incident = await client.get<ApiIncident>(path(id));
      const { items } = await client.get<{ items: ApiActionStatus[] }>(path(id, '/actions'));
      new Output(options.json ?? false).result({ ...incident, actions: items }, () => incidentLines(incident, items));
    });
}

/** What people say of an incident; each answers with the incident as it is then. */
function sayingCommands(): Command[] {
  const change = async (options: Options, id: string, rest: string, body: unknown, method: 'put' | 'post' = 'post') => {
    const client = await Client.open(options);
    const incident = await client[method]<ApiIncident>(path(id, rest), body);
    new Output(options.json ?? false).result(incident, () => incidentLines(incident, []));
  };
  return [
    inner('ack', 'Say that somebody is on it')
      .argument('<id>')
      .action((id: string, options: Options) => change(options, id, '/acknowledge', {})),
    inner('assign', 'Give it to a receiver or a user; to nobody without a name')
      .argument('<id>')
      .argument('[name]')
      .action((id: string, name: string | undefined, options: Options) =>
        change(options, id, '/assignee', name === undefined ? {} : { to: name }, 'put'),
      ),
    inner('note', 'Add a note to the timeline')
      .argument('<id>')
      .argument('<text>')
      .action((id: string, text: string, options: Options) => change(options, id, '/notes', { text })),
    inner('status', 'Set the status as people handle it')
      .argument('<id>')
      .argument('<status>', statuses.join(', '), oneOf(statuses))
      .argument('[text]', 'what to say with it', '')
      .action((id: string, status: string, text: string, options: Options) =>
        change(options, id, '/status', { status, text }),
      ),
    inner('resolve', 'End it by hand')
      .argument('<id>')
      .argument('[text]', 'why', '')
      .action((id: string, text: string, options: Options) =>
        change(options, id, '/status', { status: 'resolved', text }),
      ),
    inner('cause', 'Say what caused it; an empty text takes it back')
      .argument('<id>')
      .argument('<text>')
      .action((id: string, text: string, options: Options) => change(options, id, '/cause', { text }, 'put')),
    inner('impact', 'Set the impact as people see it; without one it is what the verdict says')
      .argument('<id>')
      .argument('[impact]', impacts.join(', '), oneOf(impacts))
      .action((id: string, impact: string | undefined, options: Options) =>
        change(options, id, '/impact', impact === undefined ? {} : { impact }, 'put'),
      ),
    inner('link', 'Say that two incidents have the same cause')
      .argument('<id>')
      .argument('<other>')
      .action((id: string, other: string, options: Options) => change(options, id, '/same-cause', { incident: other })),
    inner('unlink', 'Say that two incidents have different causes after all')
      .argument('<id>')
      .argument('<other>')
      .action((id: string, other: string, options: Options) =>
        change(options, id, '/same-cause', { incident: other, linked: false }),
      ),
    inner('postmortem', 'Write what was learned, from a Markdown file; without a file print what there is')
      .argument('<id>')
      .argument('[file]')
      .option('--publish', 'for everybody who reads the status page too; a draft otherwise')
      .option('--base <revision>', 'only if this is the revision that was edited; 0 for none', revision)
      .action(async (id: string, file: string | undefined, options: Options & { publish?: boolean; base?: number }) => {
        if (file !== undefined) {
          const { publish: published = false, base } = options;
          const text = await readText(file);
          await change(options, id, '/postmortem', { text, published, ...(base !== undefined && { base }) }, 'put');
          return;
        }
        const { postmortem } = await (await Client.open(options)).get<ApiIncident>(path(id));
        if (!postmortem) throw new QwError('NOT_FOUND', `incident ${id} has no postmortem`);
        const output = new Output(options.json ?? false);
        if (options.json) output.emit(postmortem);
        else for (const line of postmortem.text.split('\n')) output.say(line);
      }),
  ];
}

function exportCommand(): Command {
  return inner('export', 'The incident with timeline, cause and receipts, as Markdown, or as JSON with --json')
    .argument('<id>')
    .argument('[file]', 'instead of the standard output')
    .action(async (id: string, file: string | undefined, options: Options) => {
      const format = options.json ? 'json' : 'markdown';
      const text = await (await Client.open(options)).getText(path(id, `/export?format=${format}`));
      if (file === undefined) process.stdout.write(text);
      else await writeFile(file, text);
    });
}

function oneOf(words: readonly string[]): (text: string) => string {
  return (text) => {
    if (words.includes(text)) return text;
    throw new InvalidArgumentError(`expected one of ${words.join(', ')}`);
  };
}

function count(text: string): number {
  if (/^[1-9]\d{0,6}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('expected a count');
}

function revision(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('expected the number of a revision');
}
