import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import axe from 'axe-core';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { CertifiedCluster, stageOutage } from '../../src/agree/record/certificate.fixture.ts';
import { exportCertificate } from '../../src/agree/record/export-certificate.ts';

/** The verifier as people keep it: one file, opened from a disk, by a browser without network. */

const executable = '/usr/bin/chromium';
const present = existsSync(executable);
if (!present) console.warn(`skipped: ${executable} not found; install it with: apt-get install chromium`);

const root = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'qw-verify-'));

const cluster = new CertifiedCluster();
const staged = stageOutage(cluster);
const text = exportCertificate(cluster.sources(cluster.committed(), staged.incident, staged.transitions));
const file = (name: string, content: string) => ({
  name,
  mimeType: 'application/json',
  buffer: Buffer.from(content),
});
const genesis = file('genesis.json', JSON.stringify(cluster.genesis));
const good = file('web.outage.json', text);
const changed = file('changed.outage.json', text.replace('"size":', '"size":1'));

let browser: Browser;
let context: BrowserContext;
let page: Page;
let complaints: string[] = [];

async function open(colorScheme: 'light' | 'dark' = 'light', width = 1280, locale = 'en-GB'): Promise<void> {
  context = await browser.newContext({ colorScheme, viewport: { width, height: 900 }, locale, offline: true });
  page = await context.newPage();
  page.setDefaultTimeout(10_000);
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  await page.goto(pathToFileURL(join(folder, 'verify.html')).href);
}

const choose = async (first: typeof genesis, second: typeof genesis) => {
  await page.getByLabel('Genesis').setInputFiles(first);
  await page.getByLabel('Certificate', { exact: true }).setInputFiles(second);
};
const status = () => page.getByRole('status').innerText();

async function findings(): Promise<string[]> {
  await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const checker = (globalThis as unknown as { axe: { run: () => Promise<{ violations: { id: string }[] }> } }).axe;
    return (await checker.run()).violations.map(({ id }) => id);
  });
}

describe.skipIf(!present)('verifier', () => {
  beforeAll(async () => {
    const outDir = folder;
    await build({ configFile: root('web/verify.vite.config.ts'), logLevel: 'warn', build: { outDir } });
    browser = await chromium.launch({ executablePath: executable, args: ['--no-sandbox', '--disable-gpu'] });
  });
  afterEach(async () => {
    await context.close();
    expect(complaints.splice(0)).toEqual([]);
  });
  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true });
  });

  test('shows a good certificate step by step', async () => {
    await open();
    expect(await status()).toBe('');
    await choose(genesis, good);
    await page.getByRole('heading', { name: 'Valid' }).waitFor();
    expect(await page.locator('.steps li').count()).toBe(7);
    expect(await status()).toMatch(/web is down[\s\S]*east, north, south, west[\s\S]*Not proved/);
    await page.screenshot({ path: `${root('test-output')}/verify.png`, fullPage: true });
  });

  test('names what is wrong, and is good again with the right file', async () => {
    await open('dark', 400);
    await choose(genesis, changed);
    await page.getByRole('heading', { name: 'Refused' }).waitFor();
    expect(await page.locator('.steps .failed').count()).toBe(1);
    await page.screenshot({ path: `${root('test-output')}/verify-dark.png`, fullPage: true });
    await choose(genesis, good);
    await page.getByRole('heading', { name: 'Valid' }).waitFor();
    await choose(good, good);
    expect(await status()).toContain('genesis-invalid');
  });

  test('takes both files by dropping them, whichever is which', async () => {
    await open();
    const dropped = [good, genesis].map(({ name, buffer }) => ({ name, content: buffer.toString() }));
    await page.evaluate(`
      const data = new DataTransfer();
      for (const { name, content } of ${JSON.stringify(dropped)}) data.items.add(new File([content], name));
      document.body.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
    `);
    await page.getByRole('heading', { name: 'Valid' }).waitFor();
  });

  test.each(['light', 'dark'] as const)('is reached by keyboard and read by screen readers, %s', async (scheme) => {
    await open(scheme);
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.id')).toBe('genesis');
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.id')).toBe('certificate');
    await choose(genesis, good);
    await page.getByRole('heading', { name: 'Valid' }).waitFor();
    expect(await findings()).toEqual([]);
    await choose(genesis, changed);
    expect(await findings()).toEqual([]);
  });

  test('speaks the language of the browser, and any other when asked', async () => {
    await open('dark', 400, 'ko-KR');
    await page.getByLabel('제네시스').setInputFiles(genesis);
    await page.getByLabel('증명서', { exact: true }).setInputFiles(good);
    await page.getByRole('heading', { name: '유효함' }).waitFor();
    expect(await status()).toMatch(/증명되지 않음[\s\S]*체크포인트를 비교/);
    expect(await page.evaluate('document.documentElement.lang + document.title')).toBe('ko장애 증명서 검증');
    expect(await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')).toBe(0);
    expect(await findings()).toEqual([]);
    await page.screenshot({ path: `${root('test-output')}/verify-ko.png`, fullPage: true });
    await page.getByRole('combobox').selectOption('id');
    await page.getByRole('heading', { name: 'Sah' }).waitFor();
    await page.getByRole('combobox').selectOption('ja');
    await page.getByLabel('証明書', { exact: true }).setInputFiles(changed);
    await page.getByRole('heading', { name: '拒否' }).waitFor();
  });

  test('fetches nothing, and lets nothing be fetched', async () => {
    await open();
    const policy = await page.locator('meta[http-equiv]').getAttribute('content');
    expect(policy).toMatch(/^default-src 'none'; script-src 'sha256-[^ ]+'; style-src 'sha256-[^ ]+'$/);
    expect(await page.locator('[src], link').count()).toBe(0);
  });
});
