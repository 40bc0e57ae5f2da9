import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { findings, launch, listen, overflow, pictures, present } from './browsing.ts';
import { hostileNames } from './data.ts';
import { startStub, type Stub } from './stub-api.ts';

/** The view of the uplinks in real Chromium against a stub of the API. */

let browser: Browser;
let stub: Stub;
let context: BrowserContext;
let page: Page;
let complaints: string[];

interface Look {
  scheme?: 'light' | 'dark';
  width?: number;
  height?: number;
  /** So much time goes by quickly, for the charts to fill. */
  passSeconds?: number;
}

async function open(look: Look = {}): Promise<void> {
  context = await browser.newContext({
    colorScheme: look.scheme ?? 'light',
    viewport: { width: look.width ?? 1280, height: look.height ?? 900 },
    reducedMotion: 'reduce',
    locale: 'en-GB',
  });
  page = await context.newPage();
  listen(page, complaints);
  if (look.passSeconds !== undefined) await page.clock.install();
  await page.goto(`${stub.url}/uplinks#token=${stub.token}`);
  await page.getByRole('heading', { name: 'Uplinks', exact: true }).waitFor();
  for (let passed = 0; passed < (look.passSeconds ?? 0); passed += 2) {
    const read = page.waitForResponse((response) => response.url().endsWith('/api/v1/uplinks'));
    await page.clock.fastForward(2000);
    await read;
  }
}

const picture = (name: string, fullPage = false) => page.screenshot({ path: `${pictures}/${name}.png`, fullPage });
const card = (name: string) => page.getByRole('region', { name, exact: true });

describe.skipIf(!present)('the view of the uplinks', () => {
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
    stub.uplinks.reset();
    stub.changes.length = 0;
  });
  afterEach(async () => {
    await context?.close();
    expect(complaints).toEqual([]);
  });

  test('who carries what, each state in words with its reason, figures against the usual', async () => {
    await open({ passSeconds: 150, height: 1000 });
    const ways = page.getByRole('region', { name: 'Who carries the traffic' });
    await expect
      .poll(() => ways.getByRole('listitem').allInnerTexts())
      .toEqual([
        expect.stringMatching(/IPv4\s*isp2\s*Up\s*spare\s*Held\s*isp1\s*Dead/),
        expect.stringMatching(/IPv6\s*isp2\s*Up\s*isp1\s*Bad/),
      ]);
    expect(await card('isp1').innerText()).toMatch(
      /IPv4\s*Dead[\s\S]*no answer to 9 probes in 63 ms[\s\S]*ping\s*large packets\s*TCP/,
    );
    expect(await card('isp2').innerText()).toMatch(/carries new connections[\s\S]*usually 14\.1 ms/);
    expect(await card('spare').innerText()).toMatch(/Held[\s\S]*Hold left\s*7s/);
    await card('isp2')
      .getByRole('img', { name: /Round trip and loss of isp2 over IPv4.*ms to .*ms/ })
      .waitFor();
    const line = await card('isp2').locator('.uplink-line').first().getAttribute('d');
    expect(line?.split('L').length).toBeGreaterThan(50);
    await picture('uplinks-light', true);
    expect(await findings(page)).toEqual([]);
  });

  test('the one that contradicts the verdict stands first, with its reason', async () => {
    await open();
    const opinions = page.getByRole('list', { name: 'Opinions on isp1 over IPv4' });
    expect(await opinions.getByRole('listitem').first().innerText()).toMatch(
      /oslo-1\s*Up, contradicts\s*answers as usual/,
    );
    await page
      .getByRole('list', { name: 'Opinions on spare over IPv4' })
      .getByText(/is not heard/)
      .waitFor();
    await card('isp1').getByRole('link', { name: 'incident inc-1203' }).waitFor();
  });

  test('what changes shows when the watcher tells of it, and not only at the next reading', async () => {
    await open({ passSeconds: 2 });
    await page.clock.pauseAt(Date.now() + 60_000);
    const ways = page.getByRole('region', { name: 'Who carries the traffic' });
    const readings: string[] = [];
    const isReading = (response: { url(): string }) => response.url().endsWith('/api/v1/uplinks');
    page.on('response', (response) => isReading(response) && readings.push(response.url()));
    // How long a reading takes is up to the machine, so time passes in steps until there is one.
    for (let step = 0; readings.length === 0 && step < 100; step++) {
      await page.clock.runFor(100);
      await sleep(50);
    }
    const before = readings.length;
    expect(before).toBeGreaterThan(0);
    stub.uplinks.status.serving = [{ family: 4, uplinks: ['spare'] }];
    stub.tellUplinks();
    // All together less than the time between two readings; how long the word takes is up to the machine.
    for (let passedMs = 0; readings.length === before && passedMs < 800; passedMs += 10) {
      await sleep(100);
      await page.clock.runFor(10);
    }
    expect(readings.length).toBeGreaterThan(before);
    await page.clock.runFor(100);
    await ways.getByText(/IPv4\s*spare/).waitFor();
  });

  test('switches: why, each step, what would have been without, commands and evidence', async () => {
    await open({ height: 1200 });
    const first = page.locator('.switch').first();
    await first.getByText('IPv4: from isp1 to isp2').waitFor();
    expect(await first.innerText()).toMatch(/no answer to 9 probes[\s\S]*no way for 92\.7 ms[\s\S]*1 s to 6 s/);
    expect(await first.locator('.step-word').allInnerTexts()).toEqual([
      expect.stringContaining('29.2 ms'),
      expect.stringContaining('63.2 ms'),
      expect.stringContaining('0.31 ms'),
      expect.stringContaining('2.09 ms'),
    ]);
    await first.getByText('1 command').click();
    await first.getByText('ip -4 route replace').waitFor();
    await first.getByText('Evidence').click();
    await first.getByRole('row', { name: /isp1.*Dead.*100%/ }).waitFor();
    await page.getByText('would not have noticed.').waitFor();
    await page.getByText('the kernel has no route to 192.0.2.1').waitFor();
    await inView('#switches-title');
    await picture('uplinks-switches');
    expect(await findings(page)).toEqual([]);
    expect(await page.locator('.switch').count()).toBe(10);
    await page.getByRole('button', { name: 'Show older ones' }).click();
    await expect.poll(() => page.locator('.switch').count()).toBe(20);
  });

  test('switching: first what would be done, then what it means, then it is done; and back', async () => {
    await open();
    await card('spare').getByRole('button', { name: 'Switch to spare…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Switch to spare?' });
    await dialog.getByText('IPv4: new connections go out over spare, no longer over isp2.').waitFor();
    await dialog.getByText('TCP connections that are open stay on isp2 until they end.').waitFor();
    await dialog.getByText('spare is not up over IPv4').waitFor();
    await dialog.getByText('ip -4 route replace default dev wan-spare').waitFor();
    expect(stub.changes.at(-1)?.body).toEqual({ uplink: 'spare', dryRun: true });
    await picture('uplinks-switch-dialog');
    expect(await findings(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Switch now' }).click();
    await dialog.getByText('IPv4: over spare after 0.42 ms, and the kernel confirms it.').waitFor();
    expect(stub.changes.at(-1)?.body).toEqual({ uplink: 'spare', dryRun: false });
    await page.keyboard.press('Escape');
    await expect.poll(() => page.getByRole('dialog').count()).toBe(0);
    await card('spare').getByText('chosen by an operator').waitFor();
    await page.getByRole('button', { name: 'Automatic again…' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Automatic again' }).click();
    await page.getByRole('dialog').getByText('over isp2').waitFor();
    expect(stub.changes.at(-1)?.body).toEqual({ uplink: null, dryRun: false });
  });

  test('a drill: what it means, how long, a countdown, and a refusal in words', async () => {
    for (const { families } of stub.uplinks.status.uplinks) for (const family of families) family.state = 'up';
    await open();
    await page.getByText('No drill has passed in the last 30 days of:').waitFor();
    await card('isp1').getByRole('button', { name: 'Drill isp1…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Fail isp1 on purpose?' });
    await dialog.getByLabel('For').selectOption({ label: '30s' });
    await picture('uplinks-drill-dialog');
    expect(await findings(page)).toEqual([]);
    const other = { id: 'x', uplink: 'isp2', startedAt: new Date().toISOString(), endsAt: new Date().toISOString() };
    stub.uplinks.status.drill = { ...other, by: 'operator omar' };
    await dialog.getByRole('button', { name: 'Fail it now' }).click();
    await dialog.getByRole('alert').getByText('A drill of isp2 is running').waitFor();
    delete stub.uplinks.status.drill;
    await dialog.getByRole('button', { name: 'Fail it now' }).click();
    await page.getByText(/^Drill: isp1 is failed on purpose/).waitFor();
    expect(stub.changes.at(-1)?.body).toEqual({ uplink: 'isp1', forMs: 30_000 });
    await page
      .getByRole('timer')
      .getByText(/\d+s left/)
      .waitFor();
    await picture('uplinks-drill');
    expect(await findings(page)).toEqual([]);
  });

  test('what is not up, or alone, cannot be failed on purpose, and the button says why', async () => {
    await open();
    const drill = (name: string) => card(name).getByRole('button', { name: `Drill ${name}…` });
    await drill('isp2').waitFor();
    expect(await drill('isp2').isDisabled()).toBe(true);
    expect(await drill('isp2').getAttribute('title')).toMatch(/No other uplink is up/);
    expect(await drill('isp1').getAttribute('title')).toMatch(/It is not up/);
  });

  test('a viewer looks and is told so; what this machine lacks stands above', async () => {
    stub.role = 'viewer';
    stub.uplinks.status.here.problems = ['no connection tracking: modprobe nf_conntrack, or run as root'];
    stub.uplinks.status.here.waitingRecords = 2;
    await open();
    await page.getByRole('alert').getByText('no connection tracking: modprobe nf_conntrack').waitFor();
    await page.getByText('2 switches are not recorded in the ledger yet').waitFor();
    await page.getByText('Your token may look, not act.').waitFor();
    const buttons = page.locator('.uplink-buttons button');
    expect(await buttons.count()).toBe(6);
    for (const button of await buttons.all()) expect(await button.isDisabled()).toBe(true);
    await picture('uplinks-viewer');
    expect(await findings(page)).toEqual([]);
  });

  test('without uplinks: an example, the guide, and the way to the configuration', async () => {
    stub.uplinks.status.uplinks = [];
    await open();
    await page.getByText('No uplinks are configured.').waitFor();
    await page.getByText('gateway: 192.168.76.1').waitFor();
    const guide = await page.getByRole('link', { name: 'Guide: uplinks and failover' }).getAttribute('href');
    expect(await (await context.request.get(stub.url + guide)).text()).toMatch(/^# Uplinks and failover/);
    await picture('uplinks-empty');
    expect(await findings(page)).toEqual([]);
    await page.getByRole('link', { name: 'Open the configuration' }).click();
    await page.getByRole('heading', { name: 'Configuration' }).waitFor();
  });

  test('by keyboard alone: there, into a question, out of it, and back where one was', async () => {
    await open();
    await page.keyboard.press('g');
    await page.keyboard.press('o');
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    await page.keyboard.press('g');
    await page.keyboard.press('u');
    await page.getByRole('heading', { name: 'Uplinks', exact: true }).waitFor();
    const button = card('spare').getByRole('button', { name: 'Switch to spare…' });
    await button.focus();
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Switch now' }).waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(() => page.getByRole('dialog').count()).toBe(0);
    expect(await page.evaluate<string>('document.activeElement.textContent')).toBe('Switch to spare…');
    expect(stub.changes.filter(({ body }) => (body as { dryRun?: boolean }).dryRun === false)).toEqual([]);
  });

  test.each([1280, 360])('hostile names and endless texts stay text and stay inside %d pixels', async (width) => {
    const { status } = stub.uplinks;
    status.uplinks.forEach((uplink, index) => {
      const [before, name] = [uplink.name, hostileNames[index] ?? ''];
      uplink.name = name;
      for (const family of uplink.families) {
        family.uplink = name;
        family.reason = 'no-answer-'.repeat(40);
        for (const opinion of family.opinions) opinion.watcher = `${opinion.watcher}${'x'.repeat(80)}`;
      }
      for (const one of status.serving) one.uplinks = one.uplinks.map((other) => (other === before ? name : other));
    });
    status.here.problems = [`missing: ${'/very/long/path'.repeat(30)}`];
    const [first] = stub.uplinks.switches;
    if (first) Object.assign(first, { from: hostileNames.slice(0, 1), to: hostileNames.slice(2), by: 'y'.repeat(200) });
    await open({ width, height: 900 });
    await page.locator('.switch').first().waitFor();
    expect(await page.locator('img').count()).toBe(0);
    await picture(`uplinks-hostile-${width}`, true);
    expect(await overflow(page)).toBeLessThanOrEqual(0);
    await page.locator('.uplink-buttons button:enabled').first().click();
    await page.getByRole('dialog').getByText('What will happen').waitFor();
    expect(
      await page.evaluate<number>(
        "document.querySelector('dialog').scrollWidth - document.querySelector('dialog').clientWidth",
      ),
    ).toBeLessThanOrEqual(0);
    const stays = page.getByRole('listitem').filter({ hasText: 'TCP connections that are open stay on' });
    expect(await stays.innerText()).toContain(`\u2068${hostileNames[1]}\u2069 until they end.`);
    await picture(`uplinks-hostile-dialog-${width}`);
  });

  test('dark, and on a phone', async () => {
    await open({ scheme: 'dark', passSeconds: 150 });
    await picture('uplinks-dark', true);
    expect(await findings(page)).toEqual([]);
    await context.close();
    await open({ width: 360, height: 780, passSeconds: 60 });
    await picture('uplinks-narrow', true);
    expect(await overflow(page)).toBeLessThanOrEqual(0);
    expect(await findings(page)).toEqual([]);
    await card('isp2')
      .getByRole('button', { name: /isp2…$/ })
      .first()
      .click();
    await page.getByRole('dialog').getByText('What will happen').waitFor();
    await picture('uplinks-narrow-dialog');
    expect(await overflow(page)).toBeLessThanOrEqual(0);
  });
});

/** Puts an element at the top of the window, below the bar. */
const inView = (selector: string) =>
  page.evaluate<void>(`document.querySelector(${JSON.stringify(selector)}).scrollIntoView()`);
