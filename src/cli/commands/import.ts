import { glob, readFile, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { Command } from 'commander';
import {
  importBlackbox,
  importGatus,
  importRouteros,
  importUptimeKuma,
  messageOf,
  QwError,
  targetPatterns,
  type ForeignImport,
} from '../../model/index.ts';
import { Output } from '../output.ts';
import { readText } from './check.ts';

export function importCommand(): Command {
  const command = new Command('import').description(
    'Other tools’ configuration into ours; what was not translated is listed',
  );
  command.addCommand(
    withOutput(
      new Command('routeros')
        .description('A RouterOS export with /tool netwatch and /ip route')
        .argument('<file>', 'the text that `export` or `export verbose` printed')
        .option('--router <name>', 'name of the router that route actions act on', 'router'),
    ).action(async (file: string, options: ImportOptions & { router: string }) => {
      const imported = importRouteros(await readText(file), { router: options.router });
      const output = new Output(options.json ?? false);
      for (const note of imported.notes) output.note(`${file}:${note.line}: ${note.text}`);
      for (const one of imported.untranslated)
        output.note(`${file}:${one.line}: not translated: ${one.item}: ${one.text} (${one.reason})`);
      await finish(imported, options, output);
    }),
  );
  command.addCommand(
    withOutput(
      new Command('uptime-kuma')
        .description('Monitors, notifications and maintenance of Uptime Kuma')
        .argument('<file>', 'kuma.db of version 2, or the JSON backup of version 1'),
    ).action(async (file: string, options: ImportOptions) => {
      const { readUptimeKuma } = await import('../../watcher/index.ts');
      await report(importUptimeKuma(await readUptimeKuma(file)), file, options);
    }),
  );
  command.addCommand(
    withOutput(
      new Command('gatus')
        .description('Endpoints and alerting of Gatus')
        .argument('<file>', 'its configuration in YAML'),
    ).action(async (file: string, options: ImportOptions) => {
      const text = await readText(file);
      await report(
        reading(file, () => importGatus(text)),
        file,
        options,
      );
    }),
  );
  command.addCommand(
    withOutput(
      new Command('blackbox')
        .description('Modules of blackbox_exporter, with the targets that Prometheus probes by them')
        .argument('<file>', 'the modules, blackbox.yml')
        .option('--prometheus <file>', 'prometheus.yml, whose jobs name the targets'),
    ).action(async (file: string, options: ImportOptions & { prometheus?: string }) => {
      const modules = await readText(file);
      const { prometheus: path } = options;
      const prometheus = path === undefined ? undefined : await readText(path);
      const targetFiles =
        path === undefined || prometheus === undefined
          ? undefined
          : await targetsBeside(
              path,
              reading(path, () => targetPatterns(prometheus)),
            );
      const sources = { modules, ...(prometheus !== undefined && { prometheus }), ...(targetFiles && { targetFiles }) };
      await report(
        reading(file, () => importBlackbox(sources)),
        file,
        options,
      );
    }),
  );
  return command;
}

interface ImportOptions {
  output?: string;
  json?: boolean;
}

function withOutput(command: Command): Command {
  return command
    .option('--output <file>', 'write the configuration there instead of stdout')
    .option('--json', 'print {"config","untranslated","notes"}');
}

function reading<Found>(file: string, read: () => Found): Found {
  try {
    return read();
  } catch (problem) {
    throw new QwError('BAD_INPUT', messageOf(problem).split('\n')[0] ?? '', { where: file });
  }
}

async function report(imported: ForeignImport, file: string, options: ImportOptions): Promise<void> {
  const output = new Output(options.json ?? false);
  for (const note of imported.notes) output.note(`${file}: ${note}`);
  for (const { item, key, value, reason } of imported.untranslated) {
    output.note(`${file}: not translated: ${item}: ${key}${value === '' ? '' : ` ${value}`} (${reason})`);
  }
  await finish(imported, options, output);
}

async function finish(
  imported: { config: unknown; yaml: string; untranslated: unknown; notes: unknown },
  options: ImportOptions,
  output: Output,
): Promise<void> {
  output.emit({ config: imported.config, untranslated: imported.untranslated, notes: imported.notes });
  if (options.output !== undefined) await writeFile(options.output, imported.yaml);
  else if (!options.json) process.stdout.write(imported.yaml);
}

/** Files with targets lie where the scrape configuration says, from its own folder on. */
const maxTargetFiles = 1000;
const maxTargetBytes = 16 * 1024 * 1024;

async function targetsBeside(path: string, patterns: readonly string[]): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>();
  const folder = dirname(resolve(path));
  let files = 0;
  for (const pattern of patterns) {
    const texts: string[] = [];
    for await (const file of glob(pattern, { cwd: folder })) {
      if (++files > maxTargetFiles) break;
      const bytes = await readFile(resolve(folder, file));
      if (bytes.length <= maxTargetBytes) texts.push(bytes.toString('utf8'));
    }
    if (texts.length > 0) found.set(pattern, texts);
  }
  return found;
}
