import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findings, launch, listen, present } from './browsing.ts';
import { startReal, type RealWatcher } from './real-watcher.ts';

/** The pages about alerts on a real watcher that really measures, in real Chromium. */

const heard: string[] = [];
const hook = createServer((request, response) => {
  heard.push(request.url ?? '');
  response.writeHead(204).end();
});

const configuration = (port: number) => `site: office
watch:
  - { name: dead, type: tcp-conn, host: 127.0.0.1, port: 9, interval: 1s, timeout: 500ms }
alerts:
  - name: failing
    severity: warning
    labels: { team: web }
    interval: 1s
    conditions:
      - threshold:
          metric: quorumwatch_probe_success_ratio
          group-by: [check]
          window: 10s
          below: 0.5
notify:
  ops: { webhook: { url: 'http://127.0.0.1:${port}/ops' } }
  anna: { webhook: { url: 'http://127.0.0.1:${port}/anna' } }
rotas:
  - { name: night, receivers: [anna], from: 2026-01-05T09:00, every: 7d }
routes:
  - { match: team=web, notify: [ops] }
`;

let browser: Browser;
let context: BrowserContext;
let page: Page;
let real: RealWatcher;
const complaints: string[] = [];

async function open(path: string): Promise<void> {
  await page.goto(`${real.url}${path}#token=${real.token}`);
  await page.locator('main h1').waitFor();
}

describe.skipIf(!present)('alerts on a real watcher', () => {
  beforeAll(async () => {
    await new Promise<void>((resolve) => hook.listen(0, '127.0.0.1', resolve));
    real = await startReal({ configuration: configuration((hook.address() as AddressInfo).port) });
    browser = await launch();
    context = await browser.newContext({ locale: 'en-GB', reducedMotion: 'reduce' });
    page = await context.newPage();
    listen(page, complaints);
    page.setDefaultTimeout(30_000);
  }, 120_000);
  afterAll(async () => {
    await context?.close();
    await browser?.close();
    await real?.close();
    hook.close();
  });

  test('a policy fires on the page by itself, is tried on the past, changed and deleted', async () => {
    await open('/alerts');
    const row = page.locator('.alert-table tbody tr');
    await row.getByText('firing', { exact: true }).waitFor();
    await page.getByRole('link', { name: 'failing', exact: true }).click();
    await page.getByRole('region', { name: 'Resources' }).last().getByText('check=dead').waitFor();
    const told = page.getByRole('region', { name: 'Who would be told' });
    await told.getByText('By route 1').waitFor();
    expect(await told.innerText()).toMatch(/team=web[^]*ops/);
    await page.locator('.incident-link').first().waitFor();
    expect(await findings(page)).toEqual([]);

    await page.getByRole('link', { name: 'Edit' }).click();
    await page.getByLabel('Stretch of time').selectOption('1h');
    await page.getByRole('button', { name: 'Back-test' }).click();
    const past = page.getByRole('region', { name: 'Try it on the past' });
    await past.getByText('1 incident', { exact: true }).waitFor();
    expect(await past.locator('tbody tr').innerText()).toMatch(/still open[^]*warning[^]*dead[^]*ops/);

    // The watcher names what is wrong; the page finds the line.
    await page.getByRole('textbox', { name: 'Holding for' }).fill('long');
    for (const button of ['Back-test', 'Show what would change']) {
      await page.getByRole('button', { name: button }).click();
      await page.getByRole('button', { name: /^Line 1\d, column/ }).waitFor();
      expect(await page.locator('.config-errors code').innerText()).toMatch(/conditions\[0\]\.for$/);
      await page.getByRole('button', { name: 'Form', exact: true }).click();
    }

    await page.getByRole('textbox', { name: 'Holding for' }).fill('2s');
    await page.getByRole('button', { name: 'Show what would change' }).click();
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.waitForURL('**/alerts/failing');
    const saved = (await real.call('GET', '/configuration'))['yaml'];
    expect(saved).toMatch(/name: dead[^]*name: failing[^]*for: 2s[^]*rotas:/);

    await page.getByRole('link', { name: 'Edit' }).click();
    await page.getByRole('button', { name: 'Delete this policy' }).click();
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('There is no alerting policy yet.').waitFor();
    expect((await real.call('GET', '/alerts'))['items']).toEqual([]);
  });

  test('a turn is taken, and a receiver tested', async () => {
    await open('/on-call');
    await page.getByRole('button', { name: 'Take a turn' }).click();
    await page.getByRole('dialog').getByLabel('Receiver').selectOption('ops');
    await page.keyboard.press('Tab');
    await page.getByRole('dialog').getByRole('button', { name: 'Take the turn' }).click();
    await page.getByText(/^ops in night, by page/).waitFor();
    expect(await page.getByRole('region', { name: 'Who is on call' }).last().locator('tbody tr').innerText()).toMatch(
      /ops\s+override[^]*anna/,
    );
    expect(await findings(page)).toEqual([]);
    await open('/receivers');
    const anna = page.getByRole('region', { name: 'anna', exact: true });
    await anna.getByText('never tried').waitFor();
    await page.getByRole('button', { name: 'Send a test to anna' }).click();
    await anna.getByText('Every channel took the test message.').waitFor();
    expect(heard).toContain('/anna');
    expect(complaints).toEqual([]);
  });
});
