import { expect, test } from 'vitest';
import { uplinksSchema } from '../../model/index.ts';
import type { Route } from '../../platform/index.ts';
import { followGateways, viaOf } from './gateways.ts';

const uplinks = uplinksSchema.parse([
  { name: 'isp1', device: 'wan1', gateway: ['auto', '2001:db8::1'] },
  { name: 'isp2', device: 'ppp0', gateway: 'auto' },
]);
const route = (more: Partial<Route>): Route => ({
  family: 4,
  destination: 'default',
  table: 254,
  protocol: 16,
  metric: 100,
  ...more,
});
const network = (routes: Route[]) => ({ routes: (family: 4 | 6) => routes.filter((one) => one.family === family) });
const both = new Set(['wan1', 'ppp0']);
const gateways = (...given: Parameters<typeof followGateways>) => followGateways(...given).map((one) => one.gateways);

test('the best default route on the device counts; one without gateway means the device', () => {
  const found = network([
    route({ device: 'wan1', gateway: '192.0.2.9', metric: 300 }),
    route({ device: 'wan1', gateway: '192.0.2.1' }),
    route({ device: 'wan2', gateway: '192.0.2.7', metric: 1 }),
    route({ device: 'ppp0', metric: 5 }),
    route({ device: 'wan1', gateway: '192.0.2.8', metric: 0, destination: '10.0.0.0/8' }),
  ]);
  expect(gateways(uplinks, found, both, [])).toEqual([['192.0.2.1', '2001:db8::1'], ['0.0.0.0']]);
  expect([viaOf('0.0.0.0'), viaOf('::'), viaOf('192.0.2.1')]).toEqual([{}, {}, { gateway: '192.0.2.1' }]);
});

test('several hops of one route count, each for its device', () => {
  const hops = [
    { device: 'ppp0', weight: 1 },
    { device: 'wan1', gateway: '192.0.2.1', weight: 1 },
  ];
  expect(gateways(uplinks, network([route({ hops })]), both, [])).toEqual([['192.0.2.1', '2001:db8::1'], ['0.0.0.0']]);
});

test('while a lease is renewed the former gateway stays; without the device it does not', () => {
  const before = followGateways(uplinks, network([route({ device: 'wan1', gateway: '192.0.2.1' })]), both, []);
  expect(gateways(uplinks, network([]), both, before)[0]).toEqual(['192.0.2.1', '2001:db8::1']);
  expect(gateways(uplinks, network([]), new Set(['ppp0']), before)[0]).toEqual(['2001:db8::1']);
  const renewed = network([route({ device: 'wan1', gateway: '192.0.2.254' })]);
  expect(gateways(uplinks, renewed, both, before)[0]).toEqual(['192.0.2.254', '2001:db8::1']);
});

test('of two default routes with the same metric the former one stays, whatever their order', () => {
  const first = route({ device: 'wan1', gateway: '192.0.2.1' });
  const second = route({ device: 'wan1', gateway: '192.0.2.2' });
  const before = followGateways(uplinks, network([first, second]), both, []);
  expect(before[0]?.gateways[0]).toBe('192.0.2.1');
  expect(gateways(uplinks, network([second, first]), both, before)[0]?.[0]).toBe('192.0.2.1');
  expect(gateways(uplinks, network([second]), both, before)[0]?.[0]).toBe('192.0.2.2');
});
