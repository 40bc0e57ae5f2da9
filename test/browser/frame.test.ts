import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import * as browsing from './browsing.ts';
import { checks, manyChecks } from './data.ts';
import { startStub, type Stub } from './stub-api.ts';

/** What is around every view: navigation, menu, palette, settings. */

const { pictures, present } = browsing;

let browser: Browser;
let stub: Stub;
let context: BrowserContext;
let page: Page;
let complaints: string[];

async function open(path: string, look: { scheme?: 'light' | 'dark'; width?: number } = {}) {
  context = await browser.newContext({
    colorScheme: look.scheme ?? 'light',
    viewport: { width: look.width ?? 1280, height: 800 },
    reducedMotion: 'reduce',
    locale: 'en-GB',
  });
  page = await context.newPage();
  browsing.listen(page, complaints);
  await page.goto(`${stub.url}${path}#token=${stub.token}`);
  await page.locator('main h1').waitFor();
}

const picture = (name: string) => page.screenshot({ path: `${pictures}/${name}.png` });
const focused = () => page.evaluate<string>('document.activeElement.tagName');
const palette = () => page.getByRole('combobox', { name: /^Page, check/ });
const option = () => page.locator('[role=option][aria-selected=true]');

describe.skipIf(!present)('the frame', () => {
  beforeAll(async () => {
    browser = await browsing.launch();
    stub = await startStub(inject('builtPage'));
  });
  afterAll(async () => {
    await browser?.close();
    await stub?.close();
  });
  beforeEach(() => {
    complaints = [];
    stub.checks = checks;
    stub.metrics.reset();
  });
  afterEach(async () => {
    await context?.close();
    expect(complaints).toEqual([]);
  });

  test('each place is marked while one is in it, and its heading has the focus', async () => {
    await open('/');
    const nav = page.getByRole('navigation', { name: 'Main' });
    for (const name of ['Incidents', 'Uplinks', 'Dashboards', 'Performance', 'Cluster', 'Settings']) {
      await nav.getByRole('link', { name }).click();
      await expect.poll(() => nav.locator('[aria-current=page]').innerText()).toContain(name);
      await expect.poll(focused).toBe('H1');
    }
    await page.getByRole('navigation', { name: 'Settings' }).getByRole('link', { name: 'Configuration' }).click();
    await page.getByRole('textbox', { name: 'Document (YAML)' }).waitFor();
    expect(await nav.locator('[aria-current=page]').innerText()).toContain('Settings');
  });

  test('on a narrow screen a menu by thumb and by keyboard', async () => {
    await open('/', { width: 360 });
    const button = page.getByRole('button', { name: 'Menu' });
    expect(await page.getByRole('link', { name: 'Dashboards' }).isVisible()).toBe(false);
    await button.focus();
    await page.keyboard.press('Enter');
    expect(await button.getAttribute('aria-expanded')).toBe('true');
    await picture('menu-narrow');
    expect(await browsing.findings(page)).toEqual([]);
    const size = await page.getByRole('link', { name: 'Dashboards' }).boundingBox();
    expect(size?.height).toBeGreaterThanOrEqual(44);
    await page.keyboard.press('Escape');
    expect(await button.getAttribute('aria-expanded')).toBe('false');
    expect(await page.evaluate<string>('document.activeElement.getAttribute("aria-label")')).toBe('Menu');
    await button.click();
    await page.getByRole('link', { name: 'Dashboards' }).click();
    await page.getByRole('heading', { name: 'Dashboards' }).waitFor();
    expect(await button.getAttribute('aria-expanded')).toBe('false');
  });

  test('every place fits into the row, or all are behind the menu, at any width', async () => {
    await open('/flows');
    const wider: string[] = [];
    for (let width = 1000; width <= 1580; width += 20) {
      await page.setViewportSize({ width, height: 800 });
      await page.evaluate('new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))');
      const pixels = await browsing.overflow(page);
      if (pixels > 0) wider.push(`${width}: ${pixels}`);
    }
    expect(wider).toEqual([]);
  });

  test.each(['light', 'dark'] as const)('the palette leads anywhere by keyboard, %s', async (scheme) => {
    await open('/incidents', { scheme });
    await page.keyboard.press('Control+k');
    const field = palette();
    await field.waitFor();
    await picture(`palette-${scheme}`);
    expect(await browsing.findings(page)).toEqual([]);
    await field.fill('offic');
    await expect.poll(() => option().innerText()).toMatch(/^Office\s*Dashboard/);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Office', exact: true }).waitFor();
    await page.keyboard.press('Control+k');
    await palette().fill('upisp1');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'uplink-isp1' }).waitFor();
    expect(await focused()).toBe('H1');
  });

  test('the palette walks with the arrows, finds nothing politely, and leaves by Escape', async () => {
    await open('/');
    await page.getByRole('button', { name: 'Search' }).click();
    await palette().waitFor();
    const first = await option().innerText();
    await page.keyboard.press('ArrowUp');
    await expect.poll(() => option().innerText()).not.toBe(first);
    await page.keyboard.press('ArrowDown');
    await expect.poll(() => option().innerText()).toBe(first);
    await palette().fill('qqqqqq');
    await page.getByText('Nothing is called so.').waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(() => page.getByRole('dialog').count()).toBe(0);
    await page.keyboard.press('Control+k');
    await palette().fill('dark app');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.evaluate<string>('document.documentElement.dataset.theme')).toBe('dark');
  });

  test('the palette finds one of ten thousand checks', async () => {
    stub.checks = manyChecks(10_000);
    await open('/');
    await page.getByText('10,000 of 10,000 checks').waitFor({ timeout: 30_000 });
    await page.keyboard.press('Control+k');
    await palette().fill('host09876');
    await expect.poll(() => option().innerText()).toContain('host-09876');
  });

  test('settings: the theme is chosen and remembered, and about says which watcher this is', async () => {
    await open('/settings');
    await page.getByLabel('Dark', { exact: true }).check();
    await picture('settings-dark');
    expect(await browsing.findings(page)).toEqual([]);
    await page.reload();
    await expect.poll(() => page.getByLabel('Dark', { exact: true }).isChecked()).toBe(true);
    await page.getByRole('link', { name: 'About' }).click();
    await page.getByText('office-1').waitFor();
    expect(await browsing.findings(page)).toEqual([]);
  });

  test('printed, a page has its content and none of the frame', async () => {
    await open('/dashboards/office');
    await page.locator('.uplot canvas').first().waitFor();
    await page.emulateMedia({ media: 'print' });
    expect(await page.locator('.top').isVisible()).toBe(false);
    expect(await page.locator('.uplot canvas').first().isVisible()).toBe(true);
  });
});
