import { writeFile } from 'node:fs/promises';
import { Command } from 'commander';
import { importRouteros } from '../../model/index.ts';
import { Output } from '../output.ts';
import { readText } from './check.ts';

export function importCommand(): Command {
  const command = new Command('import').description(
    'Other tools’ configuration into ours; what was not translated is listed',
  );
  command.addCommand(
    new Command('routeros')
      .description('A RouterOS export with /tool netwatch and /ip route')
      .argument('<file>', 'the text that `export` or `export verbose` printed')
      .option('--router <name>', 'name of the router that route actions act on', 'router')
      .option('--output <file>', 'write the configuration there instead of stdout')
      .option('--json', 'print {"config","untranslated","notes"}')
      .action(async (file: string, options: { router: string; output?: string; json?: boolean }) => {
        const imported = importRouteros(await readText(file), { router: options.router });
        const output = new Output(options.json ?? false);
        for (const note of imported.notes) output.note(`${file}:${note.line}: ${note.text}`);
        for (const one of imported.untranslated)
          output.note(`${file}:${one.line}: not translated: ${one.item}: ${one.text} (${one.reason})`);
        output.emit({ config: imported.config, untranslated: imported.untranslated, notes: imported.notes });
        if (options.output !== undefined) await writeFile(options.output, imported.yaml);
        else if (!options.json) process.stdout.write(imported.yaml);
      }),
  );
  return command;
}
