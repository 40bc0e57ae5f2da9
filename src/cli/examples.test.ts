import type { Command } from 'commander';
import { expect, test } from 'vitest';
import { examples } from './examples.ts';
import { createProgram } from './program.ts';

const program = createProgram();
const find = (words: readonly string[]): Command | undefined =>
  words.reduce<Command | undefined>((command, word) => command?.commands.find((one) => one.name() === word), program);

const named = (path: string) => examples.filter((line) => line === path || line.startsWith(`${path} `));

test('each example is of a command, and has options of it only', () => {
  for (const line of examples) {
    const command = find(line.split(' ').slice(0, 2));
    expect(command, line).toBeDefined();
    const known = command?.options.map(({ long }) => long);
    for (const [option] of line.matchAll(/--[a-z-]+/g)) expect(known, line).toContain(option);
  }
});

test('commands about traffic all have one', () => {
  for (const group of ['flows', 'nat', 'mirror']) {
    const names = find([group])?.commands.filter(({ commands }) => commands.length === 0) ?? [];
    expect(names.map((one) => `${group} ${one.name()}`).filter((path) => named(path).length === 0)).toEqual([]);
  }
});

test('help shows them last', () => {
  let shown = '';
  const command = find(['nat', 'status'])?.configureOutput({ writeOut: (text) => (shown += text) });
  command?.outputHelp();
  expect(shown).toMatch(/\n\nExamples:\n {2}quorumwatch nat status\n {2}quorumwatch nat status --json\n$/);
});
