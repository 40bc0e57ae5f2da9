import { expect, test } from 'vitest';
import { isPrivate, RateCaps } from './rate-caps.ts';
import { parseAddress } from '../platform/index.ts';

const limits = { 'packets-per-target': 10, 'packets-per-network': 20, 'packets-private': 100 };
const patient = Infinity;

/** When each of so many packets may leave, if all are asked for at once. */
function waits(caps: RateCaps, address: (index: number) => string, count: number): number[] {
  return Array.from({ length: count }, (_, index) => caps.admit([address(index)], 1, 0, patient));
}

test('a second of packets leaves at once, the rest at the rate of the cap', () => {
  const found = waits(new RateCaps(limits), () => '192.0.2.1', 30);
  expect(found.filter((wait) => wait <= 0)).toHaveLength(10);
  expect(found.slice(10, 13)).toEqual([100, 200, 300]);
  expect(found.at(-1)).toBe(2000);
});

test('a network has its own cap: /24 and /64', () => {
  const v4 = waits(new RateCaps(limits), (index) => `192.0.2.${index}`, 40);
  expect(v4.filter((wait) => wait <= 0)).toHaveLength(20);
  const v6 = waits(new RateCaps(limits), (index) => `2001:db8::${index + 1}`, 40);
  expect(v6.filter((wait) => wait <= 0)).toHaveLength(20);
  const apart = waits(new RateCaps(limits), (index) => `2001:db8:0:${index + 1}::1`, 40);
  expect(apart.filter((wait) => wait <= 0)).toHaveLength(40);
});

test('private addresses have one of their own each', () => {
  const found = waits(new RateCaps(limits), (index) => `10.0.0.${index % 2}`, 300);
  expect(found.filter((wait) => wait <= 0)).toHaveLength(200);
});

test('new limits count from then on', () => {
  const caps = new RateCaps(limits);
  expect(waits(caps, () => '192.0.2.1', 20).filter((wait) => wait <= 0)).toHaveLength(10);
  caps.setLimits({ ...limits, 'packets-per-target': 1000, 'packets-per-network': 1000 });
  expect(waits(caps, () => '198.51.100.1', 600).filter((wait) => wait <= 0)).toHaveLength(600);
});

test('what is not waited for is not promised', () => {
  const caps = new RateCaps(limits);
  for (let index = 0; index < 50; index++) caps.admit(['192.0.2.1'], 1, 0, 0);
  expect(caps.admit(['192.0.2.1'], 1, 100, 0)).toBeLessThanOrEqual(0);
});

test('a train that is larger than the cap waits for those before it, then goes', () => {
  const caps = new RateCaps(limits);
  expect(caps.admit(['192.0.2.1'], 40, 0, patient)).toBeLessThanOrEqual(0);
  expect(caps.admit(['192.0.2.1'], 40, 0, patient)).toBe(4000);
});

test.each([
  ['127.0.0.1', true],
  ['10.1.2.3', true],
  ['172.31.0.1', true],
  ['172.32.0.1', false],
  ['192.168.1.1', true],
  ['169.254.1.1', true],
  ['100.64.0.1', true],
  ['100.128.0.1', false],
  ['8.8.8.8', false],
  ['::1', true],
  ['fe80::1', true],
  ['fd00::1', true],
  ['2001:db8::1', false],
])('%s is private: %s', (text, expected) => {
  expect(isPrivate(parseAddress(text)?.bytes ?? new Uint8Array())).toBe(expected);
});
