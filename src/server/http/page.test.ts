import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Hono } from 'hono';
import { afterAll, expect, it } from 'vitest';
import { servePage } from './page.ts';

const folder = mkdtempSync(join(tmpdir(), 'qw-page-'));
afterAll(() => rmSync(folder, { recursive: true }));
mkdirSync(join(folder, 'assets'));
mkdirSync(join(folder, 'guide'));
writeFileSync(join(folder, 'guide', 'uplinks.md'), '# Uplinks\n');
const policy = "default-src 'none'; script-src 'sha256-abc'";
writeFileSync(join(folder, 'index.html'), '<title>page</title>');
writeFileSync(
  join(folder, 'verify.html'),
  `<meta http-equiv="Content-Security-Policy" content="${policy}" /><title>verifier</title>`,
);
writeFileSync(
  join(folder, 'lax.html'),
  `<meta http-equiv="Content-Security-Policy" content="default-src *" /><title>lax</title>`,
);
const app = new Hono().get('*', servePage(folder));
const get = (path: string) => app.request(`http://localhost${path}`);

it('serves a document of one file under the policy that it brings, and never a wider one', async () => {
  const verifier = await get('/verify.html');
  expect(await verifier.text()).toContain('verifier');
  expect(verifier.headers.get('content-security-policy')).toBe(
    `${policy}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  );
  expect((await get('/lax.html')).headers.has('content-security-policy')).toBe(false);
  expect((await get('/incidents/1')).headers.has('content-security-policy')).toBe(false);
});

it('shows a guide as the text that it is', async () => {
  const guide = await get('/guide/uplinks.md');
  expect(guide.headers.get('content-type')).toBe('text/plain; charset=utf-8');
  expect(await guide.text()).toBe('# Uplinks\n');
});

it('keeps to its folder', async () => {
  for (const path of ['/../../etc/passwd', '/%2e%2e/%2e%2e/etc/passwd', '/%00verify.html']) {
    expect(await (await get(path)).text()).not.toContain('root:');
  }
});
