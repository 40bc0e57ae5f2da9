import { setTimeout as wait } from 'node:timers/promises';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as browsing from './browsing.ts';
import { startReal, type RealWatcher } from './real-watcher.ts';

/**
 * Hostile names in everything that people and configuration can fill, at a real watcher with its real headers: every page is
 * walked, and nothing of them may run, nor even be tried and refused by the content security policy.
 */

const { present } = browsing;

/** What each would do, if anything took it for more than text. */
const run = 'globalThis.__ran=(globalThis.__ran||0)+1';
const attacks = [
  `<img src=x onerror="${run}">`,
  `"><script>${run}</script>`,
  `'><svg onload=${run}>`,
  `javascript:${run}//`,
  `</script><script>${run}</script>`,
  `{{constructor.constructor('${run}')()}}`,
  `\u202egnp.exe\u2066 \u200f`,
];
const [image = '', script = '', svg = '', url = '', closing = '', template = '', rtl = ''] = attacks;
const quoted = JSON.stringify;
/** Texts of several lines may have what names may not. */
const text = `${attacks.join(' ')}\u0007\u001b[2J`;

const configuration = `
site: ${quoted(image)}
labels: { role: ${quoted(svg)} }
watch:
${attacks
  .map(
    (name, i) =>
      `  - { name: ${quoted(name)}, comment: ${quoted(text)}, labels: { role: ${quoted(name)} }, type: tcp-conn, host: 127.0.0.1, port: ${i + 1}, interval: 300ms, timeout: 200ms, start-delay: 0s, settle: { down: 1/1 }, down: [{ log: ${quoted(name)} }, { notify: [${quoted(svg)}] }] }`,
  )
  .join('\n')}
targets:
  - { name: ${quoted(image)}, host: 127.0.0.1, labels: { where: lab } }
groups:
  - { name: ${quoted(script)}, comment: ${quoted(text)}, select: where=lab }
maintenance:
  - { name: ${quoted(svg)}, checks: [${quoted(rtl)}], once: { from: '2020-01-01T00:00Z', to: '2020-01-02T00:00Z' } }
notify:
  ${quoted(svg)}: { webhook: { url: 'http://127.0.0.1:1/' } }
`;

let real: RealWatcher;
let browser: Browser;
let context: BrowserContext;
let page: Page;
const complaints: string[] = [];

/** Whether anything ran, was refused, or became an element that would run at a click. */
async function harm(): Promise<string[]> {
  return page.evaluate<string[]>(`(() => [
    ...(globalThis.__ran ? ['ran ' + globalThis.__ran + ' times'] : []),
    ...(globalThis.__refused ?? []),
    ...[...document.querySelectorAll('img[src="x"], svg[onload], script:not([src])')]
      // The verifier is one file: its policy names the hash of its script.
      .filter((one) => !(location.pathname === '/verify.html' && one.matches('body > script[type=module]')))
      .map((one) => one.outerHTML.slice(0, 100)),
    ...[...document.querySelectorAll('*')].flatMap((one) => [...one.attributes])
      .filter(({ name, value }) => /^on/i.test(name) || (/^(href|src|action|formaction)$/i.test(name) && /^\\s*(javascript|data|vbscript):/i.test(value)))
      .map(({ name, value }) => name + '=' + value.slice(0, 100)),
  ])()`);
}

async function settle(path: string): Promise<void> {
  await page
    .locator('h1')
    .first()
    .waitFor()
    .catch((cause: unknown) => {
      throw new Error(`nothing is shown at ${path}`, { cause });
    });
  await wait(250);
}

describe.skipIf(!present)('hostile names', () => {
  beforeAll(async () => {
    real = await startReal({ configuration, said: image });
    browser = await browsing.launch();
    context = await browser.newContext({ viewport: { width: 1280, height: 900 }, userAgent: `${image} ${script}` });
    await context.addInitScript(
      `document.addEventListener('securitypolicyviolation', (event) => { (globalThis.__refused ??= []).push(event.violatedDirective + ' ' + event.blockedURI); });`,
    );
    page = await context.newPage();
    browsing.listen(page, complaints);
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await real?.close();
  });

  test('people fill every field that they can', async () => {
    const open = async () => ((await real.call('GET', '/incidents')) as { items: { id: string }[] }).items;
    await expect.poll(async () => (await open()).length, { timeout: 20_000 }).toBeGreaterThanOrEqual(attacks.length);
    const items = await open();
    for (const { id } of items) {
      expect(await real.call('POST', `/incidents/${id}/notes`, { text })).toHaveProperty('id');
      expect(await real.call('POST', `/incidents/${id}/status`, { status: 'identified', text })).toHaveProperty('id');
    }
    const user = { name: 'maria', displayName: script, role: 'admin', password: `${script} long enough` };
    expect(await real.call('POST', '/users', user)).toMatchObject({ displayName: script });
    const dashboard = {
      name: 'hostile',
      title: image,
      charts: [{ title: script, query: { metric: 'quorumwatch_checks' } }],
    };
    await real.call('PUT', '/dashboards/hostile', dashboard);
    // Into the audit, as whatever it was done to.
    for (const attack of attacks) await real.call('DELETE', `/users/${encodeURIComponent(attack)}`);
    await page.goto(`${real.url}/`);
    await page.getByLabel('User name').fill(image);
    await page.getByLabel('Password').fill(script);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByText('the name or the password is wrong').waitFor();
    expect(await harm()).toEqual([]);
  });

  test('nothing that an address says runs either', async () => {
    for (const attack of attacks) {
      for (const path of [
        `/#token=${encodeURIComponent(attack)}`,
        `/#sign-in=${encodeURIComponent(attack)}`,
        `/${encodeURIComponent(attack)}`,
        `/checks/${encodeURIComponent(attack)}`,
        `/?search=${encodeURIComponent(attack)}`,
      ]) {
        await page.goto(`${real.url}${path}`);
        await settle(path);
        expect(await harm(), path).toEqual([]);
      }
    }
    expect(complaints).toEqual([]);
  }, 120_000);

  test('every page shows them as text', async () => {
    await page.goto(`${real.url}/#token=${real.token}`);
    await page.locator('.check-link').first().waitFor();
    const seen = new Set<string>();
    const open = ['/', '/account', '/people', '/audit', '/configuration', '/settings', '/about', '/verify.html'];
    let shown = '';
    while (open.length > 0 && seen.size < 80) {
      const path = open.shift() ?? '/';
      if (seen.has(path)) continue;
      seen.add(path);
      await page.goto(`${real.url}${path}`);
      await settle(path);
      expect(await harm(), path).toEqual([]);
      shown += await page.evaluate<string>('document.body.innerText');
      const links = await page.evaluate<string[]>(
        `[...document.querySelectorAll('a[href^="/"]')].map((one) => one.getAttribute('href')).filter((href) => !/^.(api|guide)/.test(href))`,
      );
      open.push(...links.filter((href) => !seen.has(href)));
    }
    expect(complaints).toEqual([]);
    expect(seen.size).toBeGreaterThan(20);
    for (const attack of [image, script, svg, url, closing, template]) expect(shown).toContain(attack);
    // The palette and the dialogs show them as well.
    await page.goto(`${real.url}/people`);
    await page
      .getByRole('button', { name: /^Change/ })
      .first()
      .click();
    expect(await page.getByLabel('Display name').inputValue()).toBe(script);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+k');
    await page.keyboard.type('img');
    await wait(300);
    expect(await harm()).toEqual([]);
  }, 180_000);

  test('every answer has a policy, and files have names that are nothing but names', async () => {
    const paths = [
      '/',
      '/verify.html',
      '/api/v1/openapi.json',
      '/api/v1/status',
      '/metrics',
      '/nothing',
      '/assets/none.js',
      '/api/v1/none',
    ];
    for (const path of paths) {
      const { headers } = await fetch(`${real.url}${path}`, { headers: { authorization: `Bearer ${real.token}` } });
      const policy = headers.get('content-security-policy') ?? '';
      expect(policy, path).toMatch(path === '/verify.html' ? /default-src 'none'/ : /default-src 'self'/);
      expect(policy, path).toContain("frame-ancestors 'none'");
      expect(policy.replace(/style-src[^;]*/, ''), path).not.toMatch(/unsafe-inline|unsafe-eval|\*/);
      expect(headers.get('x-content-type-options'), path).toBe('nosniff');
      expect(headers.get('referrer-policy'), path).toBe('no-referrer');
      expect(headers.get('permissions-policy'), path).toContain('camera=()');
    }
    const { items } = (await real.call('GET', '/incidents')) as { items: { id: string }[] };
    const names = [...attacks, '../../etc/passwd', 'a"; filename="b.html', 'x\r\nset-cookie: a=b', 'ünï ✓'];
    const ids = [items[0]?.id ?? '', ...names].map(encodeURIComponent);
    const downloads = [
      ...names.map((name) => `/dashboards/${encodeURIComponent(name)}`),
      '/dashboards/checks',
      ...ids.flatMap((id) => [
        `/incidents/${id}/certificate`,
        `/incidents/${id}/export?format=json`,
        `/incidents/${id}/export?format=markdown`,
      ]),
    ];
    let files = 0;
    for (const path of downloads) {
      const answer = await fetch(`${real.url}/api/v1${path}`, {
        headers: { authorization: `Bearer ${real.token}`, accept: 'application/yaml' },
      });
      expect(answer.headers.get('set-cookie'), path).toBeNull();
      expect(answer.headers.get('content-type'), path).not.toMatch(/html|xml|javascript/);
      expect(answer.headers.get('x-content-type-options'), path).toBe('nosniff');
      const name = answer.headers.get('content-disposition');
      if (answer.ok) {
        files++;
        expect(name, path).toMatch(/^attachment; filename="[\w-]+(\.\w+)+"$/);
      }
      expect(await answer.text(), path).not.toContain('root:');
    }
    // The built-in dashboard, and three of the one incident that there is.
    expect(files).toBe(4);
  });
});
