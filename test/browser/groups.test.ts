import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { findings, launch, listen, overflow, pictures, present } from './browsing.ts';
import * as data from './data.ts';
import { startStub, type Stub } from './stub-api.ts';

/** Groups, and checks as every location sees them, in real Chromium. */

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
  });
  page = await context.newPage();
  listen(page, complaints);
  const group = data.group(stub.checks);
  await page.route(/\/api\/v1\/groups/, (route) =>
    route.fulfill({
      json: route.request().url().endsWith('/groups') ? { items: look.none === true ? [] : [group] } : group,
    }),
  );
  await page.goto(`${stub.url}${path}#token=${stub.token}`);
  await page.getByRole('heading', { level: 1 }).waitFor();
}

describe.skipIf(!present)('the views of groups', () => {
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

  test('from the overview to a group to a check, with the keyboard', async () => {
    await open('/');
    await page.getByRole('link', { name: 'Groups' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Groups' }).waitFor();
    await page.getByRole('link', { name: 'web shops' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'web shops' }).waitFor();
    const heads = await page.getByRole('columnheader').allInnerTexts();
    expect(heads).toEqual(['Check', 'Host', 'Verdict', 'office-1', 'office-2', 'cloud-1', 'cloud-2']);
    await page.getByText('3 more checks are not shown.').waitFor();
    const [first] = data.group(stub.checks).checks;
    await page
      .getByRole('rowheader', { name: first?.check ?? '' })
      .getByRole('link')
      .click();
    await page.getByRole('heading', { level: 1, name: first?.check ?? '' }).waitFor();
  });

  test('a check says who disagrees from where, and why', async () => {
    const up = stub.checks.find(({ verdict, disabled }) => verdict === 'up' && !disabled);
    await open(`/checks/${encodeURIComponent(up?.name ?? '')}`);
    const rows = page.getByRole('region', { name: 'From every location' }).getByRole('row');
    await rows.first().waitFor();
    const texts = await rows.allInnerTexts();
    expect(texts.find((text) => text.startsWith('cloud-1'))).toMatch(/no connection within 3s[\s\S]*disagrees/);
    expect(texts.find((text) => text.startsWith('cloud-2'))).toContain('not heard');
  });

  test('without groups it says what to do', async () => {
    await open('/groups', { none: true });
    await page.getByText('No groups').waitFor();
  });

  test.each(['light', 'dark'] as const)('has no serious finding of axe, in %s, wide and narrow', async (scheme) => {
    for (const [path, width] of [
      ['/groups', 1280],
      ['/groups', 360],
      ['/groups/web%20shops', 1280],
      ['/groups/web%20shops', 360],
    ] as const) {
      await open(path, { scheme, width });
      await page.getByRole('table').waitFor();
      expect(await findings(page), `${path} ${width}`).toEqual([]);
      expect(await overflow(page), `${path} ${width}`).toBe(0);
      await page.screenshot({ path: `${pictures}/groups${path.length > 8 ? '-one' : ''}-${width}-${scheme}.png` });
      await context.close();
    }
  });
});
