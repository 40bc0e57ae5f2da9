import { readFile } from 'node:fs/promises';
import { Command } from 'commander';
import { QwError, readConfiguration, type ConfigurationIssue } from '../../model/index.ts';
import { issueLine, Output } from '../output.ts';

interface Options {
  config?: string;
  printSchema?: boolean;
  json?: boolean;
}

export function checkCommand(): Command {
  return new Command('check')
    .description('Validate a configuration; every error with file, line, column, path and what was expected')
    .argument('[file]', 'the configuration')
    .option('--config <file>', 'the same, as an option')
    .option('--print-schema', 'print the JSON Schema of the configuration')
    .option('--json', 'print {"ok","errors"}')
    .action(async (file: string | undefined, options: Options) => {
      const { checkSecrets, checkedConfiguration, configurationJsonSchema } = await import('../../watcher/index.ts');
      const output = new Output(options.json ?? false);
      if (options.printSchema) {
        process.stdout.write(`${JSON.stringify(configurationJsonSchema(), undefined, 2)}\n`);
        return;
      }
      const path = file ?? options.config ?? 'quorumwatch.yaml';
      const result = readConfiguration(await readText(path), path, checkedConfiguration);
      const errors: ConfigurationIssue[] = result.ok ? await checkSecrets(result.configuration, path) : result.issues;
      output.result({ ok: errors.length === 0, errors }, () =>
        errors.length === 0 && result.ok
          ? [`${path}: ok, ${result.configuration.watch.length} checks`]
          : [...errors.map(issueLine), `${path}: ${errors.length} ${errors.length === 1 ? 'error' : 'errors'}`],
      );
      if (errors.length > 0) process.exitCode = 1;
    });
}

export async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new QwError(
      'CONFIG_UNREADABLE',
      `cannot read the file: ${(cause as NodeJS.ErrnoException).code ?? 'unknown'}`,
      { where: path, cause },
    );
  }
}
