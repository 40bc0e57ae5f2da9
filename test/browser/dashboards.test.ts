import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { parse } from 'yaml';
import * as browsing from './browsing.ts';
import { hostileNames } from './data.ts';
import { startStub, type Stub } from './stub-api.ts';

/** Dashboards in real Chromium: looking, moving in time, editing, files. Pictures end up in test-output/. */

const { pictures, present } = browsing;

let browser: Browser;
let stub: Stub;
let context: BrowserContext;
let page: Page;
let complaints: string[];

async function open(path: string, look: { scheme?: 'light' | 'dark'; width?: number; height?: number } = {}) {
  context = await browser.newContext({
    colorScheme: look.scheme ?? 'light',
    viewport: { width: look.width ?? 1280, height: look.height ?? 1000 },
    reducedMotion: 'reduce',
    locale: 'en-GB',
    acceptDownloads: true,
  });
  page = await context.newPage();
  browsing.listen(page, complaints);
  await page.goto(`${stub.url}${path}#token=${stub.token}`);
}

const picture = (name: string) => page.screenshot({ path: `${pictures}/${name}.png` });
const findings = () => browsing.findings(page);
const chart = (title: string) => page.getByRole('region', { name: title, exact: true });
const settled = () => browsing.settled(page);
const downloaded = (press: () => Promise<void>) => browsing.downloaded(page, press);

describe.skipIf(!present)('dashboards', () => {
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
    stub.metrics.reset();
    stub.changes.length = 0;
    stub.role = 'admin';
  });
  afterEach(async () => {
    await context?.close();
    expect(complaints).toEqual([]);
  });

  test('the list shows ready-made ones and those of people', async () => {
    await open('/dashboards');
    await page.getByRole('link', { name: 'Office', exact: true }).waitFor();
    expect(await page.locator('section', { hasText: 'Ready-made' }).getByRole('listitem').count()).toBe(
      stub.metrics.dashboards.filter(({ source }) => source === 'built-in').length,
    );
    await picture('dashboards-light');
    expect(await findings()).toEqual([]);
  });

  test.each(['light', 'dark'] as const)('every kind of chart, %s', async (scheme) => {
    await open('/dashboards/checks', { scheme, height: 1800 });
    await settled();
    await chart('Verdicts').locator('canvas').waitFor();
    await chart('Latency, 95th percentile').locator('.uplot canvas').waitFor();
    await chart('Latency of all samples').locator('canvas').waitFor();
    await chart('Samples by outcome').locator('.uplot canvas').waitFor();
    await picture(`dashboard-checks-${scheme}`);
    expect(await findings()).toEqual([]);
    await page.goto(`${stub.url}/dashboards/office`);
    await settled();
    // The stub's least latency is above the first threshold and below the second.
    expect(await chart('Latency now').innerText()).toMatch(/ms[\s\S]*warning/);
    await chart('How long answers take').locator('canvas').waitFor();
    await picture(`dashboard-office-${scheme}`);
    expect(await findings()).toEqual([]);
  });

  test('a drag zooms all charts, the address tells it, and a double click leads back', async () => {
    await open('/dashboards/checks');
    await settled();
    const over = chart('Latency, 95th percentile').locator('.u-over');
    await over.scrollIntoViewIfNeeded();
    const box = await over.boundingBox();
    if (!box) throw new Error('the chart has no size');
    await page.mouse.move(box.x + 60, box.y + 40);
    await page.mouse.down();
    await page.mouse.move(box.x + 200, box.y + 44, { steps: 4 });
    await page.mouse.up();
    await expect.poll(() => page.url()).toMatch(/from=.*to=/);
    const asked = new URL(page.url()).searchParams.get('from');
    await expect.poll(() => stub.metrics.questions.filter(({ from }) => from === asked).length).toBeGreaterThan(1);
    await settled();
    await over.dblclick();
    await expect.poll(() => page.url()).not.toContain('from=');
  });

  test('a drag with Shift moves along the axis; the keyboard moves and zooms', async () => {
    await open('/dashboards/checks?from=2026-03-01T10:00:00.000Z&to=2026-03-01T12:00:00.000Z');
    await settled();
    const over = chart('Latency, 95th percentile').locator('.u-over');
    await over.scrollIntoViewIfNeeded();
    const box = await over.boundingBox();
    if (!box) throw new Error('the chart has no size');
    await page.keyboard.down('Shift');
    await page.mouse.move(box.x + 60, box.y + 40);
    await page.mouse.down();
    await page.mouse.move(box.x + 60 + box.width / 2, box.y + 40, { steps: 5 });
    await page.mouse.up();
    await page.keyboard.up('Shift');
    const from = () => Date.parse(new URL(page.url()).searchParams.get('from') ?? '');
    await expect.poll(from).toBeLessThan(Date.parse('2026-03-01T09:05:00Z'));
    expect(from()).toBeGreaterThan(Date.parse('2026-03-01T08:55:00Z'));
    const before = from();
    await chart('Latency, 95th percentile').locator('.chart-view').focus();
    await page.keyboard.press('ArrowLeft');
    await expect.poll(from).toBeLessThan(before);
    await page.keyboard.press('+');
    await expect.poll(from).toBeGreaterThan(before - 1_800_000);
    await page.keyboard.press('0');
    await expect.poll(() => page.url()).not.toContain('from=');
  });

  test('what one chart points at is marked on the others, with its figures', async () => {
    await open('/dashboards/checks');
    await settled();
    const over = chart('Lost packets').locator('.u-over');
    await over.scrollIntoViewIfNeeded();
    await over.hover({ position: { x: 120, y: 30 } });
    for (const title of ['Verdicts', 'Latency of all samples', 'Samples by outcome'])
      await expect.poll(() => chart(title).locator('.plot-mark').isVisible()).toBe(true);
    await chart('Samples by outcome').getByRole('columnheader', { name: 'Here' }).waitFor();
  });

  test('a legend sorts, and a click leaves one line alone', async () => {
    await open('/dashboards/checks');
    await settled();
    const legend = chart('Samples by outcome').getByRole('table');
    await legend.getByRole('button', { name: 'Maximum' }).click();
    expect((await legend.getByRole('rowheader').allInnerTexts())[0]).toBe('pass');
    await legend.getByRole('button', { name: 'Maximum' }).click();
    expect((await legend.getByRole('rowheader').allInnerTexts()).at(-1)).toBe('pass');
    await legend.getByRole('button', { name: 'fail' }).click();
    expect(await legend.locator('.legend-hidden').count()).toBe(2);
    await legend.getByRole('button', { name: 'fail' }).click();
    expect(await legend.locator('.legend-hidden').count()).toBe(0);
  });

  test('a choice narrows every question and lives in the address', async () => {
    await open('/dashboards/checks');
    await settled();
    stub.metrics.questions = [];
    await page.getByRole('combobox', { name: /^Check:/ }).fill('gateway');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.url()).toContain('var-check=gateway');
    await expect
      .poll(
        () =>
          stub.metrics.questions.length > 2 &&
          stub.metrics.questions.every(({ queries }) => queries[0]?.where[0]?.value === 'gateway'),
      )
      .toBe(true);
  });

  test('what is left out and who is missing is said; failures and silence too', async () => {
    stub.metrics.missing = ['shard-2'];
    stub.metrics.checks = Array.from({ length: 70 }, (_, index) => `check-${index}`);
    await open('/dashboards/checks');
    await chart('Verdicts').getByText('20 more with smaller values are not shown.').waitFor();
    await chart('Verdicts').getByText('Missing: shard-2').waitFor();
    await picture('dashboard-partial');
    stub.metrics.silent = true;
    await page.reload();
    await chart('Verdicts').getByText('Nothing was measured in this time.').waitFor();
    await picture('dashboard-empty');
    expect(await findings()).toEqual([]);
    stub.metrics.failure = 'The store has too many questions at once';
    await page.reload();
    await chart('Verdicts').getByRole('button', { name: 'Try again' }).waitFor({ timeout: 20_000 });
    await picture('dashboard-failure');
    expect(await findings()).toEqual([]);
  });

  test('a chart as CSV, as a picture, and as a table for readers', async () => {
    await open('/dashboards/checks');
    await settled();
    const card = chart('Samples by outcome');
    await card.locator('summary').first().click();
    const csv = await downloaded(() => card.getByRole('button', { name: 'Save as CSV' }).click());
    expect(csv.name).toBe('Samples-by-outcome.csv');
    const lines = csv.content.toString().split('\r\n');
    expect(lines[0]).toBe('time,pass (per-second),degraded (per-second),fail (per-second)');
    expect(lines.length).toBeGreaterThan(20);
    await card.locator('summary').first().click();
    const png = await downloaded(() => card.getByRole('button', { name: 'Save as PNG' }).click());
    expect(png.content.subarray(1, 4).toString()).toBe('PNG');
    expect(png.content.length).toBeGreaterThan(5000);
    for (const title of ['Verdicts', 'Latency of all samples', 'Samples by outcome']) {
      await chart(title).getByText('The same figures as a table').click();
      await chart(title).locator('.twin tbody tr').nth(4).waitFor();
    }
    expect(await findings()).toEqual([]);
  });

  test('a new dashboard: title, a chart by its form, order and size, saved as one document', async () => {
    await open('/dashboards');
    await page.getByRole('button', { name: 'New dashboard' }).click();
    await page.getByLabel('Title').fill('Büro, morgens');
    expect(await page.getByLabel('Name in addresses').inputValue()).toBe('buro-morgens');
    await picture('dashboard-new');
    expect(await findings()).toEqual([]);
    await page.getByRole('button', { name: 'Begin' }).click();
    await page.getByText('There is no chart here yet.').waitFor();
    await page.getByRole('button', { name: 'Add a chart' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Title').fill('Latency by site');
    await dialog.getByLabel('Values become one by').selectOption('p95');
    await dialog.getByLabel('site', { exact: true }).check();
    await dialog.getByRole('button', { name: 'Add a condition' }).click();
    await dialog.getByLabel('Value', { exact: true }).fill('gateway');
    await dialog.getByRole('button', { name: 'Add a threshold' }).click();
    await dialog.getByLabel('Kind').selectOption('stacked-area');
    await dialog.locator('.uplot canvas').waitFor();
    await picture('dashboard-chart-form');
    expect(await findings()).toEqual([]);
    await dialog.getByRole('button', { name: 'Done' }).click();
    await page.getByRole('button', { name: 'Copy' }).first().click();
    const tools = page.getByRole('group', { name: 'Edit Latency by site' });
    await tools.nth(1).getByRole('button', { name: 'Wider' }).click();
    await tools.nth(1).getByRole('button', { name: 'Move before the one ahead' }).click();
    await tools.nth(1).getByRole('button', { name: 'Lower' }).click();
    await picture('dashboard-edit');
    expect(await findings()).toEqual([]);
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('button', { name: 'Edit', exact: true }).waitFor();
    const saved = stub.metrics.dashboards.find(({ name }) => name === 'buro-morgens')?.document;
    const query = {
      metric: 'quorumwatch_probe_latency_seconds',
      where: { check: 'gateway' },
      'group-by': ['site'],
      aggregate: 'p95',
    };
    const common = {
      title: 'Latency by site',
      type: 'stacked-area',
      queries: [query],
      thresholds: [{ value: 1, severity: 'warning' }],
    };
    expect(saved).toEqual({
      version: 1,
      name: 'buro-morgens',
      title: 'Büro, morgens',
      charts: [
        { ...common, width: 7 },
        { ...common, height: 2 },
      ],
    });
  });

  test('as text: errors have their line, and what was changed is not lost by leaving', async () => {
    await open('/dashboards/office');
    await page.getByRole('button', { name: 'Edit', exact: true }).click();
    await page.getByRole('button', { name: 'Text (YAML)' }).click();
    const field = page.getByRole('textbox', { name: 'The dashboard as YAML' });
    const text = await field.inputValue();
    await field.fill(text.replace('title: Office', 'title: "Office'));
    await page.getByRole('button', { name: 'Form' }).click();
    await page
      .getByRole('alert')
      .getByRole('button', { name: /^Line \d+/ })
      .waitFor();
    await picture('dashboard-text-error');
    expect(await findings()).toEqual([]);
    await field.fill(text.replace(/charts:[\s\S]*$/, 'charts: 7\n'));
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('alert').getByText('expected a list').waitFor();
    await page.getByRole('button', { name: /^Line \d+, column 9/ }).click();
    await field.fill(text.replace('title: Office', 'title: Office at night'));
    await page.getByRole('link', { name: 'Overview' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Stay' }).click();
    await page.goBack();
    await page.getByRole('dialog').getByRole('button', { name: 'Stay' }).click();
    expect(page.url()).toContain('/dashboards/office?edit');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('heading', { name: 'Office at night' }).waitFor();
    expect(stub.changes.findLast(({ method }) => method === 'PUT')).toMatchObject({
      method: 'PUT',
      path: '/api/v1/dashboards/office',
      header: '1',
    });
  });

  test('somebody else was quicker: nothing is overwritten, and it is said', async () => {
    await open('/dashboards/office?edit');
    await page.getByRole('textbox', { name: 'Title' }).fill('Mine');
    stub.metrics.dashboards = stub.metrics.dashboards.map((one) =>
      one.name === 'office' ? { ...one, position: 99 } : one,
    );
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Somebody else has changed it meanwhile').waitFor();
    expect(stub.metrics.dashboards.find(({ name }) => name === 'office')?.title).toBe('Office');
  });

  test('a ready-made one is copied, exported, imported again, and deleted after a question', async () => {
    await open('/dashboards/checks');
    expect(await page.getByRole('button', { name: 'Edit', exact: true }).count()).toBe(0);
    const file = await downloaded(() => page.getByRole('button', { name: 'Export' }).click());
    expect(file.name).toBe('checks.dashboard.yaml');
    await page.getByRole('button', { name: 'Copy', exact: true }).click();
    await page.getByRole('button', { name: 'Begin' }).click();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('button', { name: 'Edit', exact: true }).waitFor();
    const { name: _, title: __, ...rest } = parse(file.content.toString()) as Record<string, unknown>;
    expect(stub.metrics.dashboards.find(({ name }) => name === 'copy-of-checks')?.document).toMatchObject({
      description: rest['description'],
    });
    await page.getByRole('button', { name: 'Delete' }).click();
    await picture('dashboard-delete');
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('heading', { name: 'Dashboards' }).waitFor();
    expect(stub.metrics.dashboards.some(({ name }) => name === 'copy-of-checks')).toBe(false);
    const imported = file.content.toString().replace('name: checks', 'name: brought');
    await page.locator('input[type=file]').setInputFiles({
      name: 'a.yaml',
      mimeType: 'application/yaml',
      buffer: Buffer.from(imported),
    });
    await page.getByText('Changed, not saved yet').waitFor();
    expect(page.url()).toContain('/dashboards/brought?edit');
    await page.getByRole('button', { name: 'Leave without saving' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Leave without saving' }).click();
    await page.getByRole('heading', { name: 'Dashboards' }).waitFor();
    await page.locator('input[type=file]').setInputFiles({
      name: 'b.yaml',
      mimeType: 'application/yaml',
      buffer: Buffer.from('a: [1'),
    });
    await page.getByRole('alert').getByText('This file is no dashboard').waitFor();
  });

  test('viewers see no way to change anything', async () => {
    stub.role = 'viewer';
    await open('/dashboards/office?edit');
    await settled();
    expect(await page.getByRole('button', { name: /^(Edit|Copy|Delete|Save)$/ }).count()).toBe(0);
    await page.goto(`${stub.url}/dashboards?new=1`);
    await page.getByRole('link', { name: 'Office', exact: true }).waitFor();
    expect(await page.getByRole('button', { name: 'New dashboard' }).count()).toBe(0);
    expect(await page.getByRole('dialog').count()).toBe(0);
  });

  test('a document of another version is named, and can be edited as text', async () => {
    await open('/dashboards/newer');
    await page.getByRole('alert').getByText('it is of another version than 1').waitFor();
    await picture('dashboard-newer');
    await page.getByRole('button', { name: 'Edit', exact: true }).click();
    await expect
      .poll(() => page.getByRole('textbox', { name: 'The dashboard as YAML' }).inputValue())
      .toContain('version: 2');
  });

  test('hostile names stay text on charts, in legends, tables and files', async () => {
    stub.metrics.checks = [...hostileNames, '=cmd|calc', 'x'.repeat(100_000), '\u0000\u001B[31m'];
    await open('/dashboards/checks', { width: 1000 });
    await settled();
    expect(await page.locator('img').count()).toBe(0);
    expect(await browsing.overflow(page)).toBeLessThanOrEqual(0);
    const legend = chart('Latency, 95th percentile').getByRole('table').first();
    expect(await legend.innerText()).toContain('<img');
    await chart('Verdicts').getByText('The same figures as a table').click();
    expect(await page.locator('img').count()).toBe(0);
    await picture('dashboard-hostile');
    expect(await findings()).toEqual([]);
  });

  test.each(['/dashboards', '/dashboards/checks', '/dashboards/office', '/dashboards/office?edit'])(
    'fits 360 pixels: %s',
    async (path) => {
      await open(path, { width: 360, height: 780 });
      await page.locator('main h1').waitFor();
      await expect.poll(() => page.locator('main > .waiting').count()).toBe(0);
      await page.locator('.dashboard-card, .chart-card').first().waitFor();
      expect(await browsing.overflow(page)).toBeLessThanOrEqual(0);
      await picture(`narrow${path.replaceAll(/[^a-z0-9]+/g, '-')}`);
      expect(await findings()).toEqual([]);
    },
  );
});
