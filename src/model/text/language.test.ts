import { expect, test } from 'vitest';
import { languageNames, languages, matchLanguage } from './language.ts';

test.each([
  [['ko-KR', 'en'], 'ko'],
  [['ja_JP.UTF-8'], 'ja'],
  [['in-ID'], 'id'],
  [['de-DE', 'fr', 'id'], 'id'],
  [['EN-us'], 'en'],
  [['C.UTF-8'], 'en'],
  [['POSIX'], 'en'],
  [['korean'], undefined],
  [['de', ''], undefined],
  [[], undefined],
])('of %j it is %s', (preferred, wanted) => {
  expect(matchLanguage(preferred)).toBe(wanted);
});

test('every language names itself', () => {
  expect(Object.keys(languageNames)).toEqual([...languages]);
});
