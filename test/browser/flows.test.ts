import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { findings, launch, listen, overflow, pictures, present } from './browsing.ts';
import { webServer } from './flow-data.ts';
import { startStub, type Stub } from './stub-api.ts';

/** The analyzer of traffic in real Chromium. Pictures end up in test-output/. */

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

const picture = (name: string) => page.screenshot({ path: `${pictures}/${name}.png`, fullPage: true });
const table = () => page.getByRole('table', { name: 'All flows' });
/** What stands in each row of the table, cell by cell. */
const rows = async () => {
  await table().getByRole('row').nth(1).waitFor();
  const all = await table().getByRole('row').all();
  return Promise.all(all.slice(1).map((row) => row.getByRole('cell').allInnerTexts()));
};
/** A time that does not move on, so that pictures and figures stay as they are. */
const fixed = 'from=2026-03-01T10:00:00.000Z&to=2026-03-01T11:00:00.000Z';

/** Each way to look, and the heading that says that it is there. */
const pictured = [
  ['flows', 'All flows'],
  ['sankey', 'Streams'],
  ['matrix', 'Who with whom'],
  ['latency', 'Round trips'],
  ['records', 'Single records'],
  ['insights', 'Insights'],
  ['sql', 'By SQL'],
  ['exporters', 'Exporters'],
] as const;

describe.skipIf(!present)('the view of traffic', () => {
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
  });
  afterEach(async () => {
    await context?.close();
    expect(complaints).toEqual([]);
  });

  test('says in two clicks which addresses exchanged traffic with the web server', async () => {
    await open(`/flows?${fixed}`);
    await table().waitFor();
    let clicks = 0;
    const click = async (name: string, role: 'button' | 'link') => {
      clicks++;
      await page.getByRole(role, { name, exact: true }).first().click();
    };
    await click('Client and server', 'button');
    await table().getByRole('columnheader', { name: 'Server' }).waitFor();
    await click(`Only ${webServer}`, 'link');
    await page.getByRole('list', { name: 'Basic filters' }).getByText(webServer).waitFor();
    await expect
      .poll(async () => (await rows()).map(([, server]) => server?.split('\n')[0]))
      .toEqual(Array.from({ length: 4 }, () => webServer));
    expect((await rows()).map(([client]) => client)).toEqual(['198.51.100.7', '10.0.0.11', '10.0.0.12', '203.0.113.9']);
    expect(clicks).toBe(2);
    await picture('flows-web-server');
  });

  test.each(['light', 'dark'] as const)('has no serious finding of axe, in %s, wide and narrow', async (scheme) => {
    for (const width of [1280, 360]) {
      for (const [show, heading] of pictured) {
        await open(`/flows?${fixed}&show=${show}&sql=SELECT+1`, { scheme, width });
        await page.getByRole('heading', { level: 2, name: heading, exact: true }).waitFor();
        await page.locator('main .waiting').waitFor({ state: 'detached' });
        expect(await findings(page), `${show} ${width}`).toEqual([]);
        expect(await overflow(page), `${show} ${width}`).toBe(0);
        await picture(`flows-${show}-${scheme}-${width}`);
        await context.close();
      }
    }
  });
});
