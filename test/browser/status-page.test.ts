import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { writeExport } from '../../src/cli/write-export.ts';
import { silentLog } from '../../src/platform/index.ts';
import { answerPage, siteFile, Speech } from '../../src/report/index.ts';
import { hostileWorld, siteOf, world } from '../../src/report/status-page/world.fixture.ts';
import { takeStatusPage } from '../../src/server/http/status-page.ts';
import type { StatusPageDesk } from '../../src/watcher/index.ts';
import { findings, launch, listen, overflow, pictures, present } from './browsing.ts';

/** The pages of a made-up world as browsers show them: with scripts off, from a server and from a disk. */

const site = siteOf();
let forms: { isPost: boolean; form: string }[] = [];
const desk: StatusPageDesk = {
  settings: () => ({ public: true, detail: 'full' }) as ReturnType<StatusPageDesk['settings']>,
  file: (path) => site.file(path),
  proof: (path) =>
    Promise.resolve(path === 'certificates/7.outage.json' ? siteFile(path, '{"certificate":true}') : undefined),
  subscription: ({ isPost, form }) => {
    forms.push({ isPost, form: form.toString() });
    const speech = new Speech(form.get('language') === 'ko' ? 'ko' : 'en', world);
    return Promise.resolve({ status: 200, html: answerPage(world, speech, { says: speech.text.subscribe.sent }) });
  },
  exported: () => Promise.resolve([]),
};

let browser: Browser;
let server: Server;
let url = '';
let context: BrowserContext;
let page: Page;
const complaints: string[] = [];

interface Look {
  scripts?: boolean;
  theme?: 'light' | 'dark';
  width?: number;
}

async function open(path: string, { scripts = false, theme = 'light', width = 1100 }: Look = {}): Promise<void> {
  context = await browser.newContext({
    javaScriptEnabled: scripts,
    colorScheme: theme,
    viewport: { width, height: 900 },
  });
  page = await context.newPage();
  listen(page, complaints);
  await page.goto(path.startsWith('file:') ? path : url + path);
}

const headings = () => page.getByRole('heading').allInnerTexts();

describe.skipIf(!present)('status page', () => {
  beforeAll(async () => {
    const serving = { desk, log: silentLog, verifier: () => Promise.resolve('<!doctype html>'), alone: true };
    const take = takeStatusPage({ ...serving, addressOf: () => '' });
    server = createServer((request, response) => void take(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    browser = await launch();
  });
  afterEach(async () => {
    await context.close();
    expect(complaints.splice(0)).toEqual([]);
  });
  afterAll(async () => {
    await browser.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  test('says with scripts off how it is, what goes on and what is ahead', async () => {
    await open('/');
    expect(page.url()).toBe(`${url}/status/`);
    expect(await headings()).toEqual([
      'Outage of a part of the systems',
      'Open incidents',
      'Web shop, Payment: outage',
      'Scheduled maintenance',
      'Scheduled maintenance: Branch offices',
      'Components',
      'Shop',
      'Web shop',
      'Payment',
      'Branch offices',
      'Past incidents',
      'Web shop: outage',
    ]);
    const pictures = await page.getByRole('img').evaluateAll((all) => all.map((one) => one.getAttribute('aria-label')));
    expect(pictures[0]).toMatch(/^Web shop over the last 90 days: 99\.\d+% uptime$/);
    expect(await page.locator('svg.days').first().locator('g').count()).toBe(90);
    expect(await page.getByRole('main').innerText()).toContain('No current data; last known: Operational');
  });

  test('leads with scripts off to every place, and back', async () => {
    await open('/status/');
    await page.getByRole('link', { name: /Day by day: Web shop$/ }).click();
    expect(await page.getByRole('row').count()).toBe(91);
    expect(await page.getByRole('row').nth(1).innerText()).toMatch(/21 November 2026\s+\S+%\s+✕ Major outage 2 h/);
    await page.getByRole('link', { name: 'History' }).click();
    await page.getByRole('link', { name: /^Older/ }).click();
    expect(await headings()).toEqual(['History: October 2026', 'Web shop: outage']);
    await page.getByRole('link', { name: 'Web shop: outage' }).click();
    expect(await headings()).toEqual(['Web shop: outage', 'What happened', 'Proof']);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Outage certificate' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('7.outage.json');
    await page.getByRole('link', { name: '한국어' }).click();
    expect(page.url()).toBe(`${url}/status/ko/incidents/7.html`);
    expect((await headings())[1]).toBe('경과');
    await page.getByRole('link', { name: '현재 상태' }).click();
    expect((await headings())[0]).toBe('일부 시스템 장애');
  });

  test('takes a subscription with scripts off', async () => {
    forms = [];
    await open('/status/ko/subscribe.html');
    await page.getByLabel('메일 주소').fill('ann@example.org');
    await page.getByRole('button', { name: '메일 구독' }).click();
    await page.getByRole('status').waitFor();
    expect(forms).toEqual([{ isPost: true, form: 'language=ko&mail=ann%40example.org' }]);
    expect(await page.locator('html').getAttribute('lang')).toBe('ko');
    await page.getByRole('link', { name: '현재 상태' }).click();
    expect(page.url()).toBe(`${url}/status/ko/index.html`);
  });

  test.each(
    ['en', 'ko'].flatMap((language) => (['light', 'dark'] as const).map((theme) => [language, theme] as const)),
  )('is fit for screen readers and eyes, %s, %s', async (language, theme) => {
    const folder = language === 'en' ? '' : `${language}/`;
    for (const path of ['index', 'components/c1', 'history/2026-10', 'incidents/7', 'incidents/12', 'subscribe']) {
      await open(`/status/${folder}${path}.html`, { scripts: true, theme });
      expect([path, ...(await findings(page))]).toEqual([path]);
      await context.close();
    }
    await open(`/status/${folder}`, { theme });
    await page.screenshot({ path: `${pictures}/status-page-${language}-${theme}.png`, fullPage: true });
  });

  test.each(['index', 'components/c2', 'history/index', 'incidents/12', 'subscribe'])(
    'has room on a narrow screen: %s',
    async (path) => {
      await open(`/status/${path}.html`, { scripts: true, width: 320 });
      expect(await overflow(page)).toBeLessThanOrEqual(0);
      await page.screenshot({ path: `${pictures}/status-page-narrow-${path.replace('/', '-')}.png`, fullPage: true });
    },
  );

  test('prints without what paper cannot do', async () => {
    await open('/status/subscribe.html');
    await page.emulateMedia({ media: 'print' });
    expect(await page.getByRole('button').count()).toBe(0);
    expect(await page.getByRole('navigation').count()).toBe(0);
  });

  test('is reached by keyboard, the content first', async () => {
    await open('/status/', { scripts: true });
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to the content');
    await page.keyboard.press('Enter');
    expect(await page.evaluate('location.hash')).toBe('#content');
  });

  test('works from a disk as from a server', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'qw-status-'));
    try {
      const dead = siteOf({}, false);
      await writeExport(
        folder,
        dead.paths.map((path) => ({ path, text: dead.file(path)?.text ?? '' })),
      );
      await open(pathToFileURL(join(folder, 'index.html')).href);
      const ground = await page.evaluate("getComputedStyle(document.querySelector('.card')).backgroundColor");
      expect(ground).toBe('rgb(255, 255, 255)');
      await page.getByRole('link', { name: 'History' }).click();
      await page.getByRole('link', { name: /^Older/ }).click();
      await page.getByRole('link', { name: 'Web shop: outage' }).click();
      await page.getByRole('link', { name: '한국어' }).click();
      expect((await headings())[0]).toBe('Web shop: 장애');
      await page.getByRole('link', { name: '구독' }).click();
      expect(await page.getByRole('textbox').count()).toBe(0);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('shows hostile names as names, in pages and in feeds', async () => {
    const hostile = siteOf(hostileWorld);
    await open('/status/', { scripts: true });
    let dialogs = 0;
    page.on('dialog', (dialog) => {
      dialogs++;
      void dialog.dismiss();
    });
    for (const path of hostile.paths) {
      const text = hostile.file(path)?.text ?? '';
      if (path.endsWith('.html')) {
        // Without the policy nothing but the escaping stands between a name and the page.
        await page.setContent(text.replace(/<meta http-equiv[^>]*>/, ''));
        expect(await page.locator('script, img, iframe, [onerror], [style]').count(), path).toBe(0);
      } else if (!path.endsWith('.json')) {
        const parsed = `new DOMParser().parseFromString(${JSON.stringify(text)}, 'application/xml')`;
        expect(await page.evaluate(`${parsed}.getElementsByTagName('parsererror').length`), path).toBe(0);
        const titles = await page.evaluate<string[]>(
          `[...${parsed}.querySelectorAll('entry > title, item > title')].map((one) => one.textContent)`,
        );
        expect(titles).toHaveLength(2);
        expect(titles[0]).toContain('<script>alert(1)</script>');
      }
    }
    expect(dialogs).toBe(0);
    complaints.length = 0;
  });

  test('lets no script run, wherever it comes from', async () => {
    const answer = await fetch(`${url}/status/`);
    const policy = answer.headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(
      /^default-src 'none'; style-src 'sha256-[^']+'; form-action 'self'; base-uri 'none'; frame-/,
    );
    await open('/status/', { scripts: true });
    await expect(page.addScriptTag({ content: 'window.ran = true' })).rejects.toThrow();
    expect(await page.evaluate('window.ran')).toBeUndefined();
    complaints.length = 0;
  });
});

describe('over HTTP', () => {
  let base = '';
  let plain: Server;
  beforeAll(async () => {
    const serving = { desk, log: silentLog, verifier: () => Promise.resolve(undefined), alone: true };
    const take = takeStatusPage({ ...serving, addressOf: () => '' });
    plain = createServer((request, response) => void take(request, response));
    await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', resolve));
    base = `http://127.0.0.1:${(plain.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    plain.closeAllConnections();
    plain.close();
  });

  test('what a reader knows is not sent again', async () => {
    const first = await fetch(`${base}/api/v2/summary.json`);
    const etag = first.headers.get('etag') ?? '';
    expect(first.headers.get('cache-control')).toBe('public, max-age=10');
    expect(first.headers.get('access-control-allow-origin')).toBe('*');
    for (const known of [etag, `W/${etag}`, `"x", ${etag}`, '*']) {
      const again = await fetch(`${base}/api/v2/summary.json`, { headers: { 'if-none-match': known } });
      expect([again.status, await again.text()]).toEqual([304, '']);
    }
    expect((await fetch(`${base}/api/v2/summary.json`, { headers: { 'if-none-match': '"x"' } })).status).toBe(200);
  });

  test('it is compressed for those who take that, and has the same length for HEAD', async () => {
    const bare = await fetch(`${base}/status/`, { headers: { 'accept-encoding': 'identity' } });
    expect(bare.headers.get('content-encoding')).toBeNull();
    expect((await bare.text()).length).toBeGreaterThan(10_000);
    const small = await fetch(`${base}/status/`, { headers: { 'accept-encoding': 'br;q=1, gzip;q=0.5' } });
    expect(small.headers.get('content-encoding')).toBe('gzip');
    expect(Number(small.headers.get('content-length'))).toBeLessThan(10_000);
    const none = await fetch(`${base}/status/`, { headers: { 'accept-encoding': 'gzip;q=0' } });
    expect(none.headers.get('content-encoding')).toBeNull();
    expect(await (await fetch(`${base}/status/`, { method: 'HEAD' })).text()).toBe('');
  });

  test.each([
    ['GET', '/api/v1/status', 404],
    ['GET', '/api/v1/openapi.json', 404],
    ['GET', '/metrics', 404],
    ['GET', '/status/nothing.html', 404],
    ['GET', '/status/%2e%2e/%2e%2e/etc/passwd', 404],
    ['GET', '/status/constructor', 404],
    ['GET', '/status/__proto__', 404],
    ['GET', '/status/certificates/8.outage.json', 404],
    ['POST', '/status/index.html', 405],
    ['DELETE', '/status/subscription', 405],
    ['GET', '/status/history/', 200],
    ['GET', '/api/v2/incidents/unresolved.json', 200],
    ['GET', '/status/subscription?confirm=x', 200],
  ])('%s %s is %i', async (method, path, status) => {
    const answer = await fetch(base + path, { method });
    expect(answer.status).toBe(status);
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  });

  test('a form that is too long is refused', async () => {
    const answer = await fetch(`${base}/status/subscription`, { method: 'POST', body: 'x'.repeat(5000) });
    expect(answer.status).toBe(413);
  });
});
