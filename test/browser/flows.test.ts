import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { downloaded, findings, launch, listen, overflow, pictures, present } from './browsing.ts';
import { parseFilter } from '../../src/explain/flows/filter/parse.ts';
import { conditionFields, exampleOf, expressionOf } from '../../web/src/flows/conditions.ts';
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

const address = () => new URL(page.url()).searchParams;
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
  ['costs', 'Costs'],
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

  test('narrows by basic filters: values of one field are alternatives, fields add up', async () => {
    await open(`/flows?${fixed}`);
    const add = async (field: string, value: string) => {
      await page.getByRole('combobox', { name: 'Field', exact: true }).selectOption({ label: field });
      await page.getByRole('combobox', { name: 'Value', exact: true }).fill(value);
      await page.keyboard.press('Enter');
    };
    const expression = page.getByLabel('Filter expression');
    await add('Source', '10.0.0.11');
    await expect.poll(() => expression.inputValue()).toBe('src host 10.0.0.11');
    await add('Source', '10.0.0.12');
    await add('Destination', '10.0.0.0/24');
    await expect
      .poll(() => expression.inputValue())
      .toBe('(src host 10.0.0.11 or src host 10.0.0.12) and dst net 10.0.0.0/24');
    await expect.poll(async () => (await rows()).map(([source]) => source)).toEqual(['10.0.0.11', '10.0.0.12']);
    await page.getByRole('button', { name: 'Without 10.0.0.12' }).click();
    await expect.poll(async () => (await rows()).length).toBe(1);
    // Edited, it is an expression of its own.
    await expression.fill('proto udp');
    await page.getByRole('button', { name: 'Apply' }).click();
    await expect.poll(async () => (await rows()).length).toBe(4);
    expect(await page.getByRole('list', { name: 'Basic filters' }).count()).toBe(0);
    expect(address().get('filter')).toBe('proto udp');
    await page.getByRole('button', { name: 'Clear', exact: true }).click();
    await expect.poll(async () => (await rows()).length).toBe(25);
  });

  test.each(['flows', 'latency', 'records'])('says where a filter cannot be read, in %s', async (show) => {
    await open(`/flows?${fixed}&show=${show}&filter=${encodeURIComponent('proto tcp and prt 443')}`);
    const field = page.getByLabel('Filter expression');
    const alert = page.getByRole('alert');
    await alert.getByText(/expected/).waitFor();
    expect(await alert.locator('pre').innerText()).toContain(`proto tcp and prt 443\n${' '.repeat(14)}^`);
    expect(await field.getAttribute('aria-invalid')).toBe('true');
    await alert.getByRole('button', { name: 'Column 15:' }).click();
    expect(await page.evaluate<number>('document.activeElement.selectionStart')).toBe(14);
    expect(await findings(page)).toEqual([]);
    if (show === 'flows') await picture('flows-filter-problem');
  });

  test('drills down by a row, shows where to look next, and leads back', async () => {
    await open(`/flows?${fixed}`);
    await rows();
    await table().getByRole('row').nth(1).getByText('410 MiB').click();
    await expect
      .poll(() => page.getByLabel('Filter expression').inputValue())
      .toBe('src host 10.0.0.80 and dst host 198.51.100.7');
    await expect.poll(async () => (await rows()).length).toBe(1);
    await page.getByText('In all other fields this traffic is the same.').waitFor();
    const trail = page.getByRole('navigation', { name: 'The way here' });
    await trail.getByRole('link', { name: 'All traffic' }).click();
    await expect.poll(async () => (await rows()).length).toBe(25);
    expect(await trail.count()).toBe(0);
    // By keyboard, and from the suggestions.
    await page.getByRole('link', { name: 'Only 10.0.0.80' }).first().press('Enter');
    await expect.poll(async () => (await rows()).length).toBe(4);
    const byService = page.getByRole('link', { name: 'By Service' });
    await byService.waitFor();
    expect(await page.getByRole('link', { name: 'By Exporter' }).count()).toBe(0);
    await picture('flows-drilled');
    await byService.click();
    await expect.poll(async () => (await rows()).map(([service]) => service)).toEqual(['https', 'http']);
    await page.goBack();
    await expect.poll(async () => (await rows()).length).toBe(4);
    expect(await trail.getByRole('link').count()).toBe(1);
  });

  test('groups by chips, by what is ranked, and by what is measured', async () => {
    await open(`/flows?${fixed}`);
    await page.getByLabel('Add a field…').selectOption({ label: 'Service' });
    await page.getByRole('button', { name: 'Without Source' }).click();
    await page.getByRole('button', { name: 'Without Destination' }).click();
    await expect.poll(() => address().get('by')).toBe('service');
    await expect.poll(async () => (await rows()).map(([service]) => service)).toContain('telnet');
    await page.getByRole('group', { name: 'Measure' }).getByRole('button', { name: 'Records' }).click();
    await page.getByLabel('Ranked by').selectOption({ label: 'Peak' });
    await page.getByLabel('Seen at both ends').selectOption({ label: 'Sum' });
    await expect
      .poll(() => stub.flows.questions.at(-1))
      .toMatchObject({ groupBy: ['service'], measure: 'flows', statistic: 'max', samplingPoint: 'sum' });
    await table().getByRole('button', { name: 'Service' }).click();
    await expect
      .poll(async () => (await rows()).map(([service]) => service))
      .toEqual(['dns', 'http', 'https', 'smb', 'ssh', 'telnet']);
    expect(await table().getByRole('columnheader', { name: 'Service' }).getAttribute('aria-sort')).toBe('ascending');
  });

  test('compares with the past: dashed lines, and the change of each row', async () => {
    await open(`/flows?${fixed}&by=service`);
    await page.getByLabel('Compare').selectOption({ label: '1 hour before' });
    await table().getByRole('columnheader', { name: 'Change' }).waitFor();
    expect(await page.getByRole('button', { name: 'Stacked' }).isDisabled()).toBe(true);
    const legend = page.getByRole('region', { name: 'Lines of Highest flows' });
    await legend.getByText('https, before').waitFor();
    expect(await legend.locator('.swatch-past').count()).toBe(6);
    expect((await rows())[0]?.at(-2)).toBe('+25%');
    await picture('flows-compared');
    expect(await findings(page)).toEqual([]);
  });

  test('the chart zooms by drag and by keyboard, and the address tells it', async () => {
    await open(`/flows?${fixed}`);
    const over = page.locator('.u-over');
    await over.scrollIntoViewIfNeeded();
    const box = await over.boundingBox();
    if (!box) throw new Error('the chart has no size');
    await page.mouse.move(box.x + box.width / 2, box.y + 40);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width - 5, box.y + 44, { steps: 4 });
    await page.mouse.up();
    const from = () => Date.parse(address().get('from') ?? '');
    await expect.poll(from).toBeGreaterThan(Date.parse('2026-03-01T10:25:00Z'));
    const zoomed = from();
    await page.locator('.chart-view').focus();
    await page.keyboard.press('ArrowLeft');
    await expect.poll(from).toBeLessThan(zoomed);
    await page.keyboard.press('0');
    await expect.poll(() => address().has('from')).toBe(false);
  });

  test('ten thousand rows are there, and few of them drawn', async () => {
    stub.flows.clients = 9_990;
    await open(`/flows?${fixed}&filter=${encodeURIComponent(`dst host ${webServer}`)}`);
    await page.getByRole('button', { name: 'Show 9,994' }).click();
    await page.getByText('9,994 rows').waitFor({ timeout: 60_000 });
    expect(await table().getAttribute('aria-rowcount')).toBe('9995');
    expect(await table().getByRole('row').count()).toBeLessThan(60);
    const last = () => page.evaluate('scrollTo(0, document.querySelector(".flow-body").offsetHeight)');
    await last();
    await expect
      .poll(async () => {
        await last();
        return table().locator('[aria-rowindex="9995"]').count();
      })
      .toBe(1);
    await page.screenshot({ path: `${pictures}/flows-ten-thousand.png` });
  });

  test('tables and charts are files', async () => {
    await open(`/flows?${fixed}`);
    await rows();
    const save = async (title: string, kind: 'CSV' | 'PNG') => {
      const menu = page.locator('summary').and(page.getByLabel(`Files of ${title}`));
      await menu.click();
      return downloaded(page, () => page.getByRole('button', { name: `Save as ${kind}` }).click());
    };
    const figures = (await save('All flows', 'CSV')).content.toString();
    expect(figures.split('\r\n')[0]).toBe('source,destination,bytes,packets,flows,error,average,median,p95,max');
    expect(figures).toMatch(/\r\n10\.0\.0\.80,198\.51\.100\.7,\d{6,},/);
    const lines = (await save('Highest flows', 'CSV')).content.toString();
    expect(lines.split('\r\n')[0]).toContain('10.0.0.80 → 198.51.100.7 (bytes-per-second)');
    const isPicture = (content: Buffer) => content.subarray(1, 4).toString() === 'PNG' && content.length > 5000;
    expect(isPicture((await save('Highest flows', 'PNG')).content)).toBe(true);
    await page.getByRole('link', { name: 'Streams' }).click();
    expect(isPicture((await save('Streams', 'PNG')).content)).toBe(true);
    expect((await save('Streams', 'CSV')).content.toString()).toMatch(/^from,to,bytes\r\n10\.0\.0\.80,/);
    await page.getByRole('link', { name: 'Who with whom' }).click();
    expect(isPicture((await save('Who with whom', 'PNG')).content)).toBe(true);
  });

  test('streams have two or three columns, and the same figures as a table', async () => {
    await open(`/flows?${fixed}&show=sankey&by=source,service,destination`);
    await page.getByRole('group', { name: /^Streams between/ }).waitFor();
    expect(await page.locator('.sankey-heads span').allInnerTexts()).toEqual(['Source', 'Service', 'Destination']);
    await page.getByText('The same figures as a table').click();
    const twin = page.getByRole('region', { name: 'Streams as a table' });
    expect(await twin.getByRole('row').nth(1).innerText()).toMatch(/^10\.0\.0\.80\s+https\s+[\d.]+ MiB/);
    // One stop of the tab key, from which the arrow keys walk.
    await page.locator('.sankey-node[tabindex="0"]').focus();
    const focused = () => page.evaluate<string>('document.activeElement.getAttribute("aria-label") ?? ""');
    expect(await focused()).toMatch(/^Source: 10\.0\.0\.80: [\d.]+ [MG]iB/);
    await page.keyboard.press('ArrowRight');
    expect(await focused()).toMatch(/^Service: https:/);
    await page.keyboard.press('ArrowDown');
    expect(await focused()).toMatch(/^Service: /);
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowLeft');
    expect(await focused()).toMatch(/^Source: 10\.0\.0\.80:/);
    expect(await page.locator('.sankey-node[tabindex="0"]').count()).toBe(1);
    expect(await findings(page)).toEqual([]);
    await picture('flows-sankey-keyboard');
    await page.keyboard.press('Enter');
    await expect.poll(() => address().get('where')).toBe('source=10.0.0.80');
    await page.getByRole('button', { name: 'Without Source' }).click();
    await page.getByRole('button', { name: 'Without Service' }).click();
    await page.getByText('Streams need two or three fields: add one.').waitFor();
  });

  test('what moves on is read again at a pace that fits, and stands still when it is told to', async () => {
    await open('/flows?range=24h');
    const pace = page.getByLabel('Read anew');
    const chosen = async () => (await pace.locator('option:checked').innerText()).trim();
    await expect.poll(chosen).toBe('Every 10m');
    const pause = page.getByRole('button', { name: 'Stand still' });
    await pause.click();
    await expect.poll(chosen).toBe('Standing still');
    expect(await pause.getAttribute('aria-pressed')).toBe('true');
    expect(address().get('refresh')).toBe('off');
    await pause.click();
    await expect.poll(chosen).toBe('Every 10m');
    expect(address().has('refresh')).toBe(false);
    await page.goto(`${stub.url}/flows?range=15m`);
    await expect.poll(chosen).toBe('Every 15s');
  });

  test('the matrix is a table whose cells lead on, and the arrow keys walk through it', async () => {
    await open(`/flows?${fixed}&show=matrix`);
    const cell = (name: RegExp) => page.getByRole('link', { name });
    await cell(/^10\.0\.0\.80 to 198\.51\.100\.7: 410 MiB/).focus();
    const focused = () => page.evaluate<string>('document.activeElement.getAttribute("aria-label") ?? ""');
    await page.keyboard.press('ArrowRight');
    expect(await focused()).toMatch(/^10\.0\.0\.80 to 10\.0\.0\.11:/);
    await page.keyboard.press('ArrowDown');
    expect(await focused()).toMatch(/ to 10\.0\.0\.11:/);
    await cell(/^10\.0\.0\.80 to 198\.51\.100\.7:/).press('Enter');
    await expect.poll(async () => (await rows()).length).toBe(1);
  });

  test('round trips are ranked, single records found, and older ones fetched', async () => {
    await open(`/flows?${fixed}&show=latency`);
    const region = page.getByRole('region', { name: 'Round trips' });
    await expect.poll(() => region.getByRole('row').nth(1).innerText()).toMatch(/203\.0\.113\.9/);
    await page.getByLabel('Slowest by').selectOption({ label: 'Longest' });
    await expect.poll(() => address().get('rank')).toBe('max');
    await page.getByRole('link', { name: 'Single records' }).click();
    const found = page.getByRole('region', { name: 'Single records' });
    await found.getByText('10.0.0.11:40000').first().waitFor();
    expect(await found.locator('code').first().innerText()).toMatch(/^1:/);
    await page.getByRole('button', { name: 'Older' }).click();
    await expect.poll(() => address().has('before')).toBe(true);
    await page.getByRole('button', { name: 'Newest' }).click();
    await expect.poll(() => address().has('before')).toBe(false);
  });

  test('SQL goes on from what is shown; what may not be asked is refused', async () => {
    await open(`/flows?${fixed}`);
    await page.getByRole('link', { name: 'Go on in SQL' }).click();
    const field = page.getByLabel(/^Statement over the table flows/);
    expect(await field.inputValue()).toMatch(/^SELECT source, destination/);
    await page.getByRole('region', { name: 'By SQL' }).getByRole('columnheader', { name: 'bytes' }).waitFor();
    await field.fill('DROP TABLE flows');
    await field.press('Control+Enter');
    await page.getByRole('alert').getByText('only SELECT may be asked').waitFor();
    expect(address().get('sql')).toBe('DROP TABLE flows');
  });

  test('exporters show what they lost and whose clock is wrong; insights lead to their traffic', async () => {
    await open('/flows?show=exporters');
    const core = page.getByRole('row').filter({ hasText: '192.0.2.2' });
    expect(await core.innerText()).toMatch(/130 \(0\.3%\)/);
    expect(await core.locator('.flows-doubt').allInnerTexts()).toEqual(['130 (0.3%)', '92 s ahead']);
    await page.getByText('a set longer than its message').waitFor();
    await page.getByRole('link', { name: 'Insights' }).click();
    const scan = page.getByRole('listitem').filter({ hasText: 'Scan of ports' });
    await scan.getByRole('link', { name: 'Show the traffic' }).click();
    await expect.poll(async () => (await rows()).map(([source]) => source)).toEqual(['198.51.100.99']);
    expect(address().has('from')).toBe(true);
  });

  test('ready views are links; who talked to an address between two moments is a form', async () => {
    await open('/flows');
    const menu = page.locator('summary').filter({ hasText: /^Views$/ });
    await menu.click();
    await page.getByRole('link', { name: /^Monitoring/ }).click();
    await expect.poll(() => stub.flows.questions.at(-1)).toMatchObject({ groupBy: ['service'], compareMs: 86_400_000 });
    await menu.click();
    expect(await findings(page)).toEqual([]);
    await picture('flows-ready-views');
    await page.getByRole('link', { name: /^Refused and dropped/ }).click();
    await expect.poll(async () => (await rows()).map(([reason]) => reason)).toEqual(['\u202e<b>policy deny</b>']);
    await menu.click();
    const form = page.locator('.ready-menu form');
    await form.getByLabel('Either address').fill('1.1.1.1');
    await form.getByLabel('From').fill('2026-03-01T10:00');
    await form.getByLabel('To').fill('2026-03-01T11:00');
    await form.getByRole('button', { name: 'Show' }).click();
    const found = page.getByRole('region', { name: 'Single records' });
    await found.getByText('1.1.1.1:53').first().waitFor();
    expect(await found.getByRole('row').count()).toBe(5);
  });

  test.each(['Monitoring', 'Capacity', 'NAT', 'Refused and dropped'])(
    'the ready view %s asks what can be answered',
    async (name) => {
      await open('/flows');
      await page
        .locator('summary')
        .filter({ hasText: /^Views$/ })
        .click();
      const before = stub.flows.questions.length;
      await page.getByRole('link', { name: new RegExp(`^${name}`) }).click();
      await expect.poll(() => stub.flows.questions.length).toBeGreaterThan(before);
      await page.locator('main .waiting').waitFor({ state: 'detached' });
      await page.getByRole('heading', { name: 'Highest flows' }).waitFor();
      expect(await page.getByRole('alert').count()).toBe(0);
    },
  );

  test('says what the traffic that left costs, or how to name prices', async () => {
    await open('/flows');
    await page
      .locator('summary')
      .filter({ hasText: /^Views$/ })
      .click();
    await page.getByRole('link', { name: /^Cost/ }).first().click();
    const costs = page.getByRole('region', { name: 'Costs' }).last();
    const lines = await costs.getByRole('row').allInnerTexts();
    expect(lines.map((line) => line.split(/\t/))).toEqual([
      ['To', 'Price of a GiB', 'Bytes', 'Cost'],
      ['dst country DE', '0.02 EUR', '120 GiB', '2.40 EUR'],
      ['anywhere else', '0.08 EUR', '40 GiB', '3.20 EUR'],
      ['Together', '', '160 GiB', '5.60 EUR'],
    ]);
    await costs.getByRole('link', { name: 'dst country DE' }).click();
    await expect.poll(() => page.getByLabel('Filter expression').inputValue()).toBe('dst country DE');
    stub.flows.priced = false;
    await page.getByRole('link', { name: 'Costs' }).click();
    await page.getByText('per-GiB:').waitFor();
    expect(await findings(page)).toEqual([]);
  });

  test('names of exporters are there to choose from', async () => {
    await open(`/flows?${fixed}`);
    await page.getByRole('combobox', { name: 'Field', exact: true }).selectOption({ label: 'Exporter' });
    await expect.poll(() => page.locator('datalist option').evaluateAll((all) => all.length)).toBe(2);
    await page.getByRole('combobox', { name: 'Value', exact: true }).fill('core');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.getByLabel('Filter expression').inputValue()).toBe('exporter "core"');
    await expect.poll(async () => (await rows()).length).toBe(4);
  });

  test('whoever may not see who talks to whom is told so, and may see the exporters', async () => {
    stub.flows.refused = true;
    for (const show of ['flows', 'latency', 'insights', 'sql']) {
      await open(`/flows?${fixed}&show=${show}&sql=SELECT`);
      await page.getByText('Who talks to whom is shown to operators.').waitFor();
      expect(await page.getByRole('alert').count()).toBe(0);
      await context.close();
    }
    await open('/flows?show=exporters');
    await page.getByRole('row').filter({ hasText: '192.0.2.2' }).waitFor();
  });

  test('the link is the view', async () => {
    await open(`/flows?${fixed}&by=service&compare=1h`);
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.getByRole('button', { name: 'Copy the link' }).click();
    await page.getByText('Copied. The link shows exactly this.').waitFor();
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(page.url());
  });

  test('where nothing is collected it says how to begin, and where nothing came, how to point exporters here', async () => {
    stub.flows.status.enabled = false;
    await open('/flows');
    await page.getByRole('heading', { name: 'No traffic is collected.' }).waitFor();
    await page.getByText('udp:0.0.0.0:2055').first().waitFor();
    expect(await page.locator('pre').allInnerTexts()).toEqual(
      expect.arrayContaining([
        expect.stringContaining('flows:'),
        expect.stringContaining('softflowd -i'),
        expect.stringContaining('/ip traffic-flow target add dst-address=127.0.0.1 port=2055'),
        expect.stringContaining('flow exporter'),
      ]),
    );
    expect(await findings(page)).toEqual([]);
    await picture('flows-off');
    stub.flows.status.enabled = true;
    stub.flows.status.store.rows = 0;
    await page.reload();
    await page.getByRole('heading', { name: 'Listening; no record has come yet.' }).waitFor();
    await page.setViewportSize({ width: 360, height: 900 });
    expect(await overflow(page)).toBe(0);
    await picture('flows-waiting-narrow');
  });

  test.each([
    ['light', 1280],
    ['light', 360],
    ['dark', 1280],
    ['dark', 360],
  ] as const)('has no serious finding of axe, in %s, %i pixels wide', async (scheme, width) => {
    for (const [show, heading] of pictured) {
      await open(`/flows?${fixed}&show=${show}&sql=SELECT+1`, { scheme, width });
      await page.getByRole('heading', { level: 2, name: heading, exact: true }).waitFor();
      await page.locator('main .waiting').waitFor({ state: 'detached' });
      expect(await findings(page), show).toEqual([]);
      expect(await overflow(page), show).toBe(0);
      await picture(`flows-${show}-${scheme}-${width}`);
      await context.close();
    }
  });
});

test('each basic filter is an expression that the analyzer reads', () => {
  const values: Readonly<Record<string, string>> = { protocol: 'tcp', exporter: 'edge "1"' };
  for (const field of conditionFields) {
    const value = values[field] ?? exampleOf(field).split(', ')[0] ?? '';
    const expression = expressionOf([{ field, value }], '');
    expect(() => parseFilter(expression), expression).not.toThrow();
  }
  expect(() => parseFilter(expressionOf([{ field: 'host', value: '10.0.0.0/8' }], ''))).not.toThrow();
});
