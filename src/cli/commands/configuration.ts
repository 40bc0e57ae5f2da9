import { Command, Option } from 'commander';
import { writeFile } from 'node:fs/promises';
import { exportRouteros, type ApiPlan } from '../../model/index.ts';
import type { ConfigurationInForce } from '../../watcher/index.ts';
import { Client, withClient, type ClientOptions } from '../client.ts';
import { givenOf } from '../document.ts';
import { operatorOf, withOperator, type OperatorOptions } from '../operator-key.ts';
import { Output } from '../output.ts';
import { readText } from './check.ts';

/** Configuration as code: what would change, commit it, print what is in force. */

type Options = ClientOptions & { json?: boolean };
type ApplyOptions = Options & OperatorOptions;

export function planCommand(): Command {
  return withClient(
    new Command('plan')
      .description('Show what a configuration would change')
      .argument('<file>', 'the new configuration'),
  )
    .option('--json', 'print the changes as JSON')
    .action(async (file: string, options: Options) => {
      const client = await Client.open(options);
      const plan = await client.post<ApiPlan>('/configuration/plan', { yaml: await readText(file) });
      new Output(options.json ?? false).result(plan, () => planLines(plan));
    });
}

export function applyCommand(): Command {
  return withOperator(
    withClient(
      new Command('apply')
        .description('Commit a configuration through the ledger')
        .argument('<file>', 'the new configuration'),
    ),
  )
    .option('--json', 'print {"position","changes"}')
    .action(async (file: string, options: ApplyOptions) => {
      const yaml = await readText(file);
      const operator = await operatorOf(options);
      const client = await Client.open(options);
      const plan = await client.post<ApiPlan>('/configuration/plan', { yaml });
      const output = new Output(options.json ?? false);
      if (plan.changes.length === 0) {
        output.result({ position: plan.basedOn, changes: [] }, () => ['nothing to change']);
        return;
      }
      const { basedOn } = plan;
      const authority = operator?.sign('configure', basedOn, (await givenOf(yaml, file)).document);
      const body = { yaml, basedOn, ...(authority && { authority }) };
      const { position } = await client.put<{ position: number }>('/configuration', body);
      output.result({ position, changes: plan.changes }, () => [
        ...planLines(plan),
        `in force at ledger position ${position}`,
      ]);
    });
}

export function exportCommand(): Command {
  return withClient(new Command('export').description('Print the configuration in force'))
    .addOption(
      new Option('--format <format>', 'yaml, or a /tool netwatch export').choices(['yaml', 'routeros']).default('yaml'),
    )
    .option('--output <file>', 'write there instead of stdout')
    .option('--json', 'print the document as JSON')
    .action(async (options: Options & { format: 'yaml' | 'routeros'; output?: string }) => {
      const client = await Client.open(options);
      const inForce = await client.get<ConfigurationInForce>('/configuration');
      const output = new Output(options.json ?? false);
      let text = inForce.yaml;
      if (options.format === 'routeros') {
        const exported = exportRouteros(inForce.document);
        text = exported.text;
        for (const one of exported.untranslated)
          output.note(`not translated: ${one.item}: ${one.text} (${one.reason})`);
        if (options.json) return output.emit({ text, untranslated: exported.untranslated });
      } else if (options.json) {
        return output.emit(inForce.document);
      }
      if (options.output === undefined) process.stdout.write(text);
      else await writeFile(options.output, text);
    });
}

const signs = { add: '+', remove: '-', change: '~' } as const;

function planLines(plan: ApiPlan): string[] {
  if (plan.changes.length === 0) return ['nothing to change'];
  return plan.changes.flatMap((change) => [
    `${signs[change.change]} ${change.section} ${change.name}`.trimEnd(),
    ...(change.change === 'change'
      ? change.fields.map(
          (field) =>
            `    ${field.path || '(whole)'}: ${JSON.stringify(field.before)} -> ${JSON.stringify(field.after)}`,
        )
      : []),
  ]);
}
