import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CertifiedCluster, stageOutage } from '../src/agree/record/certificate.fixture.ts';
import { exportCertificate } from '../src/agree/record/export-certificate.ts';
import { api, cleanUp, cli, folder, quick, start, webServer } from './support/rig.ts';
import { root } from './support/shared.ts';

/** Certificates from the command line: verified in a folder that holds two files and nothing else, and made for real. */

let cwd = '';
let text = '';
beforeAll(() => {
  cwd = folder();
  const cluster = new CertifiedCluster();
  const { incident, transitions } = stageOutage(cluster);
  const seal = { ...cluster.committed(), ...cluster.note() };
  text = exportCertificate(cluster.sources(seal, incident, transitions));
  writeFileSync(join(cwd, 'good.outage.json'), text);
  writeFileSync(join(cwd, 'changed.outage.json'), text.replace('"epochs"', '"Epochs"'));
  writeFileSync(join(cwd, 'genesis.json'), JSON.stringify(cluster.genesis, undefined, 2));
  writeFileSync(join(cwd, 'foreign.json'), JSON.stringify(new CertifiedCluster(7).genesis));
  writeFileSync(join(cwd, 'torn.json'), '{');
});
afterAll(cleanUp);

const verify = (file: string, genesis: string, ...more: string[]) =>
  cli(cwd, 'certificate', 'verify', file, '--genesis', genesis, ...more);

describe('certificate verify', () => {
  test('says what a good certificate shows, what it proves and what not', async () => {
    const { code, stdout, stderr } = await verify('good.outage.json', 'genesis.json');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('VALID: web is down (cluster office, incident 1)');
    expect(stdout).toContain('for: east, north, south, west');
    expect(stdout).toContain('Not proved: that the probes were right');
  });

  test('prints one JSON document', async () => {
    const { code, stdout } = await verify('good.outage.json', 'genesis.json', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ ok: true, reason: 'ok', outage: { check: 'web', need: 3 } });
  });

  test('judges several, one a line', async () => {
    const { code, stdout } = await verify('good.outage.json', 'genesis.json', '--json', 'changed.outage.json');
    expect(code).toBe(1);
    const answers = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { file: string; ok: boolean });
    expect(answers.map(({ file, ok }) => `${file} ${ok}`)).toEqual([
      'good.outage.json true',
      'changed.outage.json false',
    ]);
    const { stdout: lines } = await verify('good.outage.json', 'genesis.json', 'changed.outage.json');
    expect(lines.trim().split('\n')).toHaveLength(2);
  });

  test.each([
    ['changed.outage.json', 'genesis.json', 'wrong-shape'],
    ['good.outage.json', 'foreign.json', 'foreign-genesis'],
    ['torn.json', 'genesis.json', 'not-json'],
  ])('refuses %s with %s: %s', async (file, genesis, reason) => {
    const { code, stdout } = await verify(file, genesis, '--json');
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, reason });
    expect((await verify(file, genesis)).stdout).toContain(`REFUSED: ${reason}`);
  });

  test.each([
    ['good.outage.json', 'none.json', 'none.json'],
    ['none.outage.json', 'genesis.json', 'none.outage.json'],
    ['good.outage.json', 'torn.json', 'torn.json'],
  ])('cannot judge %s with %s', async (file, genesis, named) => {
    const { code, stdout, stderr } = await verify(file, genesis);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(new RegExp(`^error: .*${named}`));
  });
});

const tools = [
  ['python3', '--version'],
  ['openssl', 'version'],
] as const;
const missing = tools.find(([program, ask]) => spawnSync(program, [ask]).status !== 0)?.[0];
if (missing) console.warn(`skipped: ${missing} not found; install it with: apt-get install ${missing}`);

describe.skipIf(missing)('an independent reading of the specification', () => {
  const read = (name: string, content: string) => {
    writeFileSync(join(cwd, name), content);
    const script = join(root, 'test/interop/verify-certificate.py');
    return execFileSync('python3', [script, name, 'genesis.json'], { cwd, encoding: 'utf8', stdio: 'pipe' });
  };

  test('comes to the same answers', () => {
    expect(read('given.outage.json', text)).toBe('ok\n');
    const certificate = JSON.parse(text) as { seal: { note?: string; commit?: unknown; root: string } };
    for (const [what, change] of [
      ['vote', (seal: typeof certificate.seal) => JSON.stringify(seal).replace(/"view":\d+/, '"view":9')],
      ['root', (seal: typeof certificate.seal) => JSON.stringify({ ...seal, root: 'ab'.repeat(32) })],
    ] as const) {
      const lie = text.replace(JSON.stringify(certificate.seal), change(certificate.seal));
      expect(lie, what).not.toBe(text);
      expect(() => read('lie.outage.json', lie)).toThrow(/refused/);
    }
    expect(() => read('lie.outage.json', text.replace('no-reply', 'no-repl1'))).toThrow(/not in the ledger/);
    expect(() => read('lie.outage.json', text.replace('"digests":["', '"digests":["0'))).toThrow(/refused/);
  });
});

describe('certificate export', () => {
  test('gives the certificate of a real outage, which verifies without the watcher that made it', async () => {
    const own = folder();
    let status = 200;
    const web = await webServer(() => ({ status, body: 'ok' }));
    writeFileSync(
      join(own, 'quorumwatch.yaml'),
      `watch:\n  - { name: web, type: http-get, host: 127.0.0.1, port: ${web.port}, ${quick} }\n`,
    );
    const watcher = start(own);
    const ready = await watcher.ready;
    await watcher.until({ web: 'up' });
    status = 503;
    await watcher.until({ web: 'down' });
    const { get, call } = api(ready);
    const open = await get<object>('/incidents/1/certificate');
    status = 200;
    await watcher.until({ web: 'up' });
    await watcher.when(
      () => watcher.events.some(({ body }) => (body as { status?: string })?.status === 'resolved'),
      20_000,
      () => 'the incident is not resolved',
    );
    const out = join(own, 'web.outage.json');
    expect((await cli(own, 'certificate', 'export', '--incident', '1', '--out', out)).code).toBe(0);
    const printed = await cli(own, 'certificate', 'export', '--incident', '1', '--json');
    expect(JSON.parse(printed.stdout)).toHaveProperty('kind', 'quorumwatch-outage');
    expect((await cli(own, 'certificate', 'export', '--incident', '99')).code).toBe(1);
    expect((await call('GET', '/incidents/99/certificate')).status).toBe(404);
    const page = await fetch(`${ready.url}/verify.html`);
    const built = existsSync(join(root, 'build/web/verify.html'));
    expect(page.headers.get('content-security-policy')).toContain(built ? "script-src 'sha256-" : "default-src 'self'");
    writeFileSync(join(own, 'early.outage.json'), `${JSON.stringify(open)}\n`);
    const grown = ['--after', 'early.outage.json', '--out', 'grown.outage.json'];
    expect((await cli(own, 'certificate', 'export', '--incident', '1', ...grown)).code).toBe(0);
    web.close();
    await watcher.kill();

    const genesis = join(own, 'quorumwatch-data/genesis.json');
    const { code, stdout } = await cli(own, 'certificate', 'verify', out, '--genesis', genesis, '--json');
    expect({ code, result: JSON.parse(stdout) as unknown }).toMatchObject({
      code: 0,
      result: {
        outage: { check: 'web', policy: 'single-watcher', transitions: [{ to: 'down' }, { from: 'down', to: 'up' }] },
      },
    });
    // The one that was made while it was down says nothing of its end.
    const early = join(own, 'early.outage.json');
    const first = await cli(own, 'certificate', 'verify', early, '--genesis', genesis, '--json');
    const after = (file: string) => cli(own, 'certificate', 'verify', file, '--genesis', genesis, '--after', early);
    expect(await after('grown.outage.json')).toMatchObject({ code: 0 });
    expect(await after(out)).toMatchObject({ code: 1 });
    expect(JSON.parse(first.stdout)).toMatchObject({ ok: true, outage: { transitions: [{ to: 'down' }] } });
    expect(JSON.parse(first.stdout)).not.toHaveProperty('outage.until');
    writeFileSync(out, readFileSync(out, 'utf8').replace('"status\\":\\"resolved', '"status\\":\\"resolve1'));
    expect((await cli(own, 'certificate', 'verify', out, '--genesis', genesis)).stdout).toContain('not-included');
  });
});
