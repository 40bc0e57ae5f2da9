import { expect, test } from 'vitest';
import { configurationSchema } from './configuration.ts';
import { readConfiguration } from './read.ts';

const probes = [{ type: 'simple', summary: 'One echo.', options: {}, values: {} }];
const schema = configurationSchema({ probes, notifiers: [] });
const uplinks = [
  { name: 'isp1', device: 'wan1', gateway: 'auto' },
  { name: 'isp2', device: 'wan2', gateway: ['192.168.75.1', 'auto-ipv6'], thin: true },
];
function read(failover: object, given: object[] = uplinks) {
  const result = readConfiguration(JSON.stringify({ uplinks: given, failover }), 'office.yaml', schema);
  return result.ok ? result.configuration : result.issues.map(({ path, message }) => `${path}: ${message}`);
}

const issuesOf = (found: ReturnType<typeof read>) => (Array.isArray(found) ? found.join('; ') : 'no issue');

test('classes, with their defaults and in bits and lists', () => {
  const found = read({
    classes: [{ name: 'guests', from: '172.16.10.0/24', ports: [443, '8000-8080'], degraded: { limit: '1Mbit' } }],
    degraded: { limit: '800kbit' },
  });
  if (Array.isArray(found)) throw new Error(found.join('\n'));
  expect(found.failover.classes).toEqual([
    { name: 'guests', from: ['172.16.10.0/24'], ports: ['443', '8000-8080'], degraded: { limit: 1_000_000 } },
  ]);
  expect(found.failover.degraded.limit).toBe(800_000);
  expect(found.uplinks.map(({ gateways, thin }) => [gateways, thin])).toEqual([
    [['auto'], false],
    [['192.168.75.1', 'auto-ipv6'], true],
  ]);
});

test.each([
  [{ classes: [{ name: 'a' }] }, 'expected at least one of from, device, dscp, protocol, ports'],
  [{ classes: [{ name: 'a', ports: 70_000 }] }, 'expected a port or a range of ports'],
  [{ classes: [{ name: 'a', ports: '90-80' }] }, 'expected a port or a range of ports'],
  [{ classes: [{ name: 'a', from: '172.16.0.0/33' }] }, 'expected an address or a prefix'],
  [{ classes: [{ name: 'a', ports: 53, uplink: 'isp3' }] }, 'expected the name of an uplink'],
  [
    {
      classes: [
        { name: 'a', ports: 53 },
        { name: 'a', ports: 54 },
      ],
    },
    'expected a unique name',
  ],
  [{ degraded: { limit: '800' } }, 'expected a rate of 16kbit or more'],
])('%j is refused', (failover, expected) => {
  expect(issuesOf(read(failover))).toContain(expected);
});

test('a degraded profile needs a thin uplink, and one that is not', () => {
  const expected = 'expected thin: true at one of the uplinks and not at all';
  expect(issuesOf(read({ degraded: { limit: '800kbit' } }, [{ ...uplinks[0] }]))).toContain(expected);
  expect(issuesOf(read({ degraded: { limit: '800kbit' } }, [{ ...uplinks[1] }]))).toContain(expected);
});

test('one gateway of each family, automatic ones too', () => {
  const twice = [{ name: 'isp1', device: 'wan1', gateway: ['auto', '192.0.2.1'] }];
  expect(issuesOf(read({}, twice))).toContain('expected at most one gateway of each address family');
});
