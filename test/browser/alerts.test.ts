import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import * as browsing from './browsing.ts';
import { incidents } from './data.ts';
import { alertsYaml } from './stub-alerts.ts';
import { startStub, type Stub } from './stub-api.ts';

/** Alerting policies, who is on call, and receivers, in real Chromium. Pictures end up in test-output/. */

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
  await expect.poll(() => page.locator('main .waiting:not(.chart-card .waiting)').count()).toBe(0);
}
const picture = (name: string) => page.screenshot({ path: `${pictures}/${name}.png`, fullPage: true });
const findings = () => browsing.findings(page);
const sent = () => stub.changes.filter(({ path }) => !path.endsWith('/session') && !path.endsWith('/query'));
const names = () => page.locator('.alert-table th .name').allInnerTexts();

describe.skipIf(!present)('alerts', () => {
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
    stub.alerting.reset();
    stub.configure(alertsYaml);
    const [first, ...rest] = incidents();
    stub.incidents = first ? [{ ...first, check: 'slow@check=gateway', severity: 'warning' }, ...rest] : [];
    stub.changes.length = 0;
    stub.role = 'admin';
  });
  afterEach(async () => {
    await context?.close();
    expect(complaints).toEqual([]);
  });

  test('policies are listed, searched and filtered; the address has it all', async () => {
    await open('/alerts');
    expect(await names()).toEqual(['slow', 'failing', 'quorum']);
    await page.getByText('It cannot be evaluated: the metric quorumwatch_samples_totals is not known').waitFor();
    await picture('alerts-list');
    expect(await findings()).toEqual([]);
    await page.keyboard.press('/');
    await page.keyboard.type('fail');
    await expect.poll(names).toEqual(['failing']);
    expect(page.url()).toContain('search=fail');
    await page.getByRole('button', { name: 'Clear the filters' }).click();
    await page.getByRole('combobox', { name: 'State' }).selectOption('disabled');
    await expect.poll(names).toEqual(['quorum']);
    stub.alerting.alerts = [];
    await page.getByRole('button', { name: 'Clear the filters' }).click();
    await page.getByText('There is no alerting policy yet.').waitFor();
    await page.getByText('metric: quorumwatch_probe_latency_seconds').waitFor();
    await picture('alerts-none');
    expect(await findings()).toEqual([]);
  });

  test('a policy shows its conditions with their limits, its resources, and who would be told by which route', async () => {
    await open('/alerts/slow');
    await browsing.settled(page);
    const resources = page.getByRole('region', { name: 'Resources' }).last();
    expect(await resources.locator('tbody tr').allInnerTexts()).toEqual([
      expect.stringMatching(
        /check=gateway[^]*firing[^]*flapping[^]*office-1 firing[^]*value 0.0431[^]*#inc-1203/,
      ) as string,
      expect.stringMatching(/check=dns[^]*fine[^]*cloud-2 was not heard/) as string,
    ]);
    expect(await page.locator('.condition-facts').first().innerText()).toMatch(/above 20 ms[^]*95th percentile[^]*5m/);
    const told = page.getByRole('region', { name: 'Who would be told' });
    expect(await told.innerText()).toMatch(
      /Named by the policy\s+ops\s+By route 2 matches .?team=web.?\s+anna waits during nights/,
    );
    const documentation = page.getByRole('region', { name: 'What to do' });
    await documentation.getByRole('heading', { name: 'Look at the paths first' }).waitFor();
    expect(await documentation.locator('img').count()).toBe(0);
    expect(await page.locator('.chart-card').count()).toBe(2);
    await picture('alerts-policy');
    expect(await findings()).toEqual([]);
  });

  test('a policy is changed in the form, tried on the past, shown as a plan, and saved', async () => {
    await open('/alerts/slow?edit');
    await page
      .getByRole('textbox', { name: /^Value/ })
      .first()
      .fill('0.3');
    await page.getByRole('combobox', { name: 'Severity' }).selectOption('critical');
    await picture('alerts-editor');
    expect(await findings()).toEqual([]);
    await page.getByRole('button', { name: 'Back-test' }).click();
    const past = page.getByRole('region', { name: 'Try it on the past' });
    await past.getByText('3 incidents').waitFor();
    expect(await past.locator('tbody tr').allInnerTexts()).toEqual([
      expect.stringContaining('ops ×2, anna ×2') as string,
      expect.stringContaining('ops ×2') as string,
      expect.stringMatching(/still open[^]*nobody/) as string,
    ]);
    expect(await past.locator('.backtest-warning').count()).toBe(3);
    await past.getByText('ops ×2, anna ×2').click();
    expect(await past.locator('tbody tr').first().locator('li').allInnerTexts()).toEqual([
      expect.stringMatching(/ops: it fires$/) as string,
      expect.stringMatching(/ops: it ended$/) as string,
      expect.stringMatching(/anna: it fires$/) as string,
      expect.stringMatching(/anna: it ended$/) as string,
    ]);
    await picture('alerts-backtest');
    await past.screenshot({ path: `${pictures}/alerts-backtest-result.png` });
    expect(await findings()).toEqual([]);
    await page.getByRole('button', { name: 'Show what would change' }).click();
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.waitForURL('**/alerts/slow');
    const [tried, planned, saved] = sent();
    expect(tried?.body).toMatchObject({ yaml: expect.stringMatching(/severity: critical[^]*above: 0.3/) as string });
    expect(planned?.path).toContain('/configuration/plan');
    expect(saved).toMatchObject({ method: 'PUT', body: { basedOn: 7 } });
    expect((saved?.body as { yaml: string } | undefined)?.yaml).toMatch(
      /# people wait[^]*name: slow\n {4}severity: critical[^]*above: 0.3[^]*name: failing[^]*routes:/,
    );
  });

  test('what a watcher refuses is shown by line in the text; the text goes back into the form', async () => {
    await open('/alerts?new');
    stub.alerting.refused = [{ path: 'conditions[0].threshold.above', message: 'expected a number' }];
    await page.getByRole('textbox', { name: /^Value/ }).fill('much');
    await page.getByRole('button', { name: 'Back-test' }).click();
    await page.getByText('conditions[0].threshold.above').waitFor();
    const field = page.getByRole('textbox', { name: 'The policy as YAML' });
    const text = await field.inputValue();
    expect(text).toContain('above: much');
    const line = text.split('\n').findIndex((one) => one.includes('above: much')) + 1;
    await page.getByRole('button', { name: new RegExp(`^Line ${line}, column`) }).click();
    expect(await page.evaluate<boolean>("document.activeElement?.tagName === 'TEXTAREA'")).toBe(true);
    await picture('alerts-refused');
    expect(await findings()).toEqual([]);
    await field.fill(text.replace('much', '0.5').replace('name: slow', 'name: slower'));
    await page.getByRole('button', { name: 'Form', exact: true }).click();
    expect(await page.getByLabel('Name', { exact: true }).inputValue()).toBe('slower');
    await page.getByRole('button', { name: 'Text (YAML)' }).click();
    await field.fill('name: [');
    await page.getByRole('button', { name: 'Form', exact: true }).click();
    await page.getByRole('alert').waitFor();
    expect(await field.count()).toBe(1);
    expect(await page.getByRole('button', { name: 'Show what would change' }).isDisabled()).toBe(true);
    await page
      .getByRole('link', { name: 'Policies' })
      .or(page.getByRole('link', { name: 'Alerts' }))
      .first()
      .click();
    await page.getByRole('dialog').getByRole('button', { name: 'Stay' }).click();
    expect(await field.inputValue()).toBe('name: [');
  });

  test('each kind of condition has its fields; the form writes nothing that nobody chose', async () => {
    await open('/alerts?new');
    const kind = page.getByRole('combobox', { name: 'Fires when' });
    const fields = page.locator('.condition-form');
    const shown = async (value: string, label: string) => {
      await kind.selectOption(value);
      await fields.getByText(label, { exact: true }).first().waitFor();
    };
    await shown('ratio', 'Divide');
    await shown('absent', 'Silent for');
    await shown('rate-of-change', 'In percent of the window before.');
    await shown('forecast', 'Within');
    await shown('verdict', 'Checks with labels');
    await picture('alerts-verdict-form');
    expect(await findings()).toEqual([]);
    await shown('quorum', 'Danger');
    await page.getByRole('button', { name: 'Text (YAML)' }).click();
    expect(await page.getByRole('textbox', { name: 'The policy as YAML' }).inputValue()).toBe(
      'name: slow\nseverity: warning\nconditions:\n  - for: 2m\n    quorum:\n      is: reduced\n',
    );
  });

  test('who may not save can try; leaving what was changed is asked about', async () => {
    stub.role = 'viewer';
    await open('/alerts/quorum?edit');
    await page.getByLabel('Comment').fill('for all');
    await page.getByRole('button', { name: 'Show what would change' }).click();
    await page.getByText('Only an admin can save').waitFor();
    expect(await page.getByRole('button', { name: 'Save', exact: true }).count()).toBe(0);
    await page.getByRole('link', { name: 'Incidents' }).first().click();
    await page.getByRole('dialog').getByRole('button', { name: 'Stay' }).click();
    expect(await page.getByLabel('Comment').inputValue()).toBe('for all');
  });

  test('who is on call, the turns, the routes, and the way of an incident that does not exist yet', async () => {
    await open('/on-call');
    expect(await page.getByRole('region', { name: 'Who is on call' }).last().locator('tbody tr').innerText()).toMatch(
      /night[^]*anna[^]*ops[^]*override/,
    );
    await page.getByText('As a table').click();
    expect(await page.getByRole('region', { name: 'The next two weeks' }).last().locator('tbody tr').count()).toBe(4);
    await page.getByLabel('Labels of the incident').fill('team=web, severity=critical, check=gateway');
    const routes = page.getByRole('region', { name: 'Routes' });
    await routes.getByText('By route 2.1').waitFor();
    expect(await routes.locator('.route-taken').count()).toBe(3);
    expect(await routes.locator('.told-by').innerText()).toMatch(/until-somebody-cares[^]*ben waits during nights/);
    await picture('on-call');
    expect(await findings()).toEqual([]);
    await page.getByRole('button', { name: 'Take a turn' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Receiver').selectOption('ben');
    await dialog.getByLabel('Until').fill('2030-01-02T03:04');
    await picture('on-call-override');
    expect(await findings()).toEqual([]);
    await page.keyboard.press('Enter');
    await page.getByText(/^ben in night, by maria/).waitFor();
    await page.getByRole('button', { name: 'Take back the turn of ops in night' }).click();
    await expect.poll(() => page.getByText(/^ops in night/).count()).toBe(0);
    expect(sent().map(({ method, path }) => `${method} ${path.slice('/api/v1'.length)}`)).toEqual([
      'POST /on-call/overrides',
      'DELETE /on-call/overrides/7',
    ]);
    expect(sent()[0]?.body).toMatchObject({ rota: 'night', receiver: 'ben' });
  });

  test('receivers show what came of the last message; a test says it for each channel', async () => {
    await open('/receivers');
    const ops = page.getByRole('region', { name: 'ops', exact: true });
    await ops.getByText('200 OK').waitFor();
    await ops.getByText('never tried').waitFor();
    await page.getByRole('button', { name: 'Send a test to ops' }).click();
    await ops.getByText('Not every channel took the test message.').waitFor();
    await ops.getByText('mail.example.org refused the recipient').waitFor();
    await picture('receivers');
    expect(await findings()).toEqual([]);
    stub.alerting.receivers = [];
    await page.reload();
    await page.getByText('There is no receiver yet.').waitFor();
    await page.getByText('webhook: { url').waitFor();
    expect(await findings()).toEqual([]);
  });

  test.each(['light', 'dark'] as const)('wide and narrow, %s', async (scheme) => {
    for (const [width, name] of [
      [1280, 'wide'],
      [360, 'narrow'],
    ] as const) {
      for (const [path, what] of [
        ['/alerts', 'list'],
        ['/alerts/slow', 'policy'],
        ['/alerts?new', 'editor'],
        ['/on-call', 'on-call'],
        ['/receivers', 'receivers'],
      ] as const) {
        await open(path, { scheme, width });
        expect([path, await browsing.overflow(page)]).toEqual([path, 0]);
        await picture(`alerts-${what}-${name}-${scheme}`);
        expect(await findings()).toEqual([]);
        await context.close();
      }
    }
  });
});
