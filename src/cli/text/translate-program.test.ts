import type { Command } from 'commander';
import { expect, test } from 'vitest';
import { createProgram } from '../program.ts';
import { translateProgram } from './translate-program.ts';

function allOf(command: Command): Command[] {
  return [command, ...command.commands.flatMap(allOf)];
}

const program = createProgram();
translateProgram(program);
const helpOf = (...words: string[]): string =>
  words.reduce((command, word) => command.commands.find((one) => one.name() === word)!, program).helpInformation();

test('defaults read as people write them', () => {
  expect(helpOf('flows', 'top')).toMatch(/such as 1h or 7d\s\(default: 1h\)/);
  expect(helpOf('flows', 'query')).toMatch(/separated by commas\s+\(default: source,destination\)/);
  expect(helpOf('mirror', 'receive')).toContain('(default: 256MiB)');
});

test('no help shows a list as JSON, nothing in quotes, or a time in milliseconds', () => {
  for (const command of allOf(program)) {
    const help = command.helpInformation().replaceAll(/\s+/g, ' ');
    expect(help, command.name()).not.toMatch(/default: (\[|"")/);
    expect(help, command.name()).not.toMatch(/<(duration|size)>[^<]*default: \d+\)/);
  }
});
