import { expect, test } from 'vitest';
import { z } from 'zod';
import { configurationSchema } from './configuration.ts';
import { readConfiguration } from './read.ts';

const probe = { type: 'icmp', summary: 'An echo.', options: { count: z.int().default(1) }, values: {} };
const schema = configurationSchema({ probes: [probe], notifiers: [] });
const read = (text: string) => readConfiguration(text, 'watch.yaml', schema);

const servers = `
targets:
  - { name: web-1, host: 192.0.2.1, labels: { role: web, zone: a } }
  - { name: web-2, host: 192.0.2.2, labels: { role: web, zone: b } }
  - { name: mail, host: 192.0.2.3, labels: { role: mail } }
groups:
  - { name: web, select: role=web }
  - { name: all, select: role }
`;

function watch(text: string) {
  const found = read(text);
  expect(found.issues).toEqual([]);
  return found.ok ? found.configuration : undefined;
}

test('a check over a group stands for one check a target, with the labels of both', () => {
  const configuration = watch(`${servers}
watch:
  - { name: ping, type: icmp, group: web, count: 3, labels: { zone: own, tier: gold } }
  - { name: gateway, type: icmp, host: 192.0.2.254 }`);
  expect(configuration?.watch.map(({ name, host, target }) => [name, host, target])).toEqual([
    ['ping@web-1', '192.0.2.1', 'web-1'],
    ['ping@web-2', '192.0.2.2', 'web-2'],
    ['gateway', '192.0.2.254', undefined],
  ]);
  expect(configuration?.watch[0]).toMatchObject({
    labels: { role: 'web', zone: 'own', tier: 'gold' },
    options: { count: 3 },
  });
});

test('a dependency on a check over a group is the one of the same target, or all of them', () => {
  const configuration = watch(`${servers}
watch:
  - { name: ping, type: icmp, group: web }
  - { name: page, type: icmp, group: web, depends-on: [ping] }
  - { name: sending, type: icmp, group: all, depends-on: [ping] }
  - { name: shop, type: icmp, host: 192.0.2.9, depends-on: [page] }
maintenance:
  - { name: night, checks: [page], cron: { at: '0 2 * * *', for: 1h } }`);
  const dependencies = Object.fromEntries(
    (configuration?.watch ?? []).map((check) => [check.name, check['depends-on']]),
  );
  expect(dependencies['page@web-2']).toEqual(['ping@web-2']);
  expect(dependencies['sending@web-1']).toEqual(['ping@web-1']);
  expect(dependencies['sending@mail']).toEqual(['ping@web-1', 'ping@web-2']);
  expect(dependencies['shop']).toEqual(['page@web-1', 'page@web-2']);
  expect(configuration?.maintenance[0]?.checks).toEqual(['page@web-1', 'page@web-2']);
});

test.each([
  [
    'an unknown group',
    'watch: [{ name: a, type: icmp, group: wed }]',
    'expected a group of the section groups, did you mean web?',
  ],
  ['an empty group', 'watch: [{ name: a, type: icmp, group: none }]', 'expected a group with at least one target'],
  [
    'host and group',
    'watch: [{ name: a, type: icmp, group: web, host: 192.0.2.1 }]',
    'expected one of host, anchors, group, found host and group',
  ],
  [
    'a name that is made already',
    "watch: [{ name: a, type: icmp, group: web }, { name: 'a@web-1', type: icmp, host: 192.0.2.1 }]",
    'expected no other check with the name a@web-1, which this one makes',
  ],
  [
    'names that are too long together',
    `watch: [{ name: ${'n'.repeat(96)}, type: icmp, group: web }]`,
    'expected names that together have at most 100 characters',
  ],
])('%s is refused where it stands', (_, checks, message) => {
  const found = read(`${servers}  - { name: none, select: role=nothing }\n${checks}`);
  expect(found.issues.map((issue) => issue.message).join('\n')).toContain(message);
  expect(found.issues[0]?.line).toBe(10);
});

test('two targets or groups of one name are refused', () => {
  const found = read(`
targets: [{ name: a, host: 192.0.2.1 }, { name: a, host: 192.0.2.2 }]
groups: [{ name: g, select: x }, { name: g, select: y }]`);
  expect(found.issues.map(({ path, message }) => `${path} ${message}`)).toEqual([
    'targets[1].name expected a unique name; targets[0] has it already',
    'groups[1].name expected a unique name; groups[0] has it already',
  ]);
});

test('more checks than the watch can hold are refused, however they are written', () => {
  const targets = Array.from({ length: 1001 }, (_, i) => ({ name: `t${i}`, host: '192.0.2.1', labels: { x: '1' } }));
  const checks = Array.from({ length: 100 }, (_, i) => ({ name: `c${i}`, type: 'icmp', group: 'g' }));
  const document = { targets, groups: [{ name: 'g', select: 'x' }], watch: checks };
  const found = read(JSON.stringify(document));
  expect(found.issues.map(({ message }) => message)).toEqual([
    'expected at most 100000 checks, those over groups counted for each target',
  ]);
});
