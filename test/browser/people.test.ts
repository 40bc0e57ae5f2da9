import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { oidcSchema } from '../../src/model/index.ts';
import { startProvider, type FixtureProvider } from '../../src/server/http/oidc-provider.fixture.ts';
import * as browsing from './browsing.ts';
import { startReal, type RealWatcher } from './real-watcher.ts';

/** People at the page of a real watcher, and an identity provider beside it. */

const { pictures, present } = browsing;
const folder = mkdtempSync(join(tmpdir(), 'qw-people-'));
const secretFile = join(folder, 'secret');
const password = 'correct horse battery';

let real: RealWatcher;
let provider: FixtureProvider;
let browser: Browser;
let context: BrowserContext;
let page: Page;
const complaints: string[] = [];

interface Look {
  scheme?: 'light' | 'dark';
  width?: number;
}

async function open(path: string, { scheme = 'light', width = 1280 }: Look = {}): Promise<void> {
  context = await browser.newContext({ colorScheme: scheme, viewport: { width, height: 900 }, locale: 'en-GB' });
  page = await context.newPage();
  browsing.listen(page, complaints);
  await page.goto(`${real.url}${path}`);
}

async function signIn(user: string, secret = password): Promise<void> {
  await page.getByLabel('User name').fill(user);
  await page.getByLabel('Password').fill(secret);
  await page.keyboard.press('Enter');
}

const heading = (name: string) => page.getByRole('heading', { name, level: 1 });

describe.skipIf(!present)('people on the page', () => {
  beforeAll(async () => {
    mkdirSync(pictures, { recursive: true });
    writeFileSync(secretFile, 'shh');
    provider = await startProvider();
    const oidc = oidcSchema.parse({
      issuer: provider.issuer,
      'client-id': 'quorumwatch',
      'client-secret-file': secretFile,
      roles: { operator: ['noc'] },
    });
    real = await startReal({ configuration: 'watch: []', oidc });
    for (const [name, role] of [
      ['maria', 'admin'],
      ['jan', 'viewer'],
    ])
      await real.call('POST', '/users', { name, role, password, displayName: `${name} of the office` });
    browser = await browsing.launch();
  }, 60_000);
  afterEach(async () => {
    await context?.close();
    expect(complaints.splice(0)).toEqual([]);
  });
  afterAll(async () => {
    await browser?.close();
    await real?.close();
    provider?.close();
    rmSync(folder, { recursive: true });
  });

  test('signing in by name and password, with the keyboard alone', async () => {
    await open('/account');
    await page.getByRole('link', { name: 'Sign in through your organisation' }).waitFor();
    expect(await browsing.findings(page)).toEqual([]);
    await page.screenshot({ path: `${pictures}/people-sign-in.png` });
    await page.keyboard.type('maria');
    await page.keyboard.press('Tab');
    await page.keyboard.type('wrong');
    await page.keyboard.press('Enter');
    await page.getByText('the name or the password is wrong').waitFor();
    await page.getByLabel('Password').fill(password);
    await page.keyboard.press('Enter');
    await heading('My account').waitFor();
    expect(await page.getByText('Signed in as maria (admin)').count()).toBeGreaterThan(0);
  });

  test('an admin adds, changes and removes a user', async () => {
    await open('/people');
    await signIn('maria');
    await heading('People').waitFor();
    await page.getByRole('button', { name: 'Add a user' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name', { exact: true }).fill('kim');
    await dialog.getByLabel('Display name').fill('Kim');
    await dialog.getByLabel('Role').selectOption('operator');
    await dialog.getByLabel('Password').fill('kim kim kim kim');
    await dialog.getByRole('button', { name: 'Add', exact: true }).click();
    await dialog.getByText('expected a password that nobody guesses').waitFor();
    expect(await browsing.findings(page)).toEqual([]);
    await dialog.getByLabel('Password').fill(password);
    await dialog.getByRole('button', { name: 'Add', exact: true }).click();
    const row = page.getByRole('row').filter({ hasText: 'kim' });
    await row.waitFor();
    expect(await row.innerText()).toMatch(/Kim[\s\S]*Operator[\s\S]*Enabled[\s\S]*never/);
    await row.getByRole('button', { name: /^Change/ }).click();
    await dialog.getByLabel('Keep out').check();
    await dialog.getByRole('button', { name: 'Save' }).click();
    await row.getByText('Disabled').waitFor();
    await page.screenshot({ path: `${pictures}/people.png` });
    await row.getByRole('button', { name: /^Remove/ }).click();
    await dialog.getByRole('button', { name: 'Remove the user' }).click();
    await expect.poll(() => row.count()).toBe(0);
    // Nobody changes their own role.
    await page
      .getByRole('row')
      .filter({ hasText: 'maria' })
      .getByRole('button', { name: /^Change/ })
      .click();
    expect(await dialog.getByLabel('Role').isDisabled()).toBe(true);
    await page.keyboard.press('Escape');
    await page.goto(`${real.url}/audit`);
    await page.getByRole('row').filter({ hasText: 'delete /users/{name}' }).filter({ hasText: 'kim' }).waitFor();
    expect(await browsing.findings(page)).toEqual([]);
    await page.screenshot({ path: `${pictures}/audit.png` });
  });

  test('one’s own account: password, sessions, tokens', async () => {
    await open('/account');
    await signIn('jan');
    await heading('My account').waitFor();
    expect(await page.getByRole('link', { name: 'People' }).count()).toBe(0);
    await page.getByRole('button', { name: 'New token' }).click();
    const dialog = page.getByRole('dialog');
    expect(await dialog.getByLabel('Role').locator('option').allInnerTexts()).toEqual(['Viewer']);
    await dialog.getByLabel('Name').fill('laptop');
    await dialog.getByRole('button', { name: 'Make the token' }).click();
    const token = await dialog.locator('code').innerText();
    expect(token).toMatch(/^qw_/);
    const asked = await fetch(`${real.url}/api/v1/session`, { headers: { authorization: `Bearer ${token}` } });
    expect(await asked.json()).toMatchObject({ name: 'jan/laptop', role: 'viewer' });
    await dialog.getByRole('button', { name: 'Done' }).click();
    await page.getByRole('button', { name: /^Revoke/ }).click();
    await page.getByText('No tokens').waitFor();

    await page.getByLabel('Present password').fill(password);
    await page.getByLabel('New password', { exact: true }).fill('another horse battery');
    await page.getByLabel('New password again').fill('another');
    await page.getByText('The two are not the same.').waitFor();
    await page.getByLabel('New password again').fill('another horse battery');
    await page.getByRole('button', { name: 'Change the password' }).click();
    await page.getByText('The password is changed.').waitFor();
    expect(await browsing.findings(page)).toEqual([]);
    await page.screenshot({ path: `${pictures}/account.png`, fullPage: true });
    // This browser stays in, under a new session.
    await page.reload();
    await heading('My account').waitFor();

    const other = await browser.newContext();
    const elsewhere = await other.newPage();
    await elsewhere.goto(`${real.url}/account`);
    await elsewhere.getByLabel('User name').fill('jan');
    await elsewhere.getByLabel('Password').fill('another horse battery');
    await elsewhere.keyboard.press('Enter');
    await elsewhere.getByRole('heading', { name: 'My account' }).waitFor();
    await page.reload();
    await page.getByRole('button', { name: 'End all others' }).click();
    await expect.poll(() => page.getByRole('button', { name: 'End all others' }).count()).toBe(0);
    await elsewhere.reload();
    await elsewhere.getByLabel('User name').waitFor();
    await other.close();
  });

  test('through the identity provider and back; who has no role is told so', async () => {
    await open('/');
    await page.getByRole('link', { name: 'Sign in through your organisation' }).click();
    await page.getByText('Signed in as maria@127.0.0.1 (operator)').waitFor();
    expect(page.url()).toBe(`${real.url}/`);
    await page.goto(`${real.url}/account`);
    await page.getByText('Your password is kept by the identity provider.').waitFor();
    await page.getByRole('button', { name: 'Sign out' }).first().click();
    provider.lies = { claims: { groups: ['visitors'] } };
    await page.getByRole('link', { name: 'Sign in through your organisation' }).click();
    await page.getByText('You are known, but have no role here.').waitFor();
    expect(page.url()).toBe(`${real.url}/`);
    provider.lies = {};
    const { items } = await real.call('GET', '/audit?what=sign-in&by=maria@127.0.0.1');
    expect(items).toEqual([expect.objectContaining({ identity: 'oidc', outcome: 'done' })]);
  });

  test('an answer of the provider without a sign-in that began here is refused', async () => {
    await open('/api/v1/session/oidc/callback?code=c1&state=prepared');
    await page.getByText('It took too long to sign in, or it began in another browser.').waitFor();
  });

  test.each(['/people', '/account', '/audit'])('%s is narrow, dark, and fits', async (path) => {
    await open(`/#token=${real.token}`, { scheme: 'dark', width: 380 });
    await page.getByText('Signed in as').first().waitFor();
    await page.goto(`${real.url}${path}`);
    await page.locator('h1').waitFor();
    await page.locator('.waiting').first().waitFor({ state: 'detached' });
    expect(await browsing.overflow(page)).toBe(0);
    expect(await browsing.findings(page)).toEqual([]);
    await page.screenshot({ path: `${pictures}${path}-narrow-dark.png` });
  });
});
