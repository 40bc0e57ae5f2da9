import { expect, it } from 'vitest';
import { SignGuard } from './sign-guard.ts';

const slot = { kind: 'prepare', view: 1, sequence: 5 } as const;
const one = Buffer.from('one');
const two = Buffer.from('two');

it('lets a statement be signed as often as needed, and no other one for the same slot', () => {
  const guard = new SignGuard();
  expect(guard.permits(slot, one)).toBe(true);
  expect(guard.permits(slot, one)).toBe(true);
  expect(guard.permits(slot, two)).toBe(false);
  expect(guard.permits({ ...slot, kind: 'commit' }, two)).toBe(true);
  expect(guard.permits({ ...slot, view: 2 }, two)).toBe(true);
});

it('remembers over restarts by its state', () => {
  const guard = new SignGuard();
  guard.permits(slot, one);
  const again = new SignGuard(guard.state());
  expect(again.permits(slot, two)).toBe(false);
  expect(again.permits(slot, one)).toBe(true);
});

it('has a bound, and refuses what it may have forgotten', () => {
  const guard = new SignGuard(undefined, 2);
  for (const sequence of [5, 6, 7]) expect(guard.permits({ ...slot, sequence }, one)).toBe(true);
  expect(guard.state().votes).toHaveLength(2);
  expect(guard.permits({ ...slot, sequence: 5 }, one)).toBe(false);
  expect(guard.permits({ ...slot, sequence: 4 }, two)).toBe(false);
  expect(guard.permits({ ...slot, sequence: 8 }, two)).toBe(true);
});
