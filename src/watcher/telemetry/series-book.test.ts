import { expect, test } from 'vitest';
import { keepInMemory, SeriesBook } from './series-book.ts';

test('a series keeps its number over restarts, whatever the order of its labels, and families stay apart', () => {
  const keeper = keepInMemory(10);
  const book = new SeriesBook(keeper);
  const id = book.idOf('a', { x: '1', y: '2' });
  const other = book.idOf('b', { x: '1', y: '2' });
  expect(other).not.toBe(id);
  const again = new SeriesBook(keeper);
  expect(again.idOf('a', { y: '2', x: '1' })).toBe(id);
  expect(again.of('a')).toEqual([{ id, labels: { x: '1', y: '2' } }]);
  expect(again.of('c')).toEqual([]);
  expect(again.labelsOf('a').sort()).toEqual(['x', 'y']);
});

test('labels may be called and hold anything', () => {
  const book = new SeriesBook(keepInMemory(10));
  const labels = JSON.parse('{"__proto__":"x","constructor":"<b>","":"\\u0000"}') as Record<string, string>;
  const id = book.idOf('__proto__', labels);
  expect(book.idOf('__proto__', labels)).toBe(id);
  expect(book.of('__proto__')).toEqual([{ id, labels }]);
  expect(book.idOf('__proto__', { constructor: '<b>' })).not.toBe(id);
});
