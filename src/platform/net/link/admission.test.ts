import { expect, it } from 'vitest';
import { ManualClock } from '../../clock.ts';
import { Admission } from './admission.ts';

const limits = {
  maxStrangers: 3,
  strangersPerSecond: 2,
  strangersBurst: 5,
  maxExpected: 2,
  expectedPerSecond: 10,
  expectedBurst: 4,
};

it('bounds the handshakes of strangers together, wherever they come from', () => {
  const admission = new Admission(new ManualClock(), limits);
  const leaves = ['a', 'b', 'c'].map((address) => admission.enter(address, false));
  expect(leaves.every(Boolean)).toBe(true);
  expect(admission.enter('d', false)).toBeUndefined();
  expect(admission.pending).toBe(3);
  leaves[0]?.();
  leaves[0]?.();
  expect(admission.pending).toBe(2);
  expect(admission.enter('d', false)).toBeDefined();
});

it('bounds how often strangers begin one, and forgives with time', () => {
  const clock = new ManualClock();
  const admission = new Admission(clock, limits);
  for (let at = 0; at < 5; at++) admission.enter('a', false)?.();
  expect(admission.enter('a', false)).toBeUndefined();
  clock.advance(500);
  const leave = admission.enter('a', false);
  expect(leave).toBeDefined();
  leave?.();
  expect(admission.enter('a', false)).toBeUndefined();
});

it('keeps room for each address that is expected, whatever strangers and others do', () => {
  const admission = new Admission(new ManualClock(), limits);
  for (let at = 0; at < 100; at++) admission.enter(`stranger ${at}`, false);
  for (let at = 0; at < 100; at++) admission.enter('one', true);
  expect(admission.enter('one', true)).toBeUndefined();
  expect(admission.enter('two', true)).toBeDefined();
  expect(admission.pending).toBe(3 + 2 + 1);
});

it('remembers a bounded number of addresses, those with a handshake under way for certain', () => {
  const admission = new Admission(new ManualClock(), limits);
  admission.enter('kept', true);
  admission.enter('kept', true);
  for (let at = 0; at < 5000; at++) admission.enter(`address ${at}`, true)?.();
  expect(admission.enter('kept', true)).toBeUndefined();
  expect(admission.pending).toBe(2);
});
