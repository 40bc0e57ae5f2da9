import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ManualClock } from '../../platform/index.ts';
import { counted, shortened } from './address.ts';
import { Attempts } from './attempts.ts';

const waitOf = (attempts: Attempts, name: string, address: string): number => {
  try {
    attempts.begin(name, address);
    return 0;
  } catch (thrown) {
    return (thrown as { facts: { retryAfterSeconds: number } }).facts.retryAfterSeconds;
  }
};

test('an address waits longer and longer, up to a quarter of an hour', () => {
  const clock = new ManualClock();
  const attempts = new Attempts(clock);
  const waits: number[] = [];
  for (let i = 0; i < 20; i++) {
    const seconds = waitOf(attempts, `name${i}`, '192.0.2.1');
    waits.push(seconds);
    clock.advance(seconds * 1000);
    if (seconds > 0) attempts.begin(`name${i}`, '192.0.2.1');
  }
  expect(waits.slice(0, 8)).toEqual([0, 0, 0, 0, 0, 1, 2, 4]);
  expect(Math.max(...waits)).toBe(900);
  clock.advance(86_400_000);
  expect(waitOf(attempts, 'maria', '192.0.2.1')).toBe(0);
});

test('tries that come at once count before they are decided', () => {
  const attempts = new Attempts(new ManualClock());
  const tries = Array.from({ length: 50 }, () => waitOf(attempts, 'maria', '192.0.2.1'));
  expect(tries.filter((seconds) => seconds === 0)).toHaveLength(5);
});

test('who attacks a name from everywhere delays its owner by half a minute at most, and not at all where they were before', () => {
  const clock = new ManualClock();
  const attempts = new Attempts(clock);
  attempts.begin('maria', '198.51.100.7');
  attempts.succeeded('maria', '198.51.100.7');
  let passed = 0;
  for (let i = 0; i < 2000; i++) {
    if (waitOf(attempts, 'maria', `10.0.${i >> 8}.${i & 255}`) === 0) passed++;
    clock.advance(1000);
  }
  // One in 30 s at best: no more than 2,880 guesses a day, from however many addresses.
  expect(passed).toBeLessThan(90);
  expect(waitOf(attempts, 'maria', '203.0.113.9')).toBeLessThanOrEqual(30);
  expect(waitOf(attempts, 'maria', '198.51.100.7')).toBe(0);
});

test('names that nobody has wait like all others', () => {
  const attempts = new Attempts(new ManualClock());
  const waits = (name: string) =>
    Array.from({ length: 15 }, (_, i) => waitOf(attempts, name, `10.1.${name.length}.${i}`));
  expect(waits('nobody')).toEqual(waits('marias'.slice(0, 5)));
});

test('who signs in between guesses does not begin again', () => {
  const attempts = new Attempts(new ManualClock());
  let guesses = 0;
  for (let i = 0; i < 100; i++) {
    if (waitOf(attempts, 'maria', '192.0.2.1') === 0) guesses++;
    if (waitOf(attempts, 'mallory', '192.0.2.1') === 0) attempts.succeeded('mallory', '192.0.2.1');
  }
  expect(guesses).toBe(5);
});

test('where no name is said, the address alone waits', () => {
  const attempts = new Attempts(new ManualClock());
  for (let i = 0; i < 100; i++) {
    attempts.begin(undefined, '192.0.2.1');
    attempts.succeeded(undefined, '192.0.2.1');
  }
  for (let i = 0; i < 5; i++) attempts.begin(undefined, '192.0.2.1');
  expect(() => attempts.begin(undefined, '192.0.2.1')).toThrow('too many failed tries');
  expect(() => attempts.begin(undefined, '192.0.2.2')).not.toThrow();
});

test('memory is bounded however many come', () => {
  const attempts = new Attempts(new ManualClock());
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.string(), fc.ipV4()), { maxLength: 50 }), (tries) => {
      for (const [name, address] of tries) expect(waitOf(attempts, name, address)).toBeLessThanOrEqual(900);
    }),
  );
});

describe('addresses', () => {
  test.each([
    ['192.0.2.77', '192.0.2.0/24'],
    ['::ffff:192.0.2.77', '192.0.2.0/24'],
    ['127.0.0.1', '127.0.0.1'],
    ['::1', '::1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1::/48'],
    ['2001:db8::1', '2001:db8:0::/48'],
    ['fe80::1%eth0', 'fe80:0:0::/48'],
    ['', ''],
    ['<script>', ''],
  ])('%s is written down as %s', (address, short) => {
    expect(shortened(address)).toBe(short);
  });

  test('all of one IPv6 network count as one', () => {
    expect(counted('2001:db8::1')).toBe(counted('2001:db8:0:0:ffff::2'));
    expect(counted('2001:db8::1')).not.toBe(counted('2001:db8:0:1::1'));
    expect(counted('::ffff:192.0.2.1')).toBe('192.0.2.1');
  });
});
