import { expect, test } from 'vitest';
import { configurationSchema } from './configuration.ts';
import { readConfiguration } from './read.ts';
import { gatewayOf, uplinkChecks } from './uplinks.ts';

const probes = [{ type: 'simple', summary: 'One echo.', options: {}, values: {} }];
const schema = configurationSchema({ probes, notifiers: [] });

function read(text: string) {
  const result = readConfiguration(text, 'quorumwatch.yaml', schema);
  return result.ok
    ? result.configuration
    : result.issues.map((i) => `${i.line}:${i.column} ${i.path}: ${i.message}${i.found ? ` (${i.found})` : ''}`);
}

const published = `uplinks:
  - name: isp1
    device: wan1
    gateway: 192.168.76.1
    priority: 1
    weight: 30
    anchors: [1.1.1.1, 8.8.8.8, 9.9.9.9]
  - name: isp2
    device: wan2
    gateway: 192.168.75.1
    priority: 2
    weight: 1
failover: { mode: failover, probe-interval: 50ms, act: local-evidence }
`;

test('the published example, with its defaults', () => {
  const found = read(published);
  if (Array.isArray(found)) throw new Error(found.join('\n'));
  expect(found.failover).toMatchObject({
    mode: 'failover',
    act: 'local-evidence',
    'probe-interval': 50,
    hold: 10_000,
    'hold-max': 160_000,
    grace: 1500,
    bad: { loss: 20, latency: 200, jitter: 100, window: 5000, 'accepted-loss': 2 },
  });
  expect(found.uplinks.map(({ name, priority, weight }) => [name, priority, weight])).toEqual([
    ['isp1', 1, 30],
    ['isp2', 2, 1],
  ]);
  expect(found.uplinks[0]?.anchors).toHaveLength(9);
  expect(found.uplinks[0]?.anchors.slice(0, 3)).toEqual([
    { kind: 'icmp', address: '1.1.1.1', family: 4 },
    { kind: 'large', address: '1.1.1.1', family: 4 },
    { kind: 'tcp', address: '1.1.1.1', family: 4, port: 443 },
  ]);
});

test('without uplinks nothing is judged and nothing done', () => {
  const found = read('site: office\n');
  if (Array.isArray(found)) throw new Error(found.join('\n'));
  expect(found.uplinks).toEqual([]);
  expect(found.failover.act).toBe('off');
});

test('anchors that are judged by content, and gateways of both families', () => {
  const found = read(`uplinks:
  - name: isp1
    device: wan1
    gateway: [192.168.76.1, 'fe80::1']
    anchors:
      - { address: '2606:4700:4700::1111', types: [icmp] }
      - http: { address: 203.0.113.80, contains: 'ok ' }
      - dns: { server: 192.0.2.53, name: www.example.test, expect: [203.0.113.80] }
`);
  if (Array.isArray(found)) throw new Error(found.join('\n'));
  const [uplink] = found.uplinks;
  expect(uplink && [gatewayOf(uplink, 4), gatewayOf(uplink, 6)]).toEqual(['192.168.76.1', 'fe80::1']);
  expect(uplink?.anchors).toEqual([
    { kind: 'icmp', address: '2606:4700:4700::1111', family: 6 },
    {
      kind: 'http',
      address: '203.0.113.80',
      family: 4,
      port: 80,
      path: '/',
      host: '203.0.113.80',
      status: 200,
      contains: 'ok ',
    },
    { kind: 'dns', address: '192.0.2.53', family: 4, name: 'www.example.test', expect: ['203.0.113.80'] },
  ]);
});

test('errors name line, place and what was expected', () => {
  expect(
    read(`uplinks:
  - { name: isp1, device: wan1, gateway: 192.168.76.1 }
  - { name: isp1, device: wan1, gateway: 192.168.75.1, priority: 1 }
failover: { hold: 1m, hold-max: 30s }
`),
  ).toEqual([
    '3:13 uplinks[1].name: expected its own name; uplinks[0] has it already ("isp1")',
    '3:27 uplinks[1].device: expected its own device; uplinks[0] has it already ("wan1")',
    '3:66 uplinks[1].priority: expected its own priority; uplinks[0] has it already (1)',
    '4:33 failover.hold-max: expected at least the duration of hold ("30s")',
  ]);
  expect(read('uplinks:\n  - { name: isp1, device: wan1, gateway: [192.0.2.1, 192.0.2.2] }\n')).toEqual([
    '2:42 uplinks[0].gateway: expected at most one gateway of each address family (["192.0.2.1","192.0.2.2"])',
  ]);
  expect(read("uplinks:\n  - { name: a, device: wan1, gateway: 'fe80::1', anchors: [1.1.1.1] }\n")).toEqual([
    '2:59 uplinks[0].anchors: expected an IPv6 anchor, since there is an IPv6 gateway (["1.1.1.1"])',
  ]);
  expect(read('failover: { act: local-evidense }\n')).toEqual([
    '1:18 failover.act: expected one of off, local-evidence, quorum, did you mean local-evidence? ("local-evidense")',
  ]);
  expect(read('failover: { probe-intervall: 50ms }\n')).toEqual([
    '1:13 failover: unknown key probe-intervall, did you mean probe-interval?',
  ]);
});

test('what follows a verdict on an uplink is checked like the actions of checks', () => {
  expect(read('failover: { actions: { down: [{ notify: ops }] } }\n')).toEqual([
    '1:41 failover.actions.down[0].notify: expected a receiver of the section notify, a rota or an escalation ("ops")',
  ]);
  const found = read(`uplinks:
  - { name: isp1, device: wan1, gateway: 192.168.76.1 }
failover: { watchers: { rule: any }, actions: { down: [{ log: gone }] } }
`);
  if (Array.isArray(found)) throw new Error(found.join('\n'));
  const [check] = uplinkChecks(found.uplinks, found.failover);
  expect(check).toMatchObject({
    name: 'uplink/isp1/ipv4',
    type: 'uplink',
    host: '192.168.76.1',
    device: 'wan1',
    watchers: { rule: 'any' },
    down: [{ kind: 'log', message: 'gone' }],
  });
});

test('names under which uplinks are judged are taken, and may be depended on', () => {
  const watch = (name: string) => `uplinks:
  - { name: isp1, device: wan1, gateway: 192.168.76.1 }
watch:
  - { name: ${name}, host: 192.0.2.1, depends-on: [uplink/isp1/ipv4] }
`;
  expect(read(watch('web'))).not.toBeInstanceOf(Array);
  const taken = read(watch('uplink/isp1/ipv4'));
  if (!Array.isArray(taken)) throw new Error('the name is taken');
  expect(taken[0]).toContain('watch[0].name: expected another name; the uplink is judged under this one');
});
