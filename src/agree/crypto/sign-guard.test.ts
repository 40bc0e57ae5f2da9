import { expect, it } from 'vitest';
import { SignGuard } from './sign-guard.ts';

const slot = { kind: 'prepare', epoch: 1, view: 1, sequence: 5 } as const;
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

it('takes the same place in another epoch for another', () => {
  const guard = new SignGuard(undefined, 2);
  expect(guard.permits(slot, one)).toBe(true);
  expect(guard.permits({ ...slot, epoch: 2, view: 0 }, two)).toBe(true);
  for (const sequence of [6, 7]) guard.permits({ ...slot, epoch: 2, sequence }, one);
  // What was forgotten of an epoch is refused, and with it all that was before.
  expect(guard.permits({ ...slot, sequence: 9 }, two)).toBe(false);
  expect(guard.permits({ ...slot, epoch: 2, view: 0 }, two)).toBe(false);
  expect(guard.permits({ ...slot, epoch: 3, view: 0, sequence: 1 }, two)).toBe(true);
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
