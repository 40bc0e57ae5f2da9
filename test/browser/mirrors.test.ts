import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { downloaded, findings, launch, listen, overflow, pictures, present } from './browsing.ts';
import { startStub, type Stub } from './stub-api.ts';

/** The view of packet mirroring in real Chromium. Pictures end up in test-output/. */

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

const item = (id: string) => page.locator('.mirror').filter({ hasText: `Mirror ${id} ` });
const said = () => stub.changes.filter(({ path }) => path.includes('/mirrors'));

describe.skipIf(!present)('the view of packet mirroring', () => {
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
    stub.mirrors.reset();
    stub.changes.length = 0;
    stub.role = 'admin';
    stub.configure('site: office\nmirrors: {}\nwatch: []\n');
  });
  afterEach(async () => {
    await context?.close();
    expect(complaints).toEqual([]);
  });

  test('what another person proposed is approved, what is one’s own is not', async () => {
    await open('/mirrors');
    const own = item('18').getByRole('button', { name: 'Approve' });
    await own.waitFor();
    expect(await own.isDisabled()).toBe(true);
    await item('18').getByText('You proposed it: another person approves it.').waitFor();
    await item('19').getByText('Lapses in').waitFor();
    await item('19').getByRole('button', { name: 'Approve' }).click();
    await item('19').getByText('approved', { exact: true }).waitFor();
    await item('19').getByText('Ends in').waitFor();
    await item('18').getByRole('button', { name: 'Withdraw' }).click();
    await item('18').getByText('withdrawn', { exact: true }).waitFor();
    expect(said().map(({ path }) => path)).toEqual(['/api/v1/mirrors/19/approve', '/api/v1/mirrors/18/stop']);
  });

  test('shows what is captured, and stops it', async () => {
    await open('/mirrors');
    await item('17').getByText('12,345 packets, 2 lost').waitFor();
    await item('17').getByText('10.1.0.2/32, icmp').waitFor();
    await item('17').getByRole('button', { name: 'Stop' }).click();
    await expect.poll(() => said().map(({ path }) => path)).toEqual(['/api/v1/mirrors/17/stop']);
  });

  test('whoever reads says what for, and stands among the readers', async () => {
    await open('/mirrors');
    await item('16').getByRole('button', { name: 'Read packets…' }).click();
    const dialog = page.getByRole('dialog');
    const get = dialog.getByRole('button', { name: 'Download' });
    expect(await get.isDisabled()).toBe(true);
    await dialog.getByLabel('What for').fill('ticket 4711');
    const { name, content } = await downloaded(page, () => get.click());
    expect(name).toBe('mirror-16.pcapng');
    expect(content.toString()).toContain('ticket 4711');
    const read = { mirror: '16', watcher: 'office-1', by: 'maria', why: 'ticket 4711', files: [] };
    stub.emit({ kind: 'mirror-read', text: 'packets of mirror 16 read by maria: ticket 4711', body: read });
    stub.emit({ kind: 'mirror-read', text: 'of another', body: { ...read, mirror: '17' } });
    await item('16').getByText('Who read it').click();
    await item('16').getByText('packets of mirror 16 read by maria: ticket 4711').waitFor();
    expect(await page.getByText('of another').count()).toBe(0);
  });

  test('a proposal is looked at before anybody is asked, and what is wrong with it is said', async () => {
    await open('/mirrors');
    await page.getByRole('button', { name: 'Propose a mirror' }).click();
    const dialog = page.getByRole('dialog');
    const send = dialog.getByRole('button', { name: 'Propose', exact: true });
    expect(await send.isDisabled()).toBe(true);
    await dialog.getByLabel('Purpose').fill('IDS on trial');
    await dialog.getByLabel('Interfaces').fill('eth9');
    await dialog.getByLabel('Networks').fill('10.1.0.0/24');
    await send.click();
    await dialog.getByRole('alert').getByText('there is no interface eth9').waitFor();
    complaints = complaints.filter((text) => !text.includes('409'));
    await dialog.getByLabel('Interfaces').fill('eth0');
    await dialog.getByLabel('Collector').selectOption('vxlan');
    await dialog.getByLabel('Address').fill('10.3.0.2');
    await dialog.getByRole('button', { name: 'What would it do?' }).click();
    await dialog.getByText('capture eth0 into a ring of 16 files').waitFor();
    expect(await findings(page)).toEqual([]);
    await page.screenshot({ path: `${pictures}/mirrors-propose.png` });
    await send.click();
    await item('20').getByText('another machine, by VXLAN: 10.3.0.2 (VNI 1)').waitFor();
    expect(await page.getByRole('dialog').count()).toBe(0);
  });

  test('says how to switch it on, and lets viewers only look', async () => {
    stub.configure('site: office\nwatch: []\n');
    await open('/mirrors');
    await page.getByText('Packet mirroring is switched off.').waitFor();
    expect(await page.getByRole('button', { name: 'Propose a mirror' }).count()).toBe(0);
    await context.close();
    stub.configure('site: office\nmirrors: {}\nwatch: []\n');
    stub.role = 'viewer';
    await open('/mirrors');
    await item('17').waitFor();
    for (const name of ['Approve', 'Stop', 'Read packets…', 'Propose a mirror'])
      expect(await page.getByRole('button', { name }).count()).toBe(0);
  });

  test.each([
    ['light', 1280],
    ['dark', 1280],
    ['light', 390],
    ['dark', 390],
  ] as const)('fits and reads well: %s, %i wide', async (scheme, width) => {
    await open('/mirrors', { scheme, width });
    await item('16').waitFor();
    expect(await overflow(page)).toBe(0);
    expect(await findings(page)).toEqual([]);
    await page.screenshot({ path: `${pictures}/mirrors-${scheme}-${width}.png`, fullPage: true });
  });
});
