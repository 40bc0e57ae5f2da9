import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { build, type Plugin } from 'vite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { en } from '../../web/src/text/en.ts';
import { allPaths, answerAll, visit } from './all-pages.ts';
import { launch, listen, overflow, pictures, present, root } from './browsing.ts';
import { startStub, type Stub } from './stub-api.ts';
import { readOn } from './texts-on-page.ts';

/**
 * A language that nobody speaks, in the place of Korean: each text of the catalogue stands in brackets and is half as long
 * again. Words without brackets do not come through the catalogue, and what does not fit would not fit in German either.
 */

type Tree = { readonly [key: string]: string | Tree };

const pseudo = (tree: Tree): Tree =>
  Object.fromEntries(
    Object.entries(tree)
      .filter(([key]) => !key.endsWith('_one'))
      .map(([key, value]) => [
        key,
        typeof value === 'string' ? `⟦${value}${'·'.repeat(Math.min(12, value.length / 2))}⟧` : pseudo(value),
      ]),
  );

const inPlaceOfKorean: Plugin = {
  name: 'pseudo-language',
  enforce: 'pre',
  load: (file) => (file.endsWith('/text/ko/ko.ts') ? `export const ko = ${JSON.stringify(pseudo(en))};` : undefined),
};

const folder = mkdtempSync(join(tmpdir(), 'qw-page-'));
let browser: Browser;
let stub: Stub;
let context: BrowserContext;

/** All texts in an answer of the API, with the names of labels: what is data is not the catalogue's. */
function collect(value: unknown, into: Set<string>, named = false): void {
  if (typeof value === 'string') into.add(value.replaceAll(/\s+/g, ' ').trim());
  else if (Array.isArray(value)) for (const one of value) collect(one, into);
  else if (typeof value === 'object' && value !== null) {
    for (const [key, one] of Object.entries(value)) {
      if (named) into.add(key);
      collect(one, into, key === 'labels');
    }
  }
}

/** Symbols that are the same in every language, names of the product and of keys, and what a command is called. */
const universal =
  /^(?:[^\p{L}]|ms|s|µs|KiB|MiB|GiB|[kM]?B|UTC|GMT|IPv[46]|MTU|RTT|Ctrl|Quorumwatch|CSV|PNG|TCP|#|K|M|p\d\d|AM|PM)*$/u;

describe.skipIf(!present)('a language that nobody speaks', () => {
  let page: Page;
  const complaints: string[] = [];
  const data = new Set<string>();

  beforeAll(async () => {
    mkdirSync(pictures, { recursive: true });
    await build({
      configFile: root('web/vite.config.ts'),
      logLevel: 'error',
      plugins: [inPlaceOfKorean],
      build: { outDir: folder, emptyOutDir: true },
    });
    browser = await launch();
    stub = await startStub(folder);
    stub.role = 'admin';
    context = await browser.newContext({
      viewport: { width: 1280, height: 900 },
      reducedMotion: 'reduce',
      locale: 'ko-KR',
    });
    page = await context.newPage();
    listen(page, complaints);
    await answerAll(page, stub);
    page.on('response', (response) => {
      if (!response.url().includes('/api/') || !(response.headers()['content-type'] ?? '').includes('json')) return;
      response.json().then(
        (body) => collect(body, data),
        // Answers of a page that was left are gone.
        () => undefined,
      );
    });
    await page.goto(`${stub.url}/#token=${stub.token}`);
    await page.getByRole('heading', { level: 1 }).waitFor();
  });
  afterAll(async () => {
    await browser?.close();
    await stub?.close();
    rmSync(folder, { recursive: true });
    expect(complaints).toEqual([]);
  });

  /** Texts that are neither the catalogue's nor, for the greater part, data of the API. */
  const bare = async () =>
    (await readOn(page)).filter((text) => {
      // Reasons come from the tables of Korean, which this language does not replace.
      if (/[⟦⟧가-힣]/.test(text) || universal.test(text) || !/[A-Za-z]{2}/.test(text)) return false;
      if (text.split(/[\s=]+/).every((word) => data.has(word))) return false;
      return ![...data].some((one) => text.includes(one) && one.length * 2 >= text.length);
    });

  test('every word that is not data comes through the catalogue', async () => {
    const found: string[] = [];
    for (const path of allPaths) {
      await visit(page, stub, path);
      expect(await page.getByRole('navigation').first().innerText()).toContain('⟦');
      found.push(...(await bare()).map((text) => `${path}: ${text}`));
    }
    expect(found).toEqual([]);
  });

  test('a word that somebody wrote into a view is found', async () => {
    await page.evaluate("document.querySelector('h1').append(document.createElement('em'))");
    await page.evaluate("document.querySelector('h1 em').append('Forgotten words')");
    expect(await bare()).toEqual(['Forgotten words']);
  });

  test.each([1280, 1100, 390])(
    'at %i pixels nothing is too wide, though every text is half as long again',
    async (width) => {
      await page.setViewportSize({ width, height: 900 });
      const wide: string[] = [];
      for (const path of allPaths) {
        await visit(page, stub, path);
        const pixels = await overflow(page);
        if (pixels > 0) wide.push(`${path}: ${pixels}`);
      }
      await page.screenshot({ path: `${pictures}/pseudo-${width}.png` });
      expect(wide).toEqual([]);
    },
  );
});
