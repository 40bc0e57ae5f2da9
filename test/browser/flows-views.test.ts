import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { downloaded, findings, launch, listen, overflow, pictures, present } from './browsing.ts';
import { startStub, type Stub } from './stub-api.ts';

/** Views of traffic under names, in real Chromium. Pictures end up in test-output/. */

let browser: Browser;
let stub: Stub;
let context: BrowserContext;
let page: Page;
let complaints: string[];

async function open(path: string, look: { scheme?: 'light' | 'dark'; width?: number } = {}) {
  context = await browser.newContext({
    colorScheme: look.scheme ?? 'light',
    viewport: { width: look.width ?? 1280, height: 1000 },
    reducedMotion: 'reduce',
    locale: 'en-GB',
    acceptDownloads: true,
  });
  page = await context.newPage();
  listen(page, complaints);
  await page.goto(`${stub.url}${path}#token=${stub.token}`);
  await page.getByRole('heading', { level: 1 }).waitFor();
}

const address = () => new URL(page.url()).searchParams;
const menu = () => page.locator('summary').filter({ hasText: /^Views$/ });
const item = (name: string) => page.locator('.ready-menu li').filter({ hasText: name });
const filter = () => page.getByLabel('Filter expression');

describe.skipIf(!present)('views of traffic under names', () => {
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
    stub.flows.reset();
    stub.views.reset();
    stub.role = 'admin';
  });
  afterEach(async () => {
    await context?.close();
    expect(complaints).toEqual([]);
  });

  test('what is on screen is saved under a name, and is there again after it was left', async () => {
    await open('/flows?view=client-server&where=server%3D10.0.0.80&compare=1d&range=6h');
    await page.getByRole('button', { name: 'Save as…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Title').fill('Who uses the shop?');
    expect(await dialog.getByLabel('Name in addresses and files').inputValue()).toBe('who-uses-the-shop');
    expect(await findings(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('View Who uses the shop?').waitFor();
    expect(stub.views.saved.find(({ name }) => name === 'who-uses-the-shop')?.document).toEqual({
      version: 1,
      name: 'who-uses-the-shop',
      title: 'Who uses the shop?',
      view: 'client-server',
      filter: 'server host 10.0.0.80',
      compare: '1d',
      range: '6h',
    });
    await page.getByRole('link', { name: 'Uplinks' }).click();
    await page.getByRole('link', { name: 'Traffic' }).click();
    expect(address().has('filter')).toBe(false);
    await menu().click();
    await page.getByRole('link', { name: /^Who uses the shop/ }).click();
    await expect.poll(() => filter().inputValue()).toBe('server host 10.0.0.80');
    expect(address().get('compare')).toBe('1d');
    await page.locator('.open-view').getByText('by maria').waitFor();
  });

  test('what was changed since is said, and saved in place of what was', async () => {
    await open('/flows?saved=web&filter=server+host+10.0.0.80');
    await page.getByText('View The web server').waitFor();
    expect(await page.getByText('Changed since it was opened.').count()).toBe(0);
    await page.getByRole('group', { name: 'Measure' }).getByRole('button', { name: 'Packets' }).click();
    await page.getByText('Changed since it was opened.').waitFor();
    await page.screenshot({ path: `${pictures}/flows-view-changed.png` });
    await page.getByRole('button', { name: 'Save the changes' }).click();
    await page.getByText('Changed since it was opened.').waitFor({ state: 'detached' });
    expect(stub.views.saved.find(({ name }) => name === 'web')?.document).toMatchObject({
      description: 'Who talks to it',
      measure: 'packets',
    });
  });

  test('a view is renamed where it stands; names of others are not taken', async () => {
    await open('/flows?saved=web&filter=server+host+10.0.0.80');
    await menu().click();
    await item('The web server').getByRole('button', { name: 'Rename: The web server' }).click();
    const dialog = page.getByRole('dialog');
    const name = dialog.getByLabel('Name in addresses and files');
    const rename = dialog.getByRole('button', { name: 'Rename' });
    for (const taken of ['old', 'cost']) {
      await name.fill(taken);
      await dialog.getByText('There is a view of this name.').waitFor();
      expect(await rename.isDisabled()).toBe(true);
    }
    await name.fill('shop');
    await dialog.getByLabel('Title').fill('The shop');
    await rename.click();
    await page.getByText('View The shop').waitFor();
    expect(address().get('saved')).toBe('shop');
    expect(stub.views.saved.map((one) => one.name)).toEqual(['old', 'shop']);
    expect(stub.views.saved[1]?.document).toMatchObject({ description: 'Who talks to it' });
  });

  test('one that can no longer be read is listed with the reason, and taken away', async () => {
    await open('/flows');
    await menu().click();
    const old = item('Of an older version');
    await old.getByText(/Cannot be shown: filter: column 16: expected/).waitFor();
    await old.getByText('by olga').waitFor();
    expect(await findings(page)).toEqual([]);
    await page.screenshot({ path: `${pictures}/flows-views.png` });
    await old.getByRole('button', { name: 'Delete: Of an older version' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await menu().click();
    await expect.poll(() => item('Of an older version').count()).toBe(0);
  });

  test('files go out and in', async () => {
    await open('/flows');
    await menu().click();
    const { name, content } = await downloaded(page, () =>
      item('The web server').getByRole('button', { name: 'Export: The web server' }).click(),
    );
    expect(name).toBe('web.traffic.yaml');
    expect(content.toString()).toContain('filter: server host 10.0.0.80');
    const give = async (text: string) => {
      const choosing = page.waitForEvent('filechooser');
      await page.getByRole('button', { name: 'Import a file' }).click();
      await (await choosing).setFiles({ name: 'mail.yaml', mimeType: 'application/yaml', buffer: Buffer.from(text) });
    };
    await give('title: Mail\n');
    await page.getByText('This file is no view of traffic: it has no name').waitFor();
    await give('name: mail\ntitle: Mail\nfilter: prot 25\n');
    await page.getByRole('alert').getByText('the view of traffic has 1 error').waitFor();
    await give('name: mail\ntitle: Mail\nfilter: port 25\n');
    await page.getByText('View Mail').waitFor();
    expect(await filter().inputValue()).toBe('port 25');
    complaints = complaints.filter((text) => !text.includes('422'));
  });

  test('who may only look opens views, and changes none', async () => {
    stub.role = 'viewer';
    await open('/flows');
    await menu().click();
    await item('The web server').getByRole('link').waitFor();
    for (const name of ['Save as…', 'Import a file', /^Rename/, /^Delete/])
      expect(await page.getByRole('button', { name }).count()).toBe(0);
    expect(await page.getByRole('button', { name: /^Export/ }).count()).toBe(2);
  });

  test.each([
    ['light', 390],
    ['dark', 390],
    ['dark', 1280],
  ] as const)('fits and reads well: %s, %i wide', async (scheme, width) => {
    await open('/flows?saved=web&filter=server+host+10.0.0.80&measure=packets', { scheme, width });
    await page.getByText('Changed since it was opened.').waitFor();
    await menu().click();
    expect(await overflow(page)).toBe(0);
    expect(await findings(page)).toEqual([]);
    await page.screenshot({ path: `${pictures}/flows-views-${scheme}-${width}.png` });
  });
});
