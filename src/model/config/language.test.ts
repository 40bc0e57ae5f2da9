import { expect, test } from 'vitest';
import { z } from 'zod';
import { configurationSchema, languageOf } from './configuration.ts';
import { readConfiguration } from './read.ts';

const schema = configurationSchema({
  probes: [{ type: 'simple', summary: 'One echo.', options: {}, values: {} }],
  notifiers: [{ channel: 'webhook', summary: 'An HTTP request.', options: { url: z.url() } }],
});
const read = (text: string) => readConfiguration(text, 'quorumwatch.yaml', schema);

function issuesOf(text: string): string[] {
  const result = read(text);
  return result.ok ? [] : result.issues.map(({ path, message }) => `${path}: ${message}`);
}

const webhook = 'webhook: { url: "https://example.org" }';

test('a receiver has its own language, else that of the configuration, else English', () => {
  const result = read(`language: ja\nnotify:\n  seoul: { language: ko, ${webhook} }\n  tokyo: { ${webhook} }\n`);
  if (!result.ok) throw new Error('it has to be valid');
  const { configuration } = result;
  expect(languageOf(configuration, 'seoul')).toBe('ko');
  expect(languageOf(configuration, 'tokyo')).toBe('ja');
  expect(languageOf(configuration, 'constructor')).toBe('ja');
  expect(languageOf({}, 'seoul')).toBe('en');
  // What sends goes over all keys of a receiver as channels.
  expect(configuration.notify['seoul']).toEqual({ webhook: { url: 'https://example.org' } });
});

test('a language that there is not, and a receiver that has nothing but a language', () => {
  expect(issuesOf(`language: de\n`)).toEqual([expect.stringContaining('language: ')]);
  expect(issuesOf(`notify: { ops: { language: kr, ${webhook} } }\n`)).toEqual([
    expect.stringContaining('notify.ops.language: '),
  ]);
  expect(issuesOf('notify: { ops: { language: ko } }\n')).toEqual(['notify.ops: expected at least one channel']);
});

test('a receiver that is called as what every object inherits changes none of that', () => {
  const result = read(`notify: { __proto__: { language: ko, ${webhook} }, ops: { ${webhook} } }\n`);
  if (!result.ok) throw new Error(JSON.stringify(result.issues));
  expect(Object.getPrototypeOf(result.configuration.notify)).toBe(Object.prototype);
  expect(Object.getPrototypeOf(result.configuration.receiverLanguages)).toBe(Object.prototype);
  expect(languageOf(result.configuration, 'ops')).toBe('en');
});
