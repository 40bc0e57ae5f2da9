import { expect, test } from 'vitest';
import { uplinksSchema } from '../../model/index.ts';
import { ManualClock, type Route } from '../../platform/index.ts';
import { PresentGateways } from './present-gateways.ts';

const uplinks = uplinksSchema.parse([
  { name: 'isp1', device: 'wan1', gateway: ['auto', '2001:db8::1'] },
  { name: 'isp2', device: 'ppp0', gateway: 'auto' },
  { name: 'isp3', device: 'wan3', gateway: 'auto' },
]);
const way = { family: 4 as const, destination: 'default', table: 254, protocol: 16, metric: 100 };

test('what an automatic gateway stands for is read now and then, and kept while a lease is renewed', () => {
  const clock = new ManualClock();
  let reads = 0;
  let routes: Route[] = [
    { ...way, device: 'wan1', gateway: '192.0.2.1' },
    { ...way, device: 'ppp0' },
  ];
  const network = {
    routes: () => {
      reads++;
      return routes;
    },
    links: () => ['wan1', 'ppp0'].map((device, index) => ({ index, device, up: true, carrier: true, mtuBytes: 1500 })),
  };
  const present = new PresentGateways(clock);
  const all = () => Object.fromEntries(present.all(uplinks, network));
  expect(all()).toEqual({ 'uplink/isp1/ipv4': '192.0.2.1', 'uplink/isp2/ipv4': 'direct' });
  all();
  expect(reads).toBe(1);
  routes = [];
  clock.advance(5000);
  expect(all()['uplink/isp1/ipv4']).toBe('192.0.2.1');
  routes = [{ ...way, device: 'wan1', gateway: '192.0.2.7' }];
  clock.advance(5000);
  expect(all()['uplink/isp1/ipv4']).toBe('192.0.2.7');
  expect(present.all(uplinks, undefined).size).toBe(0);
});
