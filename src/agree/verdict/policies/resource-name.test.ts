import fc from 'fast-check';
import { expect, test } from 'vitest';
import { alertCheckName, readResource, resourceText, splitAlertCheck } from './resource-name.ts';

const labels = fc.dictionary(
  fc.stringMatching(/^[a-zA-Z_][a-zA-Z0-9_]{0,20}$/).filter((label) => label !== '__proto__'),
  fc.string({ maxLength: 30, unit: 'grapheme' }),
  { minKeys: 1, maxKeys: 4 },
);

test('a text has no @ and no control character, is short, and gives its labels back', () => {
  fc.assert(
    fc.property(labels, (given) => {
      const text = resourceText(given);
      expect(text).toMatch(/^[^@\u0000-\u001f]*$/);
      expect(text.length).toBeLessThan(100);
      expect(text.isWellFormed()).toBe(true);
      const read = readResource(text);
      if (text.includes('~')) expect(read).toBeDefined();
      else expect(read).toEqual(Object.fromEntries(Object.entries(given).map(([k, v]) => [k, v.toWellFormed()])));
    }),
  );
});

test('the order of labels does not matter, and long ones that differ at their ends have different texts', () => {
  expect(resourceText({ b: '2', a: '1' })).toBe('a=1,b=2');
  const long = 'x'.repeat(200);
  const [one, other] = [resourceText({ check: `${long}1` }), resourceText({ check: `${long}2` })];
  expect(one).not.toBe(other);
  expect(one.slice(0, 60)).toBe(other.slice(0, 60));
});

test('what means something in the text is escaped', () => {
  expect(resourceText({ check: 'a=b,c@d~%' })).toBe('check=a%3db%2cc%40d%7e%25');
});

test.each(['', 'check', 'b=1,a=2', 'check=%41', '1=2', 'a=1=2', 'a=1,', 'a=1@b'])('%s is no such text', (text) => {
  expect(readResource(text)).toBeUndefined();
});

test('a name of a check is split at its last @', () => {
  expect(alertCheckName('latency', {})).toBe('latency');
  expect(splitAlertCheck(alertCheckName('a@b', { check: 'c@d' }))).toEqual({
    policy: 'a@b',
    resource: { check: 'c@d' },
  });
  expect(splitAlertCheck('latency')).toBeUndefined();
  expect(splitAlertCheck('check@target')).toBeUndefined();
});
