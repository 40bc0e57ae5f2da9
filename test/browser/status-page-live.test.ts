import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePorts } from '../../src/platform/index.ts';
import { api, cleanUp, cli, folder, quick, start, webServer } from '../support/rig.ts';
import type { Ready, WatcherProcess } from '../support/watcher-process.ts';
import { launch, present } from './browsing.ts';

/** From an outage of a real service over a real watcher to what the public reads, on the page and in a mail. */

let cwd = '';
let port = 0;
let healthy = true;
let watcher: WatcherProcess;
let ready: Ready;
let web: Awaited<ReturnType<typeof webServer>>;
let smtp: SMTPServer;
let mailPort = 0;
const mails: string[] = [];

function configuration(more: Record<string, string> = {}): string {
  const settings = { public: 'true', detail: 'names', ...more };
  return `watch:
  - { name: secret-host-check, type: http-get, host: 127.0.0.1, port: ${web.port}, ${quick} }
notify:
  mailer: { email: { host: 127.0.0.1, port: ${mailPort}, tls: none, from: status@example.org, to: ops@example.org } }
status-page:
  title: Example Shop
  url: http://127.0.0.1:${port}/status
  languages: [en, id]
  public: ${settings.public}
  detail: ${settings.detail}
  listen: 127.0.0.1:${port}
  subscribe: { mail: mailer }
  components:
    - { name: Web shop, stands-for: { checks: [secret-host-check] } }
`;
}

const get = async (path: string, of = `http://127.0.0.1:${port}`) => {
  const answer = await fetch(of + path, { redirect: 'manual' });
  return { status: answer.status, text: await answer.text() };
};
interface Summary {
  status: { indicator: string };
  components: { status: string }[];
  incidents: { id: string; name: string; status: string; incident_updates: { body: string; status: string }[] }[];
}
const summary = async () => JSON.parse((await get('/api/v2/summary.json')).text) as Summary;

async function until(what: string, holds: () => Promise<boolean> | boolean, patienceMs = 20_000): Promise<void> {
  for (const endMs = Date.now() + patienceMs; Date.now() < endMs; await pause(200)) if (await holds()) return;
  throw new Error(`${what} did not come about: ${watcher.stderr.slice(-2000)}`);
}

const linkIn = (mail: string | undefined) =>
  /http:\/\/127\.0\.0\.1:\d+\/status\/subscription\?[\w=.-]+/.exec(mail ?? '')?.[0] ?? '';

beforeAll(async () => {
  smtp = new SMTPServer({
    disabledCommands: ['STARTTLS', 'AUTH'],
    onData(stream, _session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        mails.push(Buffer.concat(chunks).toString('utf8').replaceAll('=\r\n', '').replaceAll('=3D', '='));
        done();
      });
    },
  });
  await new Promise<void>((resolve) => smtp.listen(0, '127.0.0.1', resolve));
  mailPort = (smtp.server.address() as { port: number }).port;
  web = await webServer(() => ({ status: healthy ? 200 : 500, body: 'hello' }));
  [port = 0] = await freePorts(1);
  cwd = folder();
  writeFileSync(join(cwd, 'quorumwatch.yaml'), configuration());
  watcher = start(cwd);
  ready = await watcher.ready;
  await watcher.until({ 'secret-host-check': 'up' });
});
afterAll(async () => {
  await cleanUp();
  web.close();
  await new Promise<void>((resolve) => smtp.close(resolve));
});

describe('a real outage on the status page', () => {
  test('while all is well it says so, and nothing else is served beside it', async () => {
    await until('the page', async () => (await summary()).components[0]?.status === 'operational');
    expect(await summary()).toMatchObject({ status: { indicator: 'none' }, incidents: [] });
    expect((await get('/')).status).toBe(302);
    for (const path of ['/api/v1/status', '/metrics', '/healthz', '/index.html'])
      expect((await get(path)).status).toBe(404);
    expect((await get('/status/', ready.url)).text).toContain('All systems operational');
  });

  test('who subscribes is told the beginning, what people say, and the end', async () => {
    const answer = await fetch(`http://127.0.0.1:${port}/status/subscription`, {
      method: 'POST',
      body: new URLSearchParams({ mail: 'ann@example.org' }),
    });
    expect(answer.status).toBe(200);
    await until('the question', () => mails.length === 1);
    expect((await fetch(linkIn(mails[0]), { method: 'POST' })).status).toBe(200);

    healthy = false;
    await watcher.until({ 'secret-host-check': 'down' });
    await until('the incident', async () => (await summary()).incidents.length === 1);
    const [incident] = (await summary()).incidents;
    expect(incident).toMatchObject({ name: 'Web shop: outage', status: 'investigating' });
    await until('the first mail', () => mails.length === 2);
    expect(mails[1]).toContain('Subject: [Example Shop] Investigating: Web shop: outage');

    const { call } = api(ready);
    await call('POST', `/incidents/${incident?.id}/notes`, { text: 'the password is sesame' });
    const said = { status: 'identified', text: 'The <b>cable</b> is broken.' };
    expect((await call('POST', `/incidents/${incident?.id}/status`, said)).status).toBe(200);
    await until('the second mail', () => mails.length === 3);
    expect(mails[2]).toContain('The <b>cable</b> is broken.');

    healthy = true;
    await watcher.until({ 'secret-host-check': 'up' });
    await until('the last mail', () => mails.length === 4);
    expect(mails[3]).toContain('Subject: [Example Shop] Resolved: Web shop: outage');
    expect(await summary()).toMatchObject({ status: { indicator: 'none' }, incidents: [] });
  });

  test('no name, address or reason of the inside is told', async () => {
    const exported = await cli(cwd, 'status-page', 'export', 'site', '--json');
    expect([exported.code, exported.stderr]).toEqual([0, '']);
    const { files } = JSON.parse(exported.stdout) as { files: number };
    const list = JSON.parse(readFileSync(join(cwd, 'site/.quorumwatch-export.json'), 'utf8')) as string[];
    expect(list).toHaveLength(files);
    for (const path of list) {
      const text = readFileSync(join(cwd, 'site', path), 'utf8');
      expect(text, path).not.toMatch(/secret-host-check|sesame|127\.0\.0\.1(?!:\d+\/status)|<b>cable/);
    }
    const page = readFileSync(join(cwd, 'site/incidents/1.html'), 'utf8');
    expect(page).toContain('The &lt;b&gt;cable&lt;/b&gt; is broken.');
    expect((await get('/status/certificates/1.outage.json')).status).toBe(404);
  });

  test.skipIf(!present)('a browser without scripts reads the story, from the watcher and from the disk', async () => {
    const browser: Browser = await launch();
    try {
      const page: Page = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
      const story = async () => {
        await page.getByRole('link', { name: 'Web shop: outage' }).click();
        const text = await page.getByRole('main').innerText();
        expect(text).toMatch(
          /Resolved[^]*This is over\.[^]*Identified[^]*The <b>cable<\/b> is broken\.[^]*Investigating/,
        );
      };
      await page.goto(`http://127.0.0.1:${port}/`);
      await story();
      await page.getByRole('link', { name: 'Bahasa Indonesia' }).click();
      expect(await page.getByRole('heading').first().innerText()).toBe('Web shop: gangguan');
      await page.goto(pathToFileURL(join(cwd, 'site/index.html')).href);
      await story();
    } finally {
      await browser.close();
    }
  });

  test('with all details the certificate is public, and proves the outage offline', async () => {
    const { call, get: ask } = api(ready);
    expect((await call('PUT', '/configuration', { yaml: configuration({ detail: 'full' }) })).status).toBe(200);
    let certificate = { status: 0, text: '' };
    await until('the certificate', async () => {
      certificate = await get('/status/certificates/1.outage.json');
      return certificate.status === 200;
    });
    writeFileSync(join(cwd, '1.outage.json'), certificate.text);
    writeFileSync(join(cwd, 'genesis.json'), (await get('/status/genesis.json')).text);
    const verified = await cli(cwd, 'certificate', 'verify', '1.outage.json', '--genesis', 'genesis.json', '--json');
    expect(JSON.parse(verified.stdout)).toMatchObject({ ok: true });
    const { cluster } = await ask<{ cluster: { network: string } }>('/status');
    expect((await get('/status/incidents/1.html')).text).toContain(cluster.network);
  });

  test('a page that is not public is for those who may read the rest', async () => {
    const { call, token } = api(ready);
    expect((await call('PUT', '/configuration', { yaml: configuration({ public: 'false' }) })).status).toBe(200);
    await until('the door', async () => (await get('/status/')).status === 403);
    for (const path of ['/status/', '/api/v2/summary.json', '/status/history.atom'])
      expect((await get(path, ready.url)).status).toBe(401);
    const shown = await fetch(`${ready.url}/status/`, { headers: { authorization: `Bearer ${token}` } });
    expect([shown.status, shown.headers.get('cache-control')]).toEqual([200, 'private, no-cache']);
    expect(await shown.text()).toContain('All systems operational');
  });

  test('without the section there is no page, and its port is closed', async () => {
    const { call } = api(ready);
    const [without = ''] = configuration().split('status-page:');
    expect((await call('PUT', '/configuration', { yaml: without })).status).toBe(200);
    await until('the end', () =>
      get('/status/').then(
        () => false,
        () => true,
      ),
    );
    expect((await get('/api/v2/summary.json', ready.url)).status).toBe(404);
    expect((await cli(cwd, 'status-page', 'export', 'other')).stderr).toContain('no status page is configured');
  });
});
