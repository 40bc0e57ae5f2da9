import { expect, test } from 'vitest';
import { Hearing } from './hearing.ts';

/** Looks every second; each letter is what was heard in the last second: `x` a frame, `.` nothing. */
function listen(letters: string, stepMs = 1000): string {
  const hearing = new Hearing();
  let heardAt: number | undefined;
  return letters
    .split('')
    .map((letter, step) => {
      const at = step * stepMs;
      if (letter === 'x') heardAt = at;
      const heard = new Map(heardAt === undefined ? [] : [['b', at - heardAt]]);
      return hearing.look(['b'], heard, at).length > 0 ? '-' : '+';
    })
    .join('');
}

test('silent after five seconds without a frame, heard again after two seconds of frames', () => {
  expect(listen('xxxx.......xxxxx')).toBe('++++++++-----+++');
});

test('who was never heard has five seconds from the first look on', () => {
  expect(listen('.........')).toBe('+++++----');
});

test('a link that comes and goes stays silent', () => {
  expect(listen('x......x....x....x')).toBe('+++++-------------');
});

test('a short gap is none', () => {
  expect(listen('x....x....x....x')).toBe('++++++++++++++++');
});

test('after this process itself stood still nobody is silent before there was time to listen', () => {
  const hearing = new Hearing();
  hearing.look(['b'], new Map([['b', 0]]), 0);
  expect(hearing.look(['b'], new Map([['b', 60_000]]), 60_000)).toEqual([]);
  for (let at = 61_000; at < 65_000; at += 1000) {
    expect(hearing.look(['b'], new Map([['b', at]]), at)).toEqual([]);
  }
  expect(hearing.look(['b'], new Map([['b', 65_000]]), 65_000)).toEqual(['b']);
});

test('watchers that are gone are forgotten, new ones are listened to first', () => {
  const hearing = new Hearing();
  for (let at = 0; at < 7000; at += 1000) hearing.look(['b', 'c'], new Map(), at);
  expect(hearing.look(['b', 'c'], new Map(), 7000)).toEqual(['b', 'c']);
  expect(hearing.look(['c', 'd'], new Map(), 8000)).toEqual(['c']);
  expect(hearing.look(['b', 'c'], new Map(), 9000)).toEqual(['c']);
});
