import { Command } from 'commander';
import { styleText } from 'node:util';
import { inspectMachine } from '../../platform/index.ts';
import { Output } from '../output.ts';

const marks = {
  ok: styleText('green', 'ok     '),
  limited: styleText('yellow', 'limited'),
  missing: styleText('red', 'missing'),
} as const;

export function doctorCommand(): Command {
  return new Command('doctor')
    .description('What this machine allows, and how to fix what it does not')
    .option('--json', 'print the findings as a list')
    .action(async (options: { json?: boolean }) => {
      const findings = await inspectMachine();
      const output = new Output(options.json ?? false);
      output.result(findings, () =>
        findings.flatMap((one) => [
          `${marks[one.level]}  ${one.name}: ${one.detail}`,
          ...(one.fix === undefined ? [] : [`         fix: ${one.fix}`]),
        ]),
      );
    });
}
