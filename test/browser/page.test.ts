import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import * as browsing from './browsing.ts';
import { checks, hostileNames, incidents, manyChecks } from './data.ts';
import { startStub, type Stub } from './stub-api.ts';

/** The built page in real Chromium against a stub of the API. Pictures of every view end up in test-output/. */

const { pictures, present } = browsing;

let browser: Browser;
let stub: Stub;
let context: BrowserContext;
let page: Page;
/** Errors of the page and refusals by the content security policy; each test must end without any. */
let complaints: string[];

interface Look {
  scheme?: 'light' | 'dark';
  width?: number;
  height?: number;
  calm?: boolean;
}

async function open(path: string, look: Look = {}): Promise<void> {
  context = await browser.newContext({
    colorScheme: look.scheme ?? 'light',
    viewport: { width: look.width ?? 1280, height: look.height ?? 900 },
    reducedMotion: 'reduce',
    locale: 'en-GB',
  });
  page = await context.newPage();
  browsing.listen(page, complaints);
  await page.goto(`${stub.url}${path}#token=${stub.token}`);
}

const picture = (name: string) => page.screenshot({ path: `${pictures}/${name}.png` });
const rowNames = () => page.locator('.check-link').allInnerTexts();
const tile = (word: string) => page.getByRole('button', { name: new RegExp(`^${word}`) });

const findings = () => browsing.findings(page);
/** A figure or word that an expression yields inside the page; as text, since the tests know no document. */
const inPage = <Answer>(expression: string) => page.evaluate<Answer>(expression);
const overflow = () => browsing.overflow(page);

describe.skipIf(!present)('the page', () => {
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
    stub.incidents = incidents();
    stub.changes.length = 0;
    stub.offline = false;
  });
  afterEach(async () => {
    await context?.close();
    expect(complaints).toEqual([]);
  });

  test('takes the token from the fragment and out of the address bar', async () => {
    await open('/');
    await page.locator('.check-link').first().waitFor();
    expect(page.url()).toBe(`${stub.url}/`);
    expect(stub.changes[0]).toMatchObject({ method: 'POST', path: '/api/v1/session', header: '1' });
  });

  test('asks for a token, says when it is wrong, and lets in with the right one', async () => {
    context = await browser.newContext();
    page = await context.newPage();
    await page.goto(`${stub.url}/incidents`);
    await page.getByRole('button', { name: 'Sign in with a token' }).click();
    await page.getByLabel('Token').fill('wrong');
    await page.keyboard.press('Enter');
    await page.getByText('This token is not valid').waitFor();
    await picture('sign-in');
    expect(await findings()).toEqual([]);
    await page.getByLabel('Token').fill(stub.token);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByRole('heading', { name: 'Incidents' }).waitFor();
  });

  test('overview: problems first, each state as word and shape, figures, badges', async () => {
    await open('/');
    await page.getByText('Live', { exact: true }).waitFor();
    expect((await rowNames()).slice(0, 5)).toEqual([
      'web-shop',
      'uplink-isp1',
      'resolver-v6',
      'core-switch',
      'camera-roof',
    ]);
    await expect.poll(() => tile('Down').innerText()).toContain('2');
    const row = page.getByRole('row').filter({ hasText: 'web-shop' });
    expect(await row.innerText()).toMatch(/Down[\s\S]*behind[\s\S]*uplink-isp1[\s\S]*No answer within 3 s/);
    expect(await page.getByRole('row').filter({ hasText: 'core-switch' }).innerText()).toContain('flapping');
    await picture('overview-light');
    expect(await findings()).toEqual([]);
  });

  test('filters, search and groups live in the address', async () => {
    await open('/');
    await tile('Down').click();
    await expect.poll(rowNames).toEqual(['web-shop', 'uplink-isp1']);
    expect(page.url()).toContain('verdict=down');
    await page.goBack();
    await page.getByText(`${checks.length} of ${checks.length} checks`).waitFor();
    await page.getByLabel('Search').fill('site=berlin dns');
    await expect.poll(rowNames).toContain('resolver-v6');
    await page.getByLabel('Search').fill('nothing like this');
    await page.getByText('No check matches these filters.').waitFor();
    await page.getByRole('button', { name: 'Clear the filters' }).click();
    await page.getByLabel('Group by').selectOption('site');
    await page.getByRole('button', { name: /site\s*oslo/ }).click();
    expect(await rowNames()).not.toContain('core-switch');
    await picture('overview-grouped');
    await context.close();
    await open('/?group=site&verdict=degraded&sort=name');
    await expect.poll(rowNames).toEqual(['core-switch']);
  });

  test('a verdict that changes shows at once, and an incident is announced', async () => {
    await open('/');
    await page.getByText('Live', { exact: true }).waitFor();
    const reason = { code: 'no-reply', text: 'No reply within 1 s' };
    stub.emit({ kind: 'transition', text: 'git: down', body: { check: 'git', to: 'down', since: Date.now(), reason } });
    const { updates: _, ...incident } = { ...incidents()[0], id: 'inc-9', title: 'git is down' };
    const opened = { ...incident, updates: [{ kind: 'opened' }] };
    stub.emit({ kind: 'incident', text: 'git is down: opened', body: opened });
    await expect.poll(async () => (await rowNames())[0]).toBe('git');
    await page.getByRole('log').getByText('git is down').waitFor();
    await picture('overview-news');
    expect(await findings()).toEqual([]);
  });

  test('says when the watcher is gone, and recovers by itself', async () => {
    await open('/');
    await page.getByText('Live', { exact: true }).waitFor();
    stub.offline = true;
    stub.cutStreams();
    await page.getByText('Reconnecting').waitFor();
    stub.offline = false;
    await page.getByText('Live', { exact: true }).waitFor({ timeout: 20_000 });
  });

  test('check: verdict, chart with table, opinions, evidence, transitions, samples, actions', async () => {
    await open('/checks/uplink-isp1', { height: 1900 });
    await page.locator('.uplot canvas').waitFor();
    await page.getByText('3 of 4 needed').waitFor();
    await page.getByRole('link', { name: 'uplink-isp1 is down: no reply from any of 3 anchors' }).waitFor();
    await page.getByText('Rule bft: 3 of 4 watchers have to agree; 3 did.').waitFor();
    await page.getByRole('row').filter({ hasText: 'Fail' }).first().waitFor();
    await page.locator('.evidence-opinion summary').first().click();
    await page.getByText('loss-percent', { exact: true }).first().waitFor();
    await page.getByText('The program ended with code 1').waitFor();
    await picture('check-light');
    await page.getByText('The same figures as a table').click();
    await page.getByRole('rowheader').first().waitFor();
    expect(await findings()).toEqual([]);
  });

  test('check: the range is in the address, dragging zooms, a button leads back', async () => {
    await open('/checks/gateway?range=6h');
    expect(await page.getByRole('button', { name: '6 h' }).getAttribute('aria-pressed')).toBe('true');
    const box = await page.locator('.u-over').boundingBox();
    if (!box) throw new Error('the chart has no size');
    await page.mouse.move(box.x + 100, box.y + 80);
    await page.mouse.down();
    await page.mouse.move(box.x + 260, box.y + 90, { steps: 4 });
    await page.mouse.up();
    await expect.poll(() => page.url()).toMatch(/from=.*to=/);
    await page.getByRole('button', { name: 'Back to live' }).click();
    await expect.poll(() => page.url()).not.toContain('from=');
  });

  test('check: live samples join the list without a new reading', async () => {
    await open('/checks/gateway');
    const first = page.locator('.samples tbody time').first();
    await first.waitFor();
    const before = await first.getAttribute('datetime');
    // One comes each second: to wait no longer than that would be a coin toss.
    await expect.poll(() => first.getAttribute('datetime'), { timeout: 10_000 }).not.toBe(before);
    expect(await page.locator('.samples tbody tr').count()).toBeLessThanOrEqual(30);
  });

  test('incident: acknowledge, note, status; the change goes out once, with its header', async () => {
    await open('/incidents');
    await page.getByRole('link', { name: /uplink-isp1 is down/ }).waitFor();
    await picture('incidents-light');
    expect(await findings()).toEqual([]);
    await page.getByRole('link', { name: /uplink-isp1 is down/ }).click();
    await page.getByRole('button', { name: 'Acknowledge' }).click();
    await page.locator('.headline').getByText('acknowledged by maria').waitFor();
    await page.getByLabel('Note').fill('Called the ISP <script>alert(1)</script>');
    await page.getByRole('button', { name: 'Add note' }).click();
    await page.locator('.timeline').getByText('Called the ISP <script>').waitFor();
    await page.getByRole('combobox', { name: /^Status/ }).selectOption('identified');
    await page.getByRole('button', { name: 'Set the status' }).click();
    await page.locator('.headline').getByText('Identified').waitFor();
    await page.getByText('Output').click();
    await picture('incident-light');
    expect(await findings()).toEqual([]);
    const posts = stub.changes.filter(({ path }) => path.includes('/incidents/'));
    expect(posts.map(({ path }) => path.split('/').at(-1))).toEqual(['acknowledge', 'notes', 'status']);
    expect(posts.every(({ header }) => header === '1')).toBe(true);
  });

  test('ledger: facts, verification, entries, older ones by link', async () => {
    await open('/ledger');
    await page.getByRole('button', { name: 'Verify the whole ledger' }).click();
    await page.getByText('Sound: 1,2').waitFor();
    await page.getByText('#1,205', { exact: true }).waitFor();
    await picture('ledger-light');
    expect(await findings()).toEqual([]);
    await page.getByRole('button', { name: 'Older' }).click();
    await page.getByRole('heading', { name: /Entries from/ }).waitFor();
    expect(page.url()).toContain('since=');
  });

  test('cluster: health, picture, members, votes with who disagrees, orders to fail', async () => {
    await open('/cluster');
    await page.getByText('The cluster decides: 3 of 4 members are here, 3 needed.').waitFor();
    const picture4 = page.getByRole('img', { name: /office-1: Up, .*oslo-1: Down/ });
    expect(await picture4.locator('circle').count()).toBe(4);
    expect(await picture4.locator('.ring-crown').count()).toBe(1);
    await page.getByRole('row', { name: /oslo-1.*silent for a quorum.*no answer within 5 s/ }).waitFor();
    await page.getByRole('img', { name: 'Executed up to 1,187, between the water marks 1,152 and 1,408' }).waitFor();
    const ballot = page.getByRole('list', { name: 'Votes on gateway' }).first();
    expect(await ballot.locator('.vote').count()).toBe(4);
    expect(await ballot.locator('.vote-against').innerText()).toMatch(/oslo-1\s*Down/);
    await picture('cluster-light');
    expect(await findings()).toEqual([]);
    const orders = page.getByRole('group', { name: 'Orders for berlin-1' });
    await orders.getByRole('button', { name: 'Make it lie' }).click();
    await page.getByText('berlin-1 now says the opposite of what it sees.').waitFor();
    await orders.getByRole('button', { name: 'Heal it' }).waitFor();
    expect(stub.changes.at(-1)?.body).toEqual({ watcher: 'berlin-1', fault: 'lie' });
    await orders.getByRole('button', { name: 'Heal it' }).click();
    await orders.getByRole('button', { name: 'Stop it' }).waitFor();
  });

  test('configuration: errors with their place, a plan, then apply', async () => {
    await open('/configuration');
    const editor = page.getByRole('textbox', { name: 'Document (YAML)' });
    const text = await editor.inputValue();
    await editor.fill(text.replace('interval: 5s', 'intervall: 5s'));
    await page.getByRole('button', { name: 'Plan', exact: true }).click();
    await page.getByRole('button', { name: 'Line 6, column 5' }).click();
    expect(
      await editor.evaluate((area: { value: string; selectionStart: number }) =>
        area.value.slice(area.selectionStart, area.selectionStart + 9),
      ),
    ).toBe('intervall');
    await picture('configuration-error');
    expect(await findings()).toEqual([]);
    await editor.fill(text.replace('interval: 5s', 'interval: 2s'));
    await page.getByRole('button', { name: 'Plan', exact: true }).click();
    await page.getByText('5s').first().waitFor();
    await picture('configuration-plan');
    expect(await findings()).toEqual([]);
    await page.getByRole('button', { name: 'Apply 1 change' }).click();
    await page.getByText('Applied and recorded').waitFor();
    expect(stub.changes.at(-1)).toMatchObject({ method: 'PUT', body: { basedOn: 7 } });
  });

  test('everything by keyboard: skip link, search, rows, open, chords, help', async () => {
    await open('/');
    await page.locator('.check-link').first().waitFor();
    await page.keyboard.press('Tab');
    expect(await inPage<string>('document.activeElement.textContent')).toBe('Skip to the content');
    await page.keyboard.press('/');
    await page.keyboard.type('resolver');
    await expect.poll(rowNames).toEqual(['resolver-v6', 'resolver-1']);
    await page.keyboard.press('Escape');
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await page.keyboard.press('k');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'resolver-v6' }).waitFor();
    expect(await inPage<string>('document.activeElement.tagName')).toBe('H1');
    await page.keyboard.press('g');
    await page.keyboard.press('i');
    await page.getByRole('heading', { name: 'Incidents' }).waitFor();
    await page.keyboard.press('?');
    await page.getByRole('dialog').waitFor();
    await picture('shortcuts');
    await page.keyboard.press('Escape');
    await expect.poll(() => page.getByRole('dialog').count()).toBe(0);
  });

  test('dark, by the system and by the switch, which is remembered', async () => {
    await open('/', { scheme: 'dark' });
    await page.getByText('Live', { exact: true }).waitFor();
    await picture('overview-dark');
    expect(await findings()).toEqual([]);
    await page.goto(`${stub.url}/checks/uplink-isp1`);
    await page.locator('.uplot canvas').waitFor();
    await page.getByText('3 of 4 needed').waitFor();
    await picture('check-dark');
    expect(await findings()).toEqual([]);
    await page.goto(`${stub.url}/incidents/inc-1203`);
    await page.getByRole('button', { name: 'Acknowledge' }).waitFor();
    await picture('incident-dark');
    expect(await findings()).toEqual([]);
    await page.getByRole('button', { name: /^Appearance: as the system/ }).click();
    await page.reload();
    await page.getByRole('button', { name: /^Appearance: light/ }).waitFor();
    expect(await inPage<string>('document.documentElement.dataset.theme')).toBe('light');
  });

  test.each([
    '/',
    '/?group=site',
    '/checks/uplink-isp1',
    '/incidents?state=all',
    '/incidents/inc-1203',
    '/uplinks',
    '/cluster',
    '/ledger',
    '/configuration',
  ])('fits 360 pixels: %s', async (path) => {
    await open(path, { width: 360, height: 780 });
    await page.locator('main h1').waitFor();
    await page.getByText('Live', { exact: true }).waitFor();
    await expect.poll(() => page.locator('main .waiting').count()).toBe(0);
    expect(await overflow()).toBeLessThanOrEqual(0);
    await picture(`narrow${path.replaceAll(/[^a-z0-9]+/g, '-')}`);
    expect(await findings()).toEqual([]);
  });

  test('hostile names stay text, in the list and on their own page', async () => {
    await open(`/?label=${encodeURIComponent('site=<b>bold</b>')}`);
    await expect.poll(async () => (await rowNames()).length).toBe(hostileNames.length);
    expect(await page.locator('img').count()).toBe(0);
    expect(await overflow()).toBeLessThanOrEqual(0);
    await picture('hostile-list');
    for (const name of hostileNames) {
      await page.goto(`${stub.url}/checks/${encodeURIComponent(name)}`);
      await page.getByText('3 of 4 needed').waitFor();
      expect(await page.locator('main h1').innerText()).toBe(name);
      expect(await overflow()).toBeLessThanOrEqual(0);
    }
    await picture('hostile-check');
    expect(await page.title()).toContain(hostileNames[2] ?? '');
  });

  test('ten thousand checks: only those near the screen are drawn', async () => {
    stub.checks = manyChecks(10_000);
    await open('/?sort=name');
    await page.getByText('10,000 of 10,000 checks').waitFor({ timeout: 30_000 });
    expect(await page.locator('.check-link').count()).toBeLessThan(60);
    await inPage('scrollTo(0, document.documentElement.scrollHeight)');
    await page.getByRole('link', { name: 'host-09999' }).waitFor();
    expect(await page.locator('.check-link').count()).toBeLessThan(60);
    await page.getByLabel('Search').fill('host-05000');
    await expect.poll(rowNames).toEqual(['host-05000']);
  });

  test('what fails says so and can be tried again; what is not there is not found', async () => {
    await open('/checks/no-such-check');
    await page.getByRole('alert').getByText('There is no such check').waitFor();
    await page.getByRole('button', { name: 'Try again' }).waitFor();
    await picture('not-found');
    await page.goto(`${stub.url}/nowhere`);
    await page.getByText('There is no such page.').waitFor();
  });
});
