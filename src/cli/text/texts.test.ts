import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { afterEach, expect, test } from 'vitest';
import { languages, mirrorStates } from '../../model/index.ts';
import { createProgram } from '../program.ts';
import { id } from './id/id.ts';
import { ja } from './ja/ja.ts';
import { ko } from './ko/ko.ts';
import { say, sayError, speak, wantedLanguage } from './speech.ts';
import { translateProgram, usageErrors } from './translate-program.ts';

const others = { ko, ja, id };

/** Everything that commander shows of our commands. */
function described(command: Command): string[] {
  return [
    command.description(),
    ...command.registeredArguments.map(({ description }) => description),
    ...command.options.flatMap(({ description, defaultValueDescription }) => [
      description,
      defaultValueDescription ?? '',
    ]),
    ...command.commands.flatMap(described),
  ];
}

const folder = join(import.meta.dirname, '..');
const sources = readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.test.ts'))
  .map((entry) => join(entry.parentPath, entry.name))
  .filter((file) => !/\/text\/(ko|ja|id)\//.test(file))
  .map((file) => readFileSync(file, 'utf8'))
  .join('\n');

/** Heads of tables: what stands in a list right behind `.table(`, or in a list that goes by the name of heads. */
const heads = [...sources.matchAll(/(?:\.table\(\s*|const (?:columns|head|rowTitles) = )\[([^\]]*)\]/g)].flatMap(
  ([, list = '']) => [...list.matchAll(/'([^']+)'/g)].map(([, title = '']) => title),
);

/** What the command line says by `say`, in the text itself. */
const said = [...sources.matchAll(/\bsay\(\s*'((?:[^'\\]|\\.)+)',?\s*\)/g)].map(([, text = '']) => text);

/** The one line of a command that has nothing to show. */
const empty = [...sources.matchAll(/(?:[?:]|=>|return) \['([a-z][^']* [^']*)'\]/g)].map(([, text = '']) => text);
const states = ['up', 'degraded', 'partial', 'down', 'unknown', ...mirrorStates];
const commanders = ['Usage:', 'Arguments:', 'Options:', 'Commands:', 'default', 'choices', 'preset', 'env'];

/** Lists of values such as `yaml, json` are the same in every language. */
const isValue = (text: string) =>
  /^[a-z0-9-]+((, | \| )[a-z0-9-]+)*$/.test(text) && !/^(names|why|where|how)$/.test(text) && /[,|]/.test(text);
const needed = new Set(
  [...described(createProgram()), ...heads, ...said, ...empty, ...states, ...commanders, ...usageErrors].filter(
    (text) => text !== '' && text !== 'HOST:PORT' && !isValue(text),
  ),
);

test('the search for texts finds the kinds that there are', () => {
  expect([...needed]).toEqual(
    expect.arrayContaining([
      'Show what a configuration would change',
      'round trip',
      'hint',
      'since (UTC)',
      'why',
      'no incidents',
    ]),
  );
});

test.each(Object.entries(others))('%s has every text of commands, options, heads and errors', (_language, texts) => {
  expect([...needed].filter((text) => !Object.hasOwn(texts, text))).toEqual([]);
});

test.each(Object.entries(others))('%s has nothing that nobody says', (_language, texts) => {
  const escaped = (text: string) => text.replaceAll("'", String.raw`\'`);
  expect(
    Object.keys(texts).filter(
      (text) => !needed.has(text) && !sources.includes(`'${escaped(text)}'`) && !sources.includes(`"${text}"`),
    ),
  ).toEqual([]);
});

test.each(Object.entries(others))('%s keeps what stands in quotes, braces and capitals', (_language, texts) => {
  const kept = (text: string) =>
    (text.match(/`[^`]+`|\{\d\}|"[^"]+"|--[a-z-]+|\b[A-Z]{3,}[A-Z_]*\b|\b\d+(\.\d+)*\b/g) ?? []).toSorted();
  const differing = Object.entries(texts).filter(
    ([english, text]) => kept(english).filter((one) => !text.includes(one)).length > 0,
  );
  expect(differing).toEqual([]);
});

afterEach(() => speak('en'));

test('help is all in the language, and English stays as it is written', async () => {
  const helpOf = (path: readonly string[]) => {
    const program = createProgram();
    translateProgram(program);
    let command = program;
    for (const name of path) command = command.commands.find((one) => one.name() === name) ?? command;
    // Where lines break is no matter here.
    return command.helpInformation().replaceAll(/\s+/g, ' ');
  };
  expect(helpOf(['uplink', 'drill'])).toContain('Usage: quorumwatch uplink drill [options] <name>');
  expect(helpOf(['up'])).toContain('(choices: "debug", "info", "warning", "error", default: "info")');
  await speak('ko');
  const korean = helpOf(['up']);
  expect(korean).toContain('사용법: quorumwatch up [options]');
  expect(korean).toContain('선택지: "debug", "info", "warning", "error", 기본값: "info"');
  expect(korean).not.toMatch(/[A-Za-z]+ [a-z]+ [a-z]+ [a-z]+/);
});

test('whatever commander complains of is said in the language', async () => {
  await speak('id');
  const said: string[] = [];
  const program = createProgram();
  translateProgram(program);
  const silence = (command: Command) => {
    command.exitOverride();
    command.configureOutput({ writeErr: (text) => said.push(text) });
    command.commands.forEach(silence);
  };
  silence(program);
  for (const line of [
    'status --wach',
    'statsu',
    'plan',
    'uplink drill isp1 --for 1h',
    'status --language xx',
    'uplink drill a b',
    'certificate verify x',
    'incident show',
  ]) {
    expect(() => program.parse(['node', 'quorumwatch', ...line.split(' ')])).toThrow();
  }
  expect(said.join('')).toContain("kesalahan: opsi '--wach' tidak dikenal\n(Mungkin maksud Anda --watch?)");
  expect(said.join('')).not.toMatch(/error:|unknown|missing|invalid|specified|too many|Did you/);
});

test('errors say what their code means; JSON and English know nothing of it', async () => {
  expect(sayError('CONFLICT')).toBeUndefined();
  await speak('ja');
  expect(sayError('CONFLICT')?.meaning).toBe('現在の状態では許可されていません。');
  expect(say('no such text')).toBe('no such text');
  expect(say('constructor')).toBe('constructor');
});

test('the option, then QW_LANGUAGE, then the first locale that is set', () => {
  expect(languages.map((language) => wantedLanguage(['status', `--language=${language}`], {}))).toEqual([...languages]);
  expect(wantedLanguage(['--language', 'ja', 'up'], { QW_LANGUAGE: 'ko' })).toBe('ja');
  expect(wantedLanguage(['--language', 'xx'], { QW_LANGUAGE: 'ko' })).toBe('ko');
  expect(wantedLanguage(['probe', '--', '--language', 'ja'], {})).toBe('en');
  expect(wantedLanguage([], { QW_LANGUAGE: 'id', LC_ALL: 'ko_KR.UTF-8' })).toBe('id');
  expect(wantedLanguage([], { LC_ALL: 'C', LANG: 'ko_KR.UTF-8' })).toBe('en');
  expect(wantedLanguage([], { LC_ALL: '', LC_MESSAGES: 'ja_JP', LANG: 'ko_KR.UTF-8' })).toBe('ja');
  expect(wantedLanguage([], { LANG: 'de_DE.UTF-8' })).toBe('en');
});
