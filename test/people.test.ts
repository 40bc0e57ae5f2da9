import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ApiAuditEntry, ApiPage, ApiSessionEntry, ApiTokenEntry, ApiUser } from '../src/model/index.ts';
import { api, cleanUp, cli, folder, start } from './support/rig.ts';
import { root } from './support/shared.ts';
import type { Ready, WatcherProcess } from './support/watcher-process.ts';

/** People at a real watcher: made by the command line, signed in over HTTP, written down in the ledger. */

const password = 'correct horse battery';
const another = 'another horse battery';

let cwd: string;
let watcher: WatcherProcess;
let ready: Ready;

beforeAll(async () => {
  cwd = folder();
  writeFileSync(join(cwd, 'quorumwatch.yaml'), 'server: { trusted-proxies: [127.0.0.1] }\n');
  writeFileSync(join(cwd, 'password'), `${password}\n`);
  watcher = start(cwd);
  ready = await watcher.ready;
  await add('maria', 'admin');
  await add('lee', 'viewer');
});
afterAll(cleanUp);

const own = { 'x-quorumwatch-request': '1', 'content-type': 'application/json' };
/** The tests stand behind a proxy that is trusted, so that each can come from an address of its own. */
const from = (address: string) => ({ 'x-forwarded-for': address });
const ask = (method: string, path: string, headers: Record<string, string> = {}, body?: unknown) =>
  fetch(`${ready.url}/api/v1${path}`, {
    method,
    headers: { ...own, ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
const signIn = async (user: string, secret: string, headers: Record<string, string> = {}) => {
  const answer = await ask('POST', '/session', headers, { user, password: secret });
  const cookie = (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  return { status: answer.status, cookie, body: (await answer.json()) as { code?: string; detail?: string }, answer };
};
const json = async <Answer>(answer: Promise<Response>) => (await (await answer).json()) as Answer;
const entries = async (query = '') => (await api(ready).get<ApiPage<ApiAuditEntry>>(`/audit?limit=500${query}`)).items;
const add = async (name: string, role: string) => {
  const added = await cli(cwd, 'user', 'add', name, '--role', role, '--password-file', 'password', '--json');
  expect(added.stderr).toBe('');
  expect(added.code).toBe(0);
};

describe('users on the command line', () => {
  test('are added, listed, changed and removed', async () => {
    const again = await cli(cwd, 'user', 'add', 'maria', '--password-file', 'password');
    expect([again.code, again.stderr]).toEqual([1, expect.stringContaining('there is a user named maria already')]);
    const made = await cli(cwd, 'user', 'add', 'jan', '--generate', '--display-name', 'Jan', '--json');
    const { password: generated } = JSON.parse(made.stdout) as { password: string };
    expect(generated).toMatch(/^([a-z2-9]{5}-){3}[a-z2-9]{5}$/);
    expect((await signIn('jan', generated)).status).toBe(200);
    expect((await cli(cwd, 'user', 'role', 'jan', 'operator')).stdout).toContain('jan is operator');
    expect((await cli(cwd, 'user', 'disable', 'jan')).code).toBe(0);
    const { stdout } = await cli(cwd, 'user', 'list', '--json');
    expect(JSON.parse(stdout)).toEqual([
      expect.objectContaining({ name: 'maria', role: 'admin', disabled: false }),
      expect.objectContaining({ name: 'lee', role: 'viewer' }),
      expect.objectContaining({ name: 'jan', role: 'operator', disabled: true, displayName: 'Jan' }),
    ]);
    expect((await signIn('jan', generated)).status).toBe(401);
    expect((await cli(cwd, 'user', 'remove', 'jan')).code).toBe(0);
    expect((await cli(cwd, 'user', 'role', 'jan', 'viewer')).stderr).toContain('there is no user named jan');
    expect((await cli(cwd, 'user', 'role', 'maria', 'root')).code).toBe(2);
  });

  /** With something to read on standard input, through a terminal of its own if one is asked for. */
  const typed = (input: string, args: readonly string[], terminal: boolean) =>
    new Promise<{ code: number | null; output: string }>((resolve) => {
      const command = [process.execPath, join(root, 'src/cli/main.ts'), 'user', 'add', ...args];
      const [program = '', ...rest] = terminal
        ? ['script', '-qec', command.map((part) => `'${part}'`).join(' '), '/dev/null']
        : command;
      const child = spawn(program, rest, { cwd, timeout: 20_000 });
      let output = '';
      child.stdout.on('data', (chunk) => (output += chunk));
      child.stderr.on('data', (chunk) => (output += chunk));
      child.on('close', (code) => resolve({ code, output }));
      child.stdin.end(input);
    });

  test('the password is read from standard input', async () => {
    expect(await typed(`${password}\n`, ['piped'], false)).toMatchObject({ code: 0 });
    expect((await signIn('piped', password)).status).toBe(200);
    expect(await typed('', ['nothing'], false)).toMatchObject({ code: 2 });
  });

  test.skipIf(!existsSync('/usr/bin/script'))('at a terminal it is asked for twice, and may be pasted', async () => {
    const pasted = await typed(`${password}\n${password}\n`, ['pasted'], true);
    expect(pasted.output).toMatch(/Password of pasted: [\s\S]*Once more: [\s\S]*added pasted/);
    expect((await typed(`${password}\n${another}\n`, ['other'], true)).output).toContain('are not the same');
  });

  test('a password that is too short is refused with the reason', async () => {
    writeFileSync(join(cwd, 'short'), 'short');
    const refused = await cli(cwd, 'user', 'add', 'kim', '--password-file', 'short');
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('expected a password of 12 to 256 characters');
  });

  test('nothing of a password is in the data folder, the log or the ledger', async () => {
    await watcher.when(
      () => watcher.events.some(({ kind }) => kind === 'audit'),
      10_000,
      () => 'the audit should be in the ledger',
    );
    const file = readFileSync(join(cwd, 'quorumwatch-data', 'users.json'), 'utf8');
    expect(file).toContain('$scrypt$ln=15,r=8,p=3$');
    for (const text of [file, watcher.stderr, JSON.stringify(watcher.events)]) {
      expect(text).not.toContain(password);
    }
    expect(JSON.stringify(watcher.events)).not.toContain('scrypt');
  });
});

describe('signing in', () => {
  test('gives a session with a new name each time; the one before ends', async () => {
    const first = await signIn('maria', password);
    const second = await signIn('maria', password, { cookie: first.cookie });
    expect(second.cookie).not.toBe(first.cookie);
    expect((await ask('GET', '/session', { cookie: first.cookie })).status).toBe(401);
    expect(await json(ask('GET', '/session', { cookie: second.cookie }))).toEqual({
      name: 'maria',
      role: 'admin',
      identity: 'user',
    });
  });

  test('a wrong password and an unknown name have the same answer', async () => {
    const wrong = await signIn('maria', 'x', from('192.0.2.10'));
    const unknown = await signIn('nobody-knows', 'x', from('192.0.2.11'));
    expect([wrong.status, unknown.status]).toEqual([401, 401]);
    expect(unknown.body).toEqual(wrong.body);
    // What a stranger types may be a password in the wrong field: only names that somebody has are written down.
    await expect
      .poll(async () => (await entries('&what=sign-in&outcome=refused')).slice(0, 2))
      .toEqual([
        expect.objectContaining({ by: '', identity: 'nobody', from: '192.0.2.0/24', code: 'UNAUTHORIZED' }),
        expect.objectContaining({ by: 'maria', identity: 'nobody', from: '192.0.2.0/24', code: 'UNAUTHORIZED' }),
      ]);
    expect(JSON.stringify(watcher.events)).not.toContain('nobody-knows');
  });

  test('who guesses waits; the owner gets in from elsewhere', async () => {
    // All at once: one after the other they would take as long as they have to wait.
    const tries = await Promise.all(Array.from({ length: 10 }, () => signIn('lee', 'guess', from('198.51.100.1'))));
    expect(tries.filter(({ status }) => status === 401)).toHaveLength(5);
    expect(tries.filter(({ status }) => status === 429)).toHaveLength(5);
    const delayed = tries.find(({ status }) => status === 429);
    expect(delayed?.body.code).toBe('TOO_MANY_ATTEMPTS');
    expect(Number(delayed?.answer.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await signIn('lee', password, from('203.0.113.5'))).status).toBe(200);
    const metrics = await (await fetch(`${ready.url}/metrics`)).text();
    expect(metrics).toMatch(/quorumwatch_sign_ins_total\{outcome="delayed"\} [1-9]/);
    expect(metrics).toMatch(/quorumwatch_sign_ins_total\{outcome="refused"\} [1-9]/);
  });

  test('an address that a stranger writes into the header counts no further than the proxy’s word', async () => {
    // The last one is what the trusted proxy saw.
    const tries = await Promise.all(
      Array.from({ length: 8 }, (_, i) => signIn(`name${i}`, 'guess', from(`10.9.9.${i}, 198.51.100.77`))),
    );
    expect(tries.filter(({ status }) => status === 429)).toHaveLength(3);
  });

  test('what another site makes a browser send is refused', async () => {
    const { cookie } = await signIn('maria', password);
    const change = (headers: Record<string, string>) =>
      ask('PUT', '/users/maria', { cookie, ...headers }, { displayName: 'M' }).then(({ status }) => status);
    expect(await change({ origin: 'https://evil.example' })).toBe(403);
    expect(await change({ origin: 'null' })).toBe(403);
    expect(await change({ 'sec-fetch-site': 'cross-site' })).toBe(403);
    expect(await change({ origin: ready.url })).toBe(200);
    expect(await change({ 'sec-fetch-site': 'same-origin' })).toBe(200);
    expect((await signIn('maria', password, { origin: 'https://evil.example' })).status).toBe(403);
  });
});

describe('sessions and tokens of one’s own', () => {
  test('are listed and ended; a new password ends all but this one', async () => {
    await add('ana', 'operator');
    const [one, two, three] = [
      await signIn('ana', password),
      await signIn('ana', password),
      await signIn('ana', password),
    ];
    const { items } = await json<{ items: ApiSessionEntry[] }>(ask('GET', '/account/sessions', { cookie: one.cookie }));
    expect(items.map(({ current }) => current)).toEqual([false, false, true]);
    const newest = items[0]?.id ?? '';
    expect((await ask('DELETE', `/account/sessions/${newest}`, { cookie: one.cookie })).status).toBe(200);
    expect((await ask('GET', '/session', { cookie: three.cookie })).status).toBe(401);
    const change = (old: string, next: string) =>
      ask('PUT', '/account/password', { cookie: one.cookie }, { old, new: next });
    expect((await change('wrong', another)).status).toBe(403);
    expect((await change(password, 'short')).status).toBe(400);
    const changed = await change(password, another);
    expect(changed.status).toBe(200);
    const renewed = (changed.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    expect((await ask('GET', '/session', { cookie: renewed })).status).toBe(200);
    for (const { cookie } of [one, two]) expect((await ask('GET', '/session', { cookie })).status).toBe(401);
    expect((await signIn('ana', password)).status).toBe(401);
    expect((await signIn('ana', another)).status).toBe(200);
  });

  test('a live stream of somebody who is kept out ends', { timeout: 40_000 }, async () => {
    await add('tom', 'viewer');
    const { cookie } = await signIn('tom', password);
    const stream = await ask('GET', '/events', { cookie, accept: 'text/event-stream' });
    expect(stream.status).toBe(200);
    await api(ready).call('PUT', '/users/tom', { disabled: true });
    expect((await ask('GET', '/session', { cookie })).status).toBe(401);
    const read = async () => {
      let last = '';
      for await (const chunk of stream.body as unknown as AsyncIterable<Uint8Array>)
        last = Buffer.from(chunk).toString();
      return last;
    };
    // The watcher hangs up: whoever reads sees the connection end, and nothing of what came later.
    await expect(read()).rejects.toThrow('terminated');
  });

  test('a token of one’s own may no more than one may, and makes no others', async () => {
    await add('kai', 'operator');
    const { cookie } = await signIn('kai', password);
    const made = await json<ApiTokenEntry & { token: string }>(
      ask('POST', '/account/tokens', { cookie }, { name: 'laptop', role: 'admin' }),
    );
    expect(made).toMatchObject({ name: 'laptop', role: 'operator', owner: 'kai' });
    const bearer = { authorization: `Bearer ${made.token}` };
    expect(await json(ask('GET', '/session', bearer))).toEqual({
      name: 'kai/laptop',
      role: 'operator',
      identity: 'token',
    });
    expect((await ask('POST', '/account/tokens', bearer, { name: 'more' })).status).toBe(409);
    expect((await ask('PUT', '/account/password', bearer, { old: password, new: another })).status).toBe(409);
    await api(ready).call('PUT', '/users/kai', { role: 'viewer' });
    expect((await json<{ role: string }>(ask('GET', '/session', bearer))).role).toBe('viewer');
    expect((await cli(cwd, 'token', 'list')).stdout).toContain('kai/laptop');
    await api(ready).call('DELETE', '/users/kai');
    expect((await ask('GET', '/session', bearer)).status).toBe(401);
    expect((await cli(cwd, 'token', 'list')).stdout).not.toContain('kai/laptop');
  });

  test('a token with an end', async () => {
    const made = await cli(cwd, 'token', 'create', 'short', '--expires', '2h', '--json');
    expect(made.code).toBe(0);
    const { items } = await api(ready).get<{ items: ApiTokenEntry[] }>('/tokens');
    const ends = Date.parse(items.find(({ name }) => name === 'short')?.expiresAt ?? '');
    expect(Math.abs(ends - Date.now() - 7_200_000)).toBeLessThan(60_000);
    expect((await cli(cwd, 'token', 'create', 'never', '--expires', 'soon')).code).toBe(2);
    expect((await cli(cwd, 'token', 'revoke', 'short')).code).toBe(0);
  });

  test('an admin does not lock themselves out', async () => {
    const { cookie } = await signIn('maria', password);
    const change = (body: unknown) => ask('PUT', '/users/maria', { cookie }, body).then(({ status }) => status);
    expect(await change({ role: 'viewer' })).toBe(409);
    expect(await change({ disabled: true })).toBe(409);
    expect((await ask('DELETE', '/users/maria', { cookie })).status).toBe(409);
    expect((await json<{ items: ApiUser[] }>(ask('GET', '/users', { cookie }))).items[0]?.role).toBe('admin');
  });
});

describe('the audit', () => {
  test('has each change with who, what, on what, from where, and what came of it', async () => {
    const { cookie } = await signIn('maria', password, from('192.0.2.44'));
    await ask('PUT', '/users/lee', { cookie, ...from('192.0.2.44') }, { role: 'operator' });
    await ask('PUT', '/users/nobody', { cookie, ...from('192.0.2.44') }, { role: 'operator' });
    await expect
      .poll(async () => (await entries('&by=maria&what=put%20/users')).slice(0, 2))
      .toEqual([
        expect.objectContaining({ on: 'nobody', text: 'operator', outcome: 'failed', code: 'NOT_FOUND' }),
        expect.objectContaining({
          by: 'maria',
          identity: 'user',
          what: 'put /users/{name}',
          on: 'lee',
          text: 'operator',
          from: '192.0.2.0/24',
          outcome: 'done',
        }),
      ]);
  });

  test('a role that is too low is refused and written down', async () => {
    const { cookie } = await signIn('lee', password, from('203.0.113.5'));
    expect((await ask('POST', '/users', { cookie }, { name: 'x', role: 'admin', password })).status).toBe(403);
    expect((await ask('GET', '/audit', { cookie })).status).toBe(403);
    await expect
      .poll(async () => (await entries('&by=lee&outcome=refused'))[0])
      .toMatchObject({ what: 'post /users', code: 'FORBIDDEN' });
  });

  test('an attacker does not fill the ledger', async () => {
    const before = (await api(ready).get<{ entries: number }>('/ledger')).entries;
    for (let i = 0; i < 300; i++) await ask('PUT', '/configuration', { authorization: `Bearer qw_${i}` }, {});
    const after = (await api(ready).get<{ entries: number }>('/ledger')).entries;
    expect(after - before).toBeLessThan(50);
  });

  test('is in the command line, in the events, and there again after a restart', async () => {
    const { stdout } = await cli(cwd, 'audit', 'list', '--by', 'maria', '--what', 'sign-in');
    expect(stdout).toMatch(/maria +192\.0\.2\.0\/24 +sign-in/);
    const events = await cli(cwd, 'events');
    expect(events.stdout).toMatch(/maria from 192\.0\.2\.0\/24 put \/users\/\{name\} \(lee\) done: operator/);
    const count = (await entries()).length;
    expect(await watcher.stop()).toBe(0);
    watcher = start(cwd);
    ready = await watcher.ready;
    expect((await entries()).length).toBeGreaterThanOrEqual(count);
    // What was counted is written when the watcher stops.
    expect((await entries('&what=put%20/configuration')).some((one) => one.count > 100)).toBe(true);
    expect((await signIn('maria', password)).status).toBe(200);
  });
});
