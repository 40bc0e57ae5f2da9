import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import type { ApiIncident } from '../../src/model/index.ts';
import * as browsing from './browsing.ts';
import { hostileNames, incidents } from './data.ts';
import { startStub, type Stub } from './stub-api.ts';

/** Incidents as people handle them, in real Chromium. Pictures end up in test-output/. */

const { pictures, present } = browsing;

let browser: Browser;
let stub: Stub;
let context: BrowserContext;
let page: Page;
let complaints: string[];

async function open(path: string, look: { scheme?: 'light' | 'dark'; width?: number } = {}): Promise<void> {
  context = await browser.newContext({
    colorScheme: look.scheme ?? 'light',
    viewport: { width: look.width ?? 1280, height: 900 },
    reducedMotion: 'reduce',
    locale: 'en-GB',
  });
  page = await context.newPage();
  browsing.listen(page, complaints);
  await page.goto(`${stub.url}${path}#token=${stub.token}`);
  await page.locator('main h1').waitFor();
  await expect.poll(() => page.locator('main .waiting').count()).toBe(0);
}
const picture = (name: string) => page.screenshot({ path: `${pictures}/${name}.png`, fullPage: true });
const titles = () => page.locator('.incident-link').allInnerTexts();
const findings = () => browsing.findings(page);
const sent = () => stub.changes.filter(({ path }) => !path.endsWith('/session'));

const alerting: ApiIncident = {
  id: '77',
  check: 'disk-full@host=db-1',
  title: 'disk-full is firing for host=db-1',
  status: 'investigating',
  impact: 'major',
  severity: 'critical',
  resource: { host: 'db-1', path: '/var/lib' },
  documentation: {
    content: '## Free some space\n\n1. Look at `du -sh /var/lib/*`\n2. Ask **ops**, or see https://wiki.example/disk',
    runbook: 'https://wiki.example/runbook',
  },
  openedAt: new Date(Date.now() - 600_000).toISOString(),
  affected: [],
  told: ['ops'],
  transitions: [1203],
  updates: [{ at: new Date(Date.now() - 600_000).toISOString(), by: 'office-1', kind: 'opened', text: 'Disk is full' }],
};

describe.skipIf(!present)('incidents', () => {
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
    stub.incidents = [structuredClone(alerting), ...incidents()];
    stub.handling.snoozes = [];
    stub.changes.length = 0;
    stub.role = 'operator';
  });
  afterEach(async () => {
    await context?.close();
    expect(complaints).toEqual([]);
  });

  test('the list is searched and filtered; all of it lives in the address', async () => {
    await open('/incidents?state=all');
    expect(await titles()).toHaveLength(4);
    await page.keyboard.press('/');
    await page.keyboard.type('db-1 full');
    await expect.poll(titles).toEqual(['disk-full is firing for host=db-1']);
    await page.getByText('1 incident', { exact: true }).waitFor();
    expect(page.url()).toContain('search=db-1+full');
    await picture('incidents-search');
    expect(await findings()).toEqual([]);
    await page.getByRole('button', { name: 'Clear the filters' }).click();
    await expect.poll(async () => (await titles()).length).toBe(4);
    await page.getByLabel('Severity').selectOption('critical');
    await expect.poll(async () => (await titles()).length).toBe(1);
    await page.getByLabel('Assigned to').fill('nobody-at-all');
    await page.getByText('No incident matches these filters.').waitFor();
    await page.goBack();
    await page.reload();
    await expect.poll(async () => (await titles()).length).toBe(4);
  });

  test('an operator assigns, says the status, the cause and the impact, and links another incident', async () => {
    await open('/incidents/77');
    await page.getByRole('link', { name: 'Runbook' }).waitFor();
    await page.getByLabel('Assigned to').fill('ops');
    await page.getByRole('button', { name: 'Assign', exact: true }).click();
    await page.locator('.headline').getByText('assigned to ops').waitFor();
    await page.getByRole('combobox', { name: /^Status/ }).selectOption('monitoring');
    await page.getByLabel('What to say with it').fill('Space was freed');
    await page.getByRole('button', { name: 'Set the status' }).click();
    await page.locator('.headline').getByText('Monitoring').waitFor();
    await page.getByLabel('Impact as people see it').selectOption('minor');
    await page.locator('.headline').getByText('minor').waitFor();
    const cause = page.getByRole('region', { name: 'Cause', exact: true });
    await cause.getByRole('button', { name: 'Write' }).click();
    await page.getByLabel('What caused it').fill('Logs were not rotated <b>at all</b>');
    await page.getByRole('button', { name: 'Save the cause' }).click();
    await cause.getByText('Logs were not rotated <b>at all</b>').waitFor();
    await page.getByLabel('Number of the other incident').fill('#12');
    await page.getByRole('button', { name: 'Link', exact: true }).click();
    await page.getByRole('link', { name: 'Incident 12' }).waitFor();
    await picture('incident-handled');
    expect(await findings()).toEqual([]);
    await page.getByRole('button', { name: 'Unlink incident 12' }).click();
    await page.getByText('No other incident is linked.').waitFor();
    expect(sent().map(({ method, path }) => `${method} ${path.split('/').at(-1)}`)).toEqual([
      'PUT assignee',
      'POST status',
      'PUT impact',
      'PUT cause',
      'POST same-cause',
      'POST same-cause',
    ]);
    expect(sent().every(({ header }) => header === '1')).toBe(true);
  });

  test('the timeline shows what was said, who saw what, and what was done, in either order', async () => {
    await open('/incidents/inc-1203');
    const timeline = page.locator('.timeline');
    await timeline.getByText('Verdict').first().waitFor();
    expect(await timeline.locator('.votes-line').first().innerText()).toMatch(/office-1.* saw Down/);
    await timeline.getByText('notify ops-telegram').waitFor();
    const first = await timeline.locator('li').first().innerText();
    await page.getByRole('button', { name: 'Oldest first' }).click();
    expect(await timeline.locator('li').first().innerText()).not.toBe(first);
    await picture('incident-timeline');
    expect(await findings()).toEqual([]);
  });

  test('a postmortem is written, previewed, saved as a draft and published; hostile text stays text', async () => {
    await open('/incidents/77');
    const part = page.getByRole('region', { name: 'Postmortem' });
    await part.getByRole('button', { name: 'Write' }).click();
    const text = `# What happened\n\n<img src=x onerror="document.title='broken'"> **bold**\n\n[bad](javascript:alert(1)) [good](https://example.net/)\n\n- one\n- two\n\n${hostileNames[1]}`;
    await page.getByLabel(/What happened, why/).fill(text);
    await page.getByRole('link', { name: 'All incidents' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Stay' }).click();
    await part.getByRole('button', { name: 'Preview' }).click();
    await part.getByRole('heading', { name: 'What happened' }).waitFor();
    expect(await part.locator('img').count()).toBe(0);
    expect(await part.getByRole('link').allInnerTexts()).toEqual(['good']);
    await picture('incident-postmortem-preview');
    expect(await findings()).toEqual([]);
    await part.getByRole('button', { name: 'Save as a draft' }).click();
    await part.getByText('draft', { exact: true }).waitFor();
    await part.getByRole('button', { name: 'Edit' }).click();
    await part.getByRole('button', { name: 'Publish' }).click();
    await part.getByText('published', { exact: true }).waitFor();
    expect(sent().map(({ body }) => (body as { base: number }).base)).toEqual([0, 1]);
    expect(await page.title()).toContain('disk-full');
  });

  test('who edits while another saves is told, loses nothing, and can read the other text', async () => {
    await open('/incidents/77');
    const part = page.getByRole('region', { name: 'Postmortem' });
    await part.getByRole('button', { name: 'Write' }).click();
    const field = page.getByLabel(/What happened, why/);
    await field.fill('mine');
    const found = stub.incidents.find(({ id }) => id === '77');
    if (found) found.postmortem = { text: 'theirs', by: 'paul', at: new Date().toISOString(), revision: 1 };
    await part.getByRole('button', { name: 'Publish' }).click();
    await part.getByText('Somebody else has saved another text').waitFor();
    expect(await field.inputValue()).toBe('mine');
    await part.getByRole('button', { name: 'Read theirs' }).click();
    await expect.poll(() => field.inputValue()).toBe('theirs');
    await field.fill('both');
    await part.getByRole('button', { name: 'Publish' }).click();
    await part.getByText('published', { exact: true }).waitFor();
    expect(found?.postmortem?.text).toBe('both');
  });

  test('a snooze is asked for by keyboard, shown where it acts and on the list, and ended early', async () => {
    await open('/incidents/77');
    await page.getByRole('button', { name: 'Snooze' }).focus();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('The policy disk-full, whichever resource').check();
    await dialog.getByLabel('For how long').selectOption('8h');
    await dialog.getByLabel('Why').fill('migration');
    await picture('incident-snooze');
    expect(await findings()).toEqual([]);
    await page.keyboard.press('Enter');
    await expect.poll(() => sent().length).toBe(1);
    stub.emit({ kind: 'snooze', text: 'policy disk-full snoozed', body: {} });
    await page.getByText(/^policy .?disk-full/).waitFor();
    expect(sent()[0]?.body).toMatchObject({ policy: 'disk-full', comment: 'migration' });
    await page.goto(`${stub.url}/incidents`);
    await page.getByText(/^policy .?disk-full/).waitFor();
    await picture('incidents-snoozed');
    expect(await findings()).toEqual([]);
    await page.getByRole('button', { name: /^End the snooze of policy/ }).click();
    await expect.poll(() => page.getByText(/^policy .?disk-full/).count()).toBe(0);
  });

  test('a viewer sees everything and no button that acts', async () => {
    stub.role = 'viewer';
    const until = new Date(Date.now() + 3_600_000).toISOString();
    stub.handling.snoozes = [{ id: '1', incident: '77', by: 'maria', comment: 'works', from: until, until }];
    await open('/incidents/77');
    await page.getByText('Free some space').waitFor();
    const names = await page.locator('main').getByRole('button').allInnerTexts();
    expect(names).toEqual(['Newest first', 'Oldest first']);
    expect(await page.locator('main').locator('textarea, input, select').count()).toBe(0);
    expect(await findings()).toEqual([]);
  });

  test.each(['light', 'dark'] as const)('wide and narrow, %s', async (scheme) => {
    for (const [width, name] of [
      [1280, 'wide'],
      [360, 'narrow'],
    ] as const) {
      for (const [path, what] of [
        ['/incidents/77', 'incident'],
        ['/incidents?state=all', 'incidents'],
      ] as const) {
        await open(path, { scheme, width });
        expect(await browsing.overflow(page)).toBeLessThanOrEqual(0);
        await picture(`handling-${what}-${name}-${scheme}`);
        expect(await findings()).toEqual([]);
        await context.close();
      }
    }
  });
});
