import { expect, test } from 'vitest';
import { readText, writeText } from './yaml.ts';

test('errors have their place', () => {
  expect(readText('name: a\ncharts: [\n').errors[0]).toMatchObject({ line: 3 });
  expect(readText('a: b: c').errors[0]?.line).toBe(1);
});

test('a document that grows by aliases is refused', () => {
  const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefgh'
    .split('')
    .map((letter, index) => `${letter}: &${letter} [${Array.from({ length: 9 }, () => `*${'abcdefg'[index]}`).join()}]`)
    .join('\n')}`;
  expect(readText(bomb).errors).toHaveLength(1);
});

test('what is written reads back, hostile texts included', () => {
  const document = { name: 'a', title: '<img src=x onerror=alert(1)>\u202E: - "#', charts: [{ title: 'yes' }] };
  expect(readText(writeText(document))).toEqual({ document, errors: [] });
});
