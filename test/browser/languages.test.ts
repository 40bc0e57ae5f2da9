import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { en } from '../../web/src/text/en.ts';
import { id } from '../../web/src/text/id/id.ts';
import { ja } from '../../web/src/text/ja/ja.ts';
import { ko } from '../../web/src/text/ko/ko.ts';
import { allPaths, answerAll, visit } from './all-pages.ts';
import { findings, launch, listen, overflow, pictures, present } from './browsing.ts';
import { startStub, type Stub } from './stub-api.ts';
import { clipped, readOn } from './texts-on-page.ts';

/** The page in its languages, in real Chromium: what is read, what is left in English, what does not fit. */

let browser: Browser;
let stub: Stub;
let context: BrowserContext;
let page: Page;
let complaints: string[];

interface Look {
  scheme?: 'light' | 'dark';
  width?: number;
  locale?: string;
}

async function open(path: string, { scheme = 'light', width = 1280, locale = 'ko-KR' }: Look = {}): Promise<void> {
  context = await browser.newContext({
    colorScheme: scheme,
    viewport: { width, height: 900 },
    reducedMotion: 'reduce',
    locale,
  });
  page = await context.newPage();
  listen(page, complaints);
  await answerAll(page, stub);
  await page.goto(`${stub.url}${path}#token=${stub.token}`);
  await page.getByRole('heading', { level: 1 }).waitFor();
}

type Tree = { readonly [key: string]: string | Tree };

function flat(tree: Tree, prefix = ''): [string, string][] {
  return Object.entries(tree).flatMap(([key, value]): [string, string][] =>
    typeof value === 'string' ? [[prefix + key, value]] : flat(value, `${prefix}${key}.`),
  );
}

/** Whole English texts that the language says otherwise: where one of them is read, it was left behind. */
function englishLeftIn(texts: Tree): Set<string> {
  const own = new Map(flat(texts));
  const shared = new Set(own.values());
  return new Set(
    flat(en)
      .filter(([key, text]) => own.get(key) !== text && !shared.has(text) && text.length > 2 && !text.includes('{{'))
      .map(([, text]) => text),
  );
}

const keys = new Set(flat(en).flatMap(([key]) => [key, key.replace(/_(one|other)$/, '')]));

describe.skipIf(!present)('the page in other languages', () => {
  beforeAll(async () => {
    browser = await launch();
    stub = await startStub(inject('builtPage'));
  });
  afterAll(async () => {
    await browser?.close();
    await stub?.close();
  });
  beforeEach(() => {
    complaints = [];
    stub.role = 'admin';
  });
  afterEach(async () => {
    await context?.close();
    expect(complaints).toEqual([]);
  });

  test.each([
    ['ko', ko, 'light', 1280],
    ['ko', ko, 'dark', 390],
    ['ja', ja, 'dark', 1280],
    ['ja', ja, 'light', 390],
    ['id', id, 'light', 1280],
    ['id', id, 'dark', 360],
  ] as const)('%s: all views say everything in it, and everything fits', async (language, texts, scheme, width) => {
    await open('/', { scheme, width, locale: language });
    expect(await page.evaluate<string>('document.documentElement.lang')).toBe(language);
    const left = englishLeftIn(texts);
    const problems: string[] = [];
    for (const path of allPaths) {
      await visit(page, stub, path);
      const read = await readOn(page);
      for (const text of read) {
        if (left.has(text)) problems.push(`${path}: English: ${text}`);
        if (keys.has(text) && text.includes('.')) problems.push(`${path}: key: ${text}`);
        if (/\{\{|\}\}|undefined|\[object/.test(text)) problems.push(`${path}: unfilled: ${text}`);
      }
      const wider = await overflow(page);
      if (wider > 0) problems.push(`${path}: ${wider} pixels too wide`);
      problems.push(...(await clipped(page)).map((one) => `${path}: clipped: ${one}`));
      const name = path.replaceAll(/[^a-z0-9]+/gi, '-').replaceAll(/^-|-$/g, '') || 'overview';
      await page.screenshot({ path: `${pictures}/${language}-${scheme}-${name}.png` });
    }
    expect(problems).toEqual([]);
  });

  test('reasons are said in it too, since their codes are known', async () => {
    await open('/');
    const row = page.getByRole('row').filter({ hasText: 'core-switch' });
    expect(await row.innerText()).toContain('손실률 20 %, 한계값 10 % 초과');
    expect(await page.getByRole('row').filter({ hasText: 'web-shop' }).innerText()).toContain(
      '제한 시간 안에 응답 없음',
    );
  });

  test('chosen on the settings page it is there at once, without a reload, and remembered', async () => {
    await open('/settings', { locale: 'en-GB' });
    const files: string[] = [];
    page.on('request', (request) => files.push(request.url()));
    await page.evaluate('globalThis.notReloaded = true');
    await page.getByRole('combobox', { name: 'Language' }).selectOption('ko');
    await page.getByRole('heading', { level: 1, name: '설정' }).waitFor();
    await page.getByRole('navigation').getByText('인시던트').first().waitFor();
    expect(await page.title()).toContain('설정');
    expect(await page.evaluate<boolean>('globalThis.notReloaded === true')).toBe(true);
    expect(files.filter((url) => /\/assets\/(ko|ja|id)-/.test(url))).toHaveLength(1);
    expect(await findings(page)).toEqual([]);
    await page.reload();
    await page.getByRole('heading', { level: 1, name: '설정' }).waitFor();
    expect(await page.evaluate<string>('document.documentElement.lang')).toBe('ko');
    await page.getByRole('combobox', { name: '언어' }).selectOption('browser');
    await page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor();
    expect(await page.evaluate<string>('document.documentElement.lang')).toBe('en');
  });

  test('the sign-in page speaks the language of the browser, and lets choose another', async () => {
    context = await browser.newContext({ locale: 'ja-JP', viewport: { width: 390, height: 800 } });
    page = await context.newPage();
    listen(page, complaints);
    await answerAll(page, stub);
    await page.goto(`${stub.url}/`);
    await page.getByRole('button', { name: 'サインイン', exact: true }).waitFor();
    await page.screenshot({ path: `${pictures}/ja-sign-in.png` });
    expect(await findings(page)).toEqual([]);
    await page.getByRole('combobox', { name: '言語' }).selectOption('id');
    await page.getByRole('button', { name: 'Masuk', exact: true }).waitFor();
    expect(await overflow(page)).toBeLessThanOrEqual(0);
  });

  test('a language whose file does not come leaves the page as it is, and says so', async () => {
    await open('/settings', { locale: 'en-GB' });
    await page.route(/\/assets\/ja-/, (route) => route.abort());
    await page.getByRole('combobox', { name: 'Language' }).selectOption('ja');
    await page.getByText('This language could not be fetched.').waitFor();
    await page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor();
    expect(await page.getByRole('combobox', { name: 'Language' }).inputValue()).toBe('browser');
  });
});
