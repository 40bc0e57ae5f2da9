import fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { duration } from '../scalars.ts';
import { splitCommand } from './action.ts';
import { matchesSelector } from './check.ts';
import { configurationSchema } from './configuration.ts';
import { readConfiguration } from './read.ts';

const schema = configurationSchema({
  probes: [
    { type: 'simple', summary: 'One echo.', options: {}, values: {} },
    {
      type: 'icmp',
      summary: 'A packet train.',
      options: { 'packet-count': z.int().min(1).max(1000).default(10), 'packet-interval': duration().prefault('50ms') },
      values: {},
    },
  ],
  notifiers: [{ channel: 'webhook', summary: 'An HTTP request.', options: { url: z.url() } }],
});

const read = (text: string) => readConfiguration(text, 'quorumwatch.yaml', schema);

function issuesOf(text: string) {
  const result = read(text);
  return result.ok
    ? []
    : result.issues.map((i) => `${i.line}:${i.column} ${i.path}: ${i.message}${i.found ? ` (${i.found})` : ''}`);
}

test('the smallest check gets every default', () => {
  const result = read('watch:\n  - { name: a, host: 192.0.2.1 }\n');
  expect(result.ok && result.configuration.watch[0]).toMatchObject({
    name: 'a',
    type: 'simple',
    interval: 10_000,
    timeout: 3000,
    'start-delay': 3000,
    settle: { down: { m: 2, r: 3 }, 'hold-down': 0 },
    watchers: { rule: 'bft' },
    options: {},
  });
});

test('keys of the type are apart from the common ones', () => {
  const result = read('watch: [{ name: a, host: 192.0.2.1, type: icmp, packet-interval: 20ms }]');
  expect(result.ok && result.configuration.watch[0]?.options).toEqual({ 'packet-count': 10, 'packet-interval': 20 });
});

test.each([
  [
    'unknown key',
    'watch:\n  - name: a\n    host: 192.0.2.1\n    intervall: 5s\n',
    ['4:5 watch[0]: unknown key intervall, did you mean interval?'],
  ],
  ['unknown section', 'wacth: []\n', ['1:1 : unknown key wacth, did you mean watch?']],
  [
    'bad duration',
    'watch:\n  - name: a\n    host: 192.0.2.1\n    interval: 5 seconds\n',
    ['4:15 watch[0].interval: expected a duration such as 50ms, 5s, 1m30s or 1d ("5 seconds")'],
  ],
  [
    'number for a duration',
    'watch:\n  - { name: a, host: 192.0.2.1, timeout: 5 }\n',
    ['2:42 watch[0].timeout: expected text, found a number (5)'],
  ],
  [
    'type',
    'watch:\n  - { name: a, host: 192.0.2.1, type: imcp }\n',
    ['2:39 watch[0].type: expected one of simple, icmp, did you mean icmp? ("imcp")'],
  ],
  [
    'host',
    'watch:\n  - { name: a, host: 192.0.2.256 }\n',
    [
      '2:22 watch[0].host: expected an address (192.0.2.1, 2001:db8::1, fe80::1%eth0) or a host name (www.example.org) ("192.0.2.256")',
    ],
  ],
  [
    'no host',
    'watch:\n  - name: a\n',
    ['2:5 watch[0]: expected one of host, anchors, group, found none ({"name":"a"})'],
  ],
  [
    'duplicate name',
    'watch:\n  - { name: a, host: h }\n  - { name: a, host: h }\n',
    ['3:13 watch[1].name: expected a unique name; watch[0] has it already ("a")'],
  ],
  [
    'unknown parent',
    'watch:\n  - { name: router, host: h }\n  - { name: b, host: h, depends-on: [ruoter] }\n',
    ['3:38 watch[1].depends-on[0]: expected the name of a check, did you mean router? ("ruoter")'],
  ],
  [
    'circle',
    'watch:\n  - { name: a, host: h, depends-on: [b] }\n  - { name: b, host: h, depends-on: [a] }\n',
    ['2:37 watch[0].depends-on: expected no circle: a -> b -> a (["b"])'],
  ],
  [
    'unknown receiver',
    'notify: { ops: { webhook: { url: "http://h/" } } }\nwatch: [{ name: a, host: h, down: [{ notify: op }] }]\n',
    [
      '2:46 watch[0].down[0].notify: expected a receiver of the section notify, a rota or an escalation, did you mean ops? ("op")',
    ],
  ],
  [
    'two actions in one',
    'watch: [{ name: a, host: h, down: [{ log: x, run: y }] }]\n',
    [
      '1:36 watch[0].down[0]: expected exactly one of notify, run, log, routeros, found run and log ({"log":"x","run":"y"})',
    ],
  ],
  [
    'circle of aliases',
    'watch: [{ name: a, host: h }]\nroutes: &tree\n  - notify: []\n    routes: *tree\n',
    ['4:13 : expected no circle: *tree stands within what it names'],
  ],
  ['duplicate key', 'site: a\nsite: b\n', ['2:1 : the key site stands here twice']],
  [
    'broken YAML',
    'watch: [\n',
    ['2:1 : Flow sequence in block collection must be sufficiently indented and end with a ]'],
  ],
])('%s: file, line, column, path, found and expected', (_name, text, expected) => {
  expect(issuesOf(text)).toEqual(expected);
});

test('an alias that means an anchor given anew is no circle', () => {
  const text = 'labels: &a { x: &a "1", y: *a }\nwatch: [{ name: a, host: h }]\n';
  expect(issuesOf(text)).toEqual([]);
});

test('the rest is still checked: every error is reported', () => {
  expect(issuesOf('site: 5\nwatch:\n  - { name: a, host: h, interval: x }\n  - { name: b, hots: h }\n')).toHaveLength(
    3,
  );
});

test('no text makes the reader throw', () => {
  fc.assert(fc.property(fc.string({ maxLength: 200 }), (text) => typeof read(text).ok === 'boolean'));
  fc.assert(fc.property(fc.json(), (text) => typeof read(text).ok === 'boolean'));
});

test('a document of aliases that multiply is refused', () => {
  const lines = ['a: &a [x, x, x, x, x, x, x, x, x]'];
  for (let i = 0; i < 9; i++) {
    const [from, to] = [String.fromCharCode(97 + i), String.fromCharCode(98 + i)];
    lines.push(
      `${to}: &${to} [*${from}, *${from}, *${from}, *${from}, *${from}, *${from}, *${from}, *${from}, *${from}]`,
    );
  }
  expect(issuesOf(lines.join('\n')).join()).toMatch(/alias/i);
});

test('a chain of 20,000 dependencies is checked without a deep stack', () => {
  const watch = Array.from({ length: 20_000 }, (_, i) => ({
    name: `c${i}`,
    host: 'h',
    'depends-on': i ? [`c${i - 1}`] : [],
  }));
  expect(schema.safeParse({ watch }).success).toBe(true);
});

test('commands are split at spaces, quotes group', () => {
  expect(splitCommand(`/bin/echo "a b" 'c "d' e\\ f ""`)).toEqual(['/bin/echo', 'a b', 'c "d', 'e f', '']);
  expect(splitCommand('"open')).toBeUndefined();
});

test('selectors', () => {
  const labels = { site: 'office', tier: 'gold' };
  expect(
    ['site=office', 'site=office,tier=gold', 'tier!=test', 'site', 'site!=x, tier'].every((s) =>
      matchesSelector(s, labels),
    ),
  ).toBe(true);
  expect(['site=home', 'site=office,tier=x', 'tier!=gold', 'zone'].some((s) => matchesSelector(s, labels))).toBe(false);
});

test('a hostile file costs no more than its length', () => {
  expect(issuesOf(`site: a\nwatch: ${'['.repeat(1_000_000)}`)).toEqual([
    '2:72 : expected at most 64 levels within each other',
  ]);
  expect(issuesOf(`watch:\n${'- '.repeat(1_000_000)}`)[0]).toContain('at most 64 levels');
  const indented = Array.from({ length: 1000 }, (_, i) => `${' '.repeat(i)}a:`).join('\n');
  expect(issuesOf(indented)).not.toEqual([]);
  const keys = Array.from({ length: 20_000 }, (_, i) => `k${i}: { a: 1 }`).join('\n');
  expect(issuesOf(keys)).toHaveLength(100);
  expect(issuesOf(`${keys}\nk5: 1\n`)).toEqual(['20001:1 : the key k5 stands here twice']);
  expect(issuesOf('watch:\n  - { name: a, host: 1.2.3.4, labels: { x: "[[[[", x: "a" } }\n')).toEqual([
    '2:52 : the key x stands here twice',
  ]);
  expect(issuesOf(`watch: [{ name: a, host: 1.2.3.4, comment: "${'['.repeat(500)}" }] # ${'{'.repeat(500)}\n`)).toEqual(
    [],
  );
});
