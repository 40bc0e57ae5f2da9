import { expect, test } from 'vitest';
import { Turns } from './turns.ts';

test('so many go at a time, the others in turn, and too many are refused', async () => {
  const turns = new Turns(2, 3);
  const began: number[] = [];
  const ends: (() => void)[] = [];
  const work = (number: number) => () =>
    new Promise<number>((resolve) => {
      began.push(number);
      ends.push(() => resolve(number));
    });
  const asked = [1, 2, 3, 4, 5].map((number) => turns.take(work(number)));
  await expect(turns.take(work(6))).rejects.toThrow('3 questions');
  expect(began).toEqual([1, 2]);
  ends[0]?.();
  expect(await asked[0]).toBe(1);
  await Promise.resolve();
  expect(began).toEqual([1, 2, 3]);
  for (let at = 1; at < 5; at++) {
    ends[at]?.();
    expect(await asked[at]).toBe(at + 1);
    await Promise.resolve();
  }
  expect(began).toEqual([1, 2, 3, 4, 5]);
  const failed = turns.take(() => Promise.reject(new Error('no')));
  await expect(failed).rejects.toThrow('no');
  expect(await turns.take(async () => 7)).toBe(7);
});
