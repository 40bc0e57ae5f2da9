import i18next from 'i18next';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { incidentTitle } from './incident-title.ts';
import { chooseLanguage, languageChoice } from './language.ts';
import { reasonText } from './reason.ts';

beforeEach(() => {
  vi.stubGlobal('document', { documentElement: { lang: 'en' } });
});
afterEach(async () => {
  await chooseLanguage('en');
  vi.unstubAllGlobals();
});

test('English is what the watcher says', () => {
  expect(reasonText({ code: 'no-reply', text: 'no reply within 1s' })).toBe('no reply within 1s');
});

test('the words come with the language, figures in its form', async () => {
  await chooseLanguage('ko');
  expect(document.documentElement.lang).toBe('ko');
  expect(reasonText({ code: 'no-reply', text: 'no reply within 50ms' })).toBe('응답 없음 (50 ms)');
  expect(reasonText({ code: 'timeout', text: 'no reply within 1m30s' })).toBe('제한 시간 안에 응답 없음 (1분 30초)');
  expect(reasonText({ code: 'made-up', text: 'what nobody knows' })).toBe('what nobody knows');
});

test('titles of the cluster are translated, those of people are not', async () => {
  await chooseLanguage('id');
  expect(incidentTitle({ check: 'web', title: 'web is down' })).toBe('web: mati');
  expect(incidentTitle({ check: 'web', title: 'web is failed on purpose: a drill by maria' })).toBe(
    'web: sengaja digagalkan, latihan oleh maria',
  );
  expect(incidentTitle({ check: 'disk', title: 'Disk is nearly full' })).toBe('Disk is nearly full');
});

test('the choice that came last wins, however the files come', async () => {
  await Promise.all([chooseLanguage('ja'), chooseLanguage('ko')]);
  expect(i18next.language).toBe('ko');
  expect(languageChoice.value).toBe('ko');
});

test('what names hold is no text of the catalogue', () => {
  const name = '$t(nav.about) {{by}} $t(nav.ledger, {"lng":"ko"})';
  expect(incidentTitle({ check: name, title: `${name} is down` })).toBe(`${name} is down`);
});
