import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { downloaded, findings, launch, listen, overflow, pictures, present } from './browsing.ts';
import { startStub, type Stub } from './stub-api.ts';

/** The view of address translation in real Chromium. Pictures end up in test-output/. */

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
    timezoneId: 'Europe/Berlin',
    acceptDownloads: true,
  });
  page = await context.newPage();
  listen(page, complaints);
  await page.goto(`${stub.url}${path}#token=${stub.token}`);
  await page.getByRole('heading', { level: 1 }).waitFor();
}

const fixed = 'from=2026-03-01T10:00:00.000Z&to=2026-03-01T11:00:00.000Z';
const region = (name: string) => page.getByRole('region', { name, exact: true }).last();
const lines = async (name: string) => {
  await region(name).getByRole('row').nth(1).waitFor();
  return (await region(name).getByRole('row').allInnerTexts()).slice(1).map((line) => line.split('\t'));
};

describe.skipIf(!present)('the view of address translation', () => {
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
    stub.nat.reset();
  });
  afterEach(async () => {
    await context?.close();
    expect(complaints).toEqual([]);
  });

  test('shows how full gateways are, and whom they refused', async () => {
    await open(`/flows?${fixed}`);
    await page.getByRole('link', { name: 'Address translation' }).click();
    await page.goto(`${stub.url}/nat?${fixed}`);
    const pools = await lines('Gateways');
    expect(pools.map(([address, protocol, used]) => [address, protocol, used?.replaceAll(/\s+/g, ' ').trim()])).toEqual(
      [
        ['192.0.2.1', 'udp', '100% 10 of 10'],
        ['2001:db8::1', 'tcp', '82% 53,000 of 64,512'],
      ],
    );
    expect((await lines('Who found no port')).map(([source, packets]) => [source, packets])).toEqual([
      ['10.9.0.2', '28'],
      ['10.9.0.7', '4'],
      ['unknown', '1'],
      ['\u202e<b>2001:db8::5</b>', '1'],
    ]);
    await page.getByRole('link', { name: 'Analyze 192.0.2.1 udp' }).click();
    await expect.poll(() => page.getByLabel('Filter expression').inputValue()).toBe('kind nat and nat-host 192.0.2.1');
  });

  test('answers who had an address and a port, and a link asks it again', async () => {
    await open(`/nat?${fixed}`);
    const form = page.locator('.nat-who');
    expect(await form.getByRole('button', { name: 'Find' }).isDisabled()).toBe(true);
    await form.getByLabel('Outside address').fill('192.0.2.1');
    await form.getByLabel('Port').fill('1027');
    // Berlin is an hour ahead.
    await form.getByLabel('Time').fill('2026-03-01T11:30:11');
    await form.getByLabel('Clocks may be off by').selectOption({ index: 2 });
    await form.getByRole('button', { name: 'Find' }).click();
    const found = await lines('Who had this address and port?');
    expect(found.map(([who, protocol, became]) => [who, protocol, became])).toEqual([
      ['10.9.0.2:20003', 'udp', '192.0.2.1:1027'],
    ]);
    expect(found[0]?.[5]).toBe('no end logged');
    const question = { address: '192.0.2.1', port: '1027', at: '2026-03-01T10:30:11.000Z', slackMs: '60000' };
    expect(stub.nat.asked).toEqual([question]);
    await page.screenshot({ path: `${pictures}/nat-who.png`, fullPage: true });
    await page.reload();
    await lines('Who had this address and port?');
    expect(stub.nat.asked).toEqual([question, question]);
    await form.getByLabel('Port').fill('9');
    await form.getByRole('button', { name: 'Find' }).click();
    await page.getByText('Nobody, as far as the log says.').waitFor();
    await page.goBack();
    await lines('Who had this address and port?');
  });

  test('the log shows errors or translations only, leads to who had it, and is a file', async () => {
    await open(`/nat?${fixed}`);
    expect(await lines('Log')).toHaveLength(43);
    const choose = (name: string) => page.getByRole('group', { name: 'Which entries' }).getByRole('button', { name });
    await choose('Errors only').click();
    await expect.poll(async () => (await lines('Log')).length).toBe(31);
    await choose('Translations only').click();
    await expect.poll(async () => (await lines('Log')).length).toBe(12);
    expect((await lines('Log')).at(-1)?.[5]).toMatch(/^192\.0\.2\.1:1019 → 10\.9\.0\.80:8080/);
    await page.locator('summary').and(page.getByLabel('Files of Log')).click();
    const { content } = await downloaded(page, () => page.getByRole('button', { name: 'Save as CSV' }).click());
    expect(content.toString().split('\r\n').slice(0, 2)).toEqual([
      'at,event,protocol,source,sourcePort,destination,destinationPort,translatedSource,translatedSourcePort,translatedDestination,translatedDestinationPort,packets,durationMs,gateway,protocolOfGateway,reason',
      '2026-03-01T10:30:12.000Z,ended,17,10.9.0.2,20012,192.0.2.2,5353,192.0.2.1,1036,,0,0,11000,router,conntrack,',
    ]);
    await region('Log').getByRole('link', { name: 'Who had it?' }).first().click();
    await expect.poll(() => stub.nat.asked.at(-1)).toMatchObject({ address: '192.0.2.1', port: '1036' });
  });

  test('says how to begin where nothing is watched, and shows what exporters tell', async () => {
    stub.nat.watched = false;
    await open(`/nat?${fixed}`);
    await page.getByText('Translations of this machine are not watched.').waitFor();
    await page.getByText('name-victims: true').waitFor();
    expect(await lines('Log')).toHaveLength(43);
    expect(await page.getByRole('heading', { name: 'Gateways' }).count()).toBe(0);
  });

  test('is found by the palette', async () => {
    await open('/');
    await page.keyboard.press('Control+k');
    await page.keyboard.type('address trans');
    await page.getByRole('option', { name: /Address translation/ }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Address translation' }).waitFor();
    expect(
      await page
        .getByRole('navigation', { name: 'Main' })
        .getByRole('link', { name: 'Traffic' })
        .getAttribute('aria-current'),
    ).toBe('page');
  });

  test.each([
    ['light', 1280],
    ['dark', 1280],
    ['light', 390],
    ['dark', 390],
  ] as const)('fits and reads well: %s, %i wide', async (scheme, width) => {
    await open(`/nat?${fixed}&outside=192.0.2.1&port=1027&at=2026-03-01T10:30:11.000Z`, { scheme, width });
    await lines('Log');
    await lines('Who had this address and port?');
    expect(await overflow(page)).toBe(0);
    expect(await findings(page)).toEqual([]);
    await page.screenshot({ path: `${pictures}/nat-${scheme}-${width}.png`, fullPage: true });
  });
});
