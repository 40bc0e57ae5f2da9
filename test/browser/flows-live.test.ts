import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { generateDatagrams } from '../../src/observe/flows/generate/generate.ts';
import { freePorts, openDatagrams } from '../../src/platform/index.ts';
import { findings, launch, listen, pictures, present } from './browsing.ts';
import { startReal, type RealWatcher } from './real-watcher.ts';

/** The view of traffic on a real watcher that collects real messages, in real Chromium. */

const records = 2000;

let browser: Browser;
let context: BrowserContext;
let page: Page;
let real: RealWatcher;
let port = 0;
const complaints: string[] = [];

async function send(): Promise<void> {
  const socket = await openDatagrams({ host: '127.0.0.1', port: 0, onDatagram: () => undefined });
  const startAt = Date.now() - 120_000;
  for (const { bytes } of generateDatagrams({ format: 'ipfix', records, startAt, perSecond: 20 }))
    socket.send({ address: '127.0.0.1', port }, bytes);
  socket.close();
}

const kept = async () => (await real.call('GET', '/flows/status'))['store'] as { rows: number };

describe.skipIf(!present)('traffic on a real watcher', () => {
  beforeAll(async () => {
    [port = 0] = await freePorts(1);
    real = await startReal({
      configuration: `site: office\nflows:\n  listen: ['udp:127.0.0.1:${port}']\n  prices: { otherwise: 0.5 }\n`,
    });
    browser = await launch();
    context = await browser.newContext({ locale: 'en-GB', reducedMotion: 'reduce' });
    page = await context.newPage();
    listen(page, complaints);
    page.setDefaultTimeout(60_000);
  }, 120_000);
  afterAll(async () => {
    await context?.close();
    await browser?.close();
    await real?.close();
    expect(complaints).toEqual([]);
  });

  test('from the first message to a drilled down row', async () => {
    await page.goto(`${real.url}/flows#token=${real.token}`);
    await page.getByRole('heading', { name: 'Listening; no record has come yet.' }).waitFor();
    await page.getByText(`udp:127.0.0.1:${port}`).waitFor();
    await send();
    await expect.poll(async () => (await kept()).rows, { timeout: 60_000 }).toBe(records);
    const table = page.getByRole('table', { name: 'All flows' });
    await table.getByRole('row').nth(1).waitFor();
    // Where both ends reported a step, the usual figure is the average of the two.
    await page.getByLabel('Seen at both ends').selectOption({ label: 'Sum' });
    await page.getByText('2,000 records').waitFor();
    expect(await findings(page)).toEqual([]);
    await page.screenshot({ path: `${pictures}/flows-live.png`, fullPage: true });
    await table.getByRole('row').nth(1).getByRole('link', { name: 'Drill down' }).click();
    await expect.poll(() => table.getAttribute('aria-rowcount'), { timeout: 60_000 }).toBe('2');
    await page.getByRole('link', { name: 'Go on in SQL' }).click();
    const result = page.getByRole('region', { name: 'By SQL' }).last();
    await result.getByRole('cell').first().waitFor();
    await page.getByLabel(/^Statement over the table flows/).fill('SELECT count(*) AS kept FROM flows');
    await page.getByRole('button', { name: 'Run' }).click();
    await result.getByRole('cell', { name: String(records) }).waitFor();
    await page.getByRole('link', { name: 'Single records' }).click();
    const found = page.getByRole('region', { name: 'Single records' });
    await found.locator('code').first().waitFor();
    await page.getByLabel('Filter expression').fill('src hots 10.0.0.1');
    await page.getByRole('button', { name: 'Apply' }).click();
    await page.getByRole('alert').getByRole('button', { name: 'Column 5:' }).waitFor();
    await page.getByRole('link', { name: 'Insights' }).click();
    await page.locator('.flows-insights li, .empty').first().waitFor();
    await page.getByRole('link', { name: 'Costs' }).click();
    await page.getByRole('cell', { name: '0.50 USD' }).waitFor();
    await page.getByRole('link', { name: 'Exporters' }).click();
    await page.getByRole('row').filter({ hasText: '127.0.0.1' }).getByText('IPFIX', { exact: false }).waitFor();
  });
});
