#!/usr/bin/env node
import { CommanderError, type Command } from 'commander';
import { reportError } from './output.ts';
import { createProgram } from './program.ts';
import { say, speak, wantedLanguage } from './text/speech.ts';
import { translateProgram } from './text/translate-program.ts';

/** The command line. Exit codes: 0 success, 1 a negative answer or failure, 2 wrong usage or bad input. */

await speak(wantedLanguage(process.argv.slice(2), process.env));
const program = createProgram();
useExitCodes(program);
translateProgram(program);

// A reader that goes away (`| head`) is no failure of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
});

try {
  await program.parseAsync();
} catch (thrown) {
  if (thrown instanceof CommanderError) process.exitCode = thrown.exitCode === 0 ? 0 : 2;
  else process.exitCode = reportError(thrown);
}

function useExitCodes(command: Command): void {
  command.exitOverride();
  command.showHelpAfterError(say('hint: run it with --help for arguments and options'));
  for (const inner of command.commands) useExitCodes(inner);
}
