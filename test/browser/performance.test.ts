import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { findings, launch, listen, overflow, pictures, present } from './browsing.ts';
import * as data from './performance-data.ts';
import { startStub, type Stub } from './stub-api.ts';

/** The map of paths between watchers in real Chromium. */

let browser: Browser;
let stub: Stub;
let context: BrowserContext;
let page: Page;
let complaints: string[];

async function open(path: string, look: { scheme?: 'light' | 'dark'; width?: number; answer?: object } = {}) {
  context = await browser.newContext({
    colorScheme: look.scheme ?? 'light',
    viewport: { width: look.width ?? 1280, height: 900 },
    reducedMotion: 'reduce',
    locale: 'en-GB',
  });
  page = await context.newPage();
  listen(page, complaints);
  await page.route(/\/api\/v1\/performance/, (route) => {
    const url = new URL(route.request().url());
    const times = ['from', 'to'].map((name) => Date.parse(url.searchParams.get(name) ?? ''));
    const isMatrix = url.pathname.endsWith('/performance');
    if (isMatrix) return route.fulfill({ json: look.answer ?? data.performance() });
    return route.fulfill({
      json: url.pathname.endsWith('/cause') ? data.cause : data.detail(times[0] ?? 0, times[1] ?? 0),
    });
  });
  await page.goto(`${stub.url}${path}#token=${stub.token}`);
  await page.getByRole('heading', { level: 1 }).waitFor();
}

const cell = (from: string, to: string) => page.getByRole('link', { name: new RegExp(`^${from} to ${to}:`) });

describe.skipIf(!present)('the view of paths between watchers', () => {
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
  });
  afterEach(async () => {
    await context?.close();
    expect(complaints).toEqual([]);
  });

  test('says of each way what is lost, and of a cut one that nothing is known', async () => {
    await open('/performance');
    await cell('office-1', 'cloud-1').waitFor();
    expect(await cell('office-1', 'cloud-1').innerText()).toBe('18.3%');
    expect(await cell('cloud-1', 'office-1').innerText()).toBe('0%');
    expect(await cell('home', 'cloud-2').innerText()).toBe('no data');
    expect(await cell('home', 'cloud-2').getAttribute('aria-label')).toContain('no answer comes');
    await page.getByRole('button', { name: 'Round trip' }).click();
    expect(new URL(page.url()).searchParams.get('show')).toBe('rtt');
    expect(await cell('office-1', 'cloud-1').innerText()).toBe('46 ms');
    await page.getByRole('button', { name: 'Sites' }).click();
    expect(await page.getByRole('columnheader').allInnerTexts()).toEqual(['cloud', 'home', 'office']);
  });

  test('is a table with headings, and the arrow keys go from cell to cell', async () => {
    await open('/performance?show=jitter');
    await cell('office-1', 'cloud-1').focus();
    const focused = () => page.evaluate<string>('document.activeElement.getAttribute("aria-label") ?? ""');
    await page.keyboard.press('ArrowDown');
    expect(await focused()).toMatch(/^office-2 to cloud-1:/);
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: /^office-1 to / }).waitFor();
    expect(new URL(page.url()).pathname).toMatch(/^\/performance\/office-1\//);
  });

  test('shows one path with its ways, the others beside it, its past, and what it does to a check', async () => {
    await open('/performance/office-1/cloud-1');
    await page.getByText('It is this path.').waitFor();
    const rows = await page.getByRole('region', { name: 'Way' }).first().getByRole('row').allInnerTexts();
    expect(rows[1]).toContain('18.3% 11 of 60');
    await page.getByRole('img', { name: /^Round trips from/ }).waitFor();
    await page.getByLabel('Check').selectOption('shop');
    await page.getByText('The network.', { exact: true }).waitFor();
    expect(new URL(page.url()).searchParams.get('check')).toBe('shop');
    await page.screenshot({ path: `${pictures}/performance-path.png`, fullPage: true });
  });

  test('tells a watcher that is alone what to do', async () => {
    await open('/performance', { answer: data.alone() });
    await page.getByText('quorumwatch up --watchers 4').waitFor();
    await page.getByRole('link', { name: /Guide/ }).waitFor();
  });

  test.each(['light', 'dark'] as const)('has no serious finding of axe, in %s, wide and narrow', async (scheme) => {
    for (const [path, width] of [
      ['/performance', 1280],
      ['/performance?show=rtt', 360],
      ['/performance/office-1/cloud-1?check=shop', 1280],
      ['/performance/office-1/cloud-1?check=shop', 360],
    ] as const) {
      await open(path, { scheme, width });
      await page.getByRole('table').last().waitFor();
      expect(await findings(page), `${path} ${width}`).toEqual([]);
      expect(await overflow(page), `${path} ${width}`).toBe(0);
      if (path === '/performance') await page.screenshot({ path: `${pictures}/performance-${scheme}.png` });
      if (width === 360 && scheme === 'dark') {
        await page.screenshot({ path: `${pictures}/performance-narrow${path.length > 30 ? '-path' : ''}.png` });
      }
      await context.close();
    }
  });
});
