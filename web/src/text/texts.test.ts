import i18next from 'i18next';
import { afterEach, expect, test } from 'vitest';
import { en } from './en.ts';
import { id } from './id/id.ts';
import { ja } from './ja/ja.ts';
import { ko } from './ko/ko.ts';
import { languageFor, languages, localeOf } from './known-languages.ts';
import './language.ts';
import { particlePairs } from 'quorumwatch/text/josa.ts';

/** By language; that all have the same keys is a matter of types, but a file that lies about its type is found too. */
const others = { ko, ja, id };

type Tree = { readonly [key: string]: string | Tree };

function flat(tree: Tree, prefix = ''): [string, string][] {
  return Object.entries(tree).flatMap(([key, value]): [string, string][] =>
    typeof value === 'string' ? [[prefix + key, value]] : flat(value, `${prefix}${key}.`),
  );
}

const english = new Map(flat(en));

/** The names of the placeholders, each once, in order of the alphabet. */
const placeholders = (text: string) =>
  [...new Set([...text.matchAll(/\{\{(\w+)(?:,[^}]*)?\}\}/g)].map(([, name = '']) => name))].sort().join(' ');

/** What a language has for an English key: of plurals these languages have one form. */
const wanted = [...english].filter(([key]) => !key.endsWith('_one'));

test.each(Object.entries(others))('%s has every text of English and no other', (_language, texts) => {
  const keys = flat(texts).map(([key]) => key);
  expect(keys.toSorted()).toEqual(wanted.map(([key]) => key).toSorted());
});

test.each(Object.keys(others))('%s has one plural form, as its rules say', (language) => {
  expect(new Intl.PluralRules(language).resolvedOptions().pluralCategories).toEqual(['other']);
});

test.each(Object.entries(others))('%s uses the placeholders of English', (_language, texts) => {
  const differing = flat(texts).filter(([key, text]) => placeholders(text) !== placeholders(english.get(key) ?? ''));
  expect(differing).toEqual([]);
});

/** Texts that are the same everywhere: names, protocols, and what Indonesian took over. */
const same = new Set(
  [
    'TCP',
    'IPv',
    'ping',
    'API',
    'JSON',
    'Markdown',
    'Host',
    'Label',
    'Token',
    'Menu',
    'Jitter',
    'Median',
    'Uplink',
  ].concat([
    'Operator',
    'operator',
    'admin',
    'kernel',
    'Histogram',
    'Target',
    'minimum',
    'median',
    'Status',
    'View',
    'Mode',
    'Normal',
    'Admin',
    'genesis',
    'audit',
  ]),
);

test.each(Object.entries(others))('%s leaves nothing in English', (_language, texts) => {
  const left = flat(texts).filter(([key, text]) => {
    const words = text.replaceAll(/\{\{[^}]*\}\}/g, '').trim();
    return text === english.get(key) && /[A-Za-z]{3}/.test(words) && !same.has(words) && !/quorumwatch/i.test(words);
  });
  expect(left).toEqual([]);
});

test('particles stand behind names as formats that are known, in Korean only', () => {
  const formats = (texts: Tree) => flat(texts).flatMap(([, text]) => [...text.matchAll(/\{\{\w+,\s*([^}]*)\}\}/g)]);
  expect(formats(ko).map(([, format]) => format?.trim())).toEqual(
    formats(ko).map(() => expect.toBeOneOf([...particlePairs])),
  );
  expect([...formats(en), ...formats(ja), ...formats(id)]).toEqual([]);
  // A particle right behind braces that has two forms would be wrong for half of all names.
  const fixed = flat(ko).filter(([, text]) => /\}\}(은|는|이|가|을|를|과|와|으로|로)(?=[\s.,?]|$)/.test(text));
  expect(fixed).toEqual([]);
});

afterEach(async () => {
  await i18next.changeLanguage('en');
});

test('Korean: the particle follows the sound of the name, numbers are grouped, plurals are one form', async () => {
  i18next.addResourceBundle('ko', 'translation', ko);
  await i18next.changeLanguage('ko');
  expect(i18next.t('uplinks.switch.to', { uplink: 'isp1' })).toBe('isp1로 전환…');
  expect(i18next.t('uplinks.switch.to', { uplink: 'isp3' })).toBe('isp3으로 전환…');
  expect(i18next.t('uplinks.switch.titleStay', { uplink: '본사' })).toBe('본사를 유지하시겠습니까?');
  expect(i18next.t('dashboards.charts', { count: 1 })).toBe('차트 1개');
  expect(i18next.t('overview.reading', { count: 12_345 })).toBe('지금까지 점검 12,345개…');
  expect(i18next.t('configuration.place', { line: 12_345, column: 3 })).toBe('12345행 3열');
});

test('the first of the browser’s languages that we have, and its own variant for dates', () => {
  expect(languageFor(['de-DE', 'ja-JP', 'en'])).toBe('ja');
  expect(languageFor(['in'])).toBe('id');
  expect(languageFor(['de', 'fr'])).toBe('en');
  expect(languageFor([])).toBe('en');
  expect(localeOf('en', ['ko-KR', 'en-AU'])).toBe('en-AU');
  expect(localeOf('en', ['ko-KR'])).toBe('en-GB');
  expect(localeOf('ko', ['en-AU'])).toBe('ko');
  expect(languages).toEqual(['en', 'ko', 'ja', 'id']);
});
