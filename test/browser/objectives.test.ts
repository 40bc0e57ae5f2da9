import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { downloaded, findings, launch, listen, overflow, pictures, present } from './browsing.ts';
import { objective } from './objective-data.ts';
import { startStub, type Stub } from './stub-api.ts';

/** Service levels in real Chromium. */

let browser: Browser;
let stub: Stub;
let context: BrowserContext;
let page: Page;
let complaints: string[];

async function open(path: string, look: { scheme?: 'light' | 'dark'; width?: number; none?: boolean } = {}) {
  context = await browser.newContext({
    colorScheme: look.scheme ?? 'light',
    viewport: { width: look.width ?? 1280, height: 900 },
    reducedMotion: 'reduce',
    locale: 'en-GB',
    timezoneId: 'UTC',
  });
  page = await context.newPage();
  listen(page, complaints);
  const missed = objective({ name: 'mail', state: 'missed', compliance: 98 });
  missed.budget = { ...missed.budget, left: -10, leftPercent: -80 };
  const items = [objective(), missed];
  await page.route(/\/api\/v1\/objectives/, (route) => {
    const { pathname } = new URL(route.request().url());
    if (pathname.endsWith('/report')) return route.fulfill({ json: { report: { month: '2026-02' }, files: [] } });
    const [found] = items;
    return route.fulfill({
      json: pathname.endsWith('/objectives') ? { items: look.none === true ? [] : items } : found,
    });
  });
  await page.goto(`${stub.url}${path}#token=${stub.token}`);
  await page.getByRole('heading', { level: 1 }).waitFor();
}

describe.skipIf(!present)('the views of service levels', () => {
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

  test('from the list to an objective to the report of a month, with the keyboard', async () => {
    await open('/objectives');
    const rows = await page.getByRole('row').allInnerTexts();
    expect(rows[1]).toMatch(/shop[\s\S]*at risk[\s\S]*99\.9%[\s\S]*99\.93%[\s\S]*30\.2%[\s\S]*2\.1/);
    expect(rows[2]).toMatch(/mail[\s\S]*missed[\s\S]*-80%/);
    await page.getByRole('link', { name: 'shop' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'shop' }).waitFor();
    await page
      .getByRole('img', { name: 'From Mar 14 to Mar 27' })
      .or(page.getByRole('img', { name: /14 Mar to 27 Mar/ }))
      .waitFor();
    await page.getByText('As a table').focus();
    await page.keyboard.press('Enter');
    await page.getByRole('region', { name: 'Budget left, day by day' }).last().waitFor();
    expect(await page.getByRole('row', { name: 'shop-burn-slow' }).innerText()).toMatch(/firing[\s\S]*2\.1/);
    expect(await page.getByRole('row', { name: 'shop-web' }).innerText()).toContain('goes on');
    const button = page.getByRole('button', { name: 'Report of 2026-02 with proof' });
    const file = await downloaded(page, async () => {
      await button.focus();
      await page.keyboard.press('Enter');
    });
    expect(file.name).toBe('shop-2026-02.json');
    expect(JSON.parse(file.content.toString('utf8'))).toEqual({ report: { month: '2026-02' }, files: [] });
  });

  test('without objectives it says what to write', async () => {
    await open('/objectives', { none: true });
    await page.getByText('There is no objective yet.').waitFor();
    await page.getByText('goal: 99.9').waitFor();
  });

  test.each(['light', 'dark'] as const)('has no serious finding of axe, in %s, wide and narrow', async (scheme) => {
    for (const [path, width] of [
      ['/objectives', 1280],
      ['/objectives', 360],
      ['/objectives/shop', 1280],
      ['/objectives/shop', 360],
    ] as const) {
      await open(path, { scheme, width });
      await page.getByRole('table').first().waitFor();
      expect(await findings(page), `${path} ${width}`).toEqual([]);
      expect(await overflow(page), `${path} ${width}`).toBe(0);
      const name = `objectives${path.length > 12 ? '-one' : ''}-${width}-${scheme}.png`;
      await page.screenshot({ path: `${pictures}/${name}`, fullPage: true });
      await context.close();
    }
  });
});
