import { createHash, generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { oidcSchema, type OidcSettings } from '../../model/index.ts';
import { ManualClock } from '../../platform/index.ts';
import { OidcProvider } from './oidc.ts';
import { startProvider, type FixtureProvider, type Lies } from './oidc-provider.fixture.ts';

/** Against a provider that these tests start, and that lies as it is told. */

const folder = mkdtempSync(join(tmpdir(), 'qw-oidc-'));
const secretFile = join(folder, 'secret');
writeFileSync(secretFile, 'shh\n', { mode: 0o600 });
const otherKeys = generateKeyPairSync('rsa', { modulusLength: 2048 });

let server: FixtureProvider;
/** What the browser took to the provider. */
let begun: URLSearchParams;
beforeAll(async () => {
  server = await startProvider();
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  server.lies = {};
  server.asked = [];
});

const settings = (more: Partial<OidcSettings> = {}): OidcSettings => ({
  ...oidcSchema.parse({
    issuer: server.issuer,
    'client-id': 'quorumwatch',
    'client-secret-file': secretFile,
    roles: { admin: ['netops'], operator: ['noc'], viewer: ['staff'] },
  }),
  ...more,
});

async function signIn(
  answer: Record<string, string> = {},
  more: Partial<OidcSettings> = {},
  clock = new ManualClock(Date.now()),
) {
  const provider = new OidcProvider(settings(more), 'https://watch.example/', clock);
  const { url, ticket } = await provider.begin();
  begun = new URL(url).searchParams;
  server.nonce = begun.get('nonce');
  const given = { code: 'c1', state: begun.get('state') ?? '', iss: server.issuer, ...answer };
  return { provider, ticket, finish: () => provider.finish(new URLSearchParams(given), ticket), clock };
}

test('a person whom the provider knows comes in with the highest of their roles', async () => {
  const { finish } = await signIn();
  expect(await finish()).toEqual({
    name: 'maria@127.0.0.1',
    role: 'operator',
    identity: 'oidc',
    displayName: 'Maria R.',
  });
  const verifier = server.asked[0]?.body.get('code_verifier') ?? '';
  expect(begun.get('code_challenge_method')).toBe('S256');
  expect(createHash('sha256').update(verifier).digest('base64url')).toBe(begun.get('code_challenge'));
  expect(server.asked[0]?.body.get('redirect_uri')).toBe('https://watch.example/api/v1/session/oidc/callback');
  expect(server.asked[0]?.authorization).toBe(`Basic ${Buffer.from('quorumwatch:shh').toString('base64')}`);
});

test('roles from the userinfo where the token has none; a star is everybody; nobody else comes in', async () => {
  server.lies = { claims: { groups: undefined }, userinfo: { groups: ['netops'] } };
  expect((await (await signIn()).finish()).role).toBe('admin');
  server.lies = { claims: { groups: 'noc' } };
  expect((await (await signIn()).finish()).role).toBe('operator');
  server.lies = { claims: { groups: ['visitors'] } };
  await expect((await signIn()).finish()).rejects.toMatchObject({ problem: 'no-role' });
  expect((await (await signIn({}, { roles: { viewer: ['*'] } })).finish()).role).toBe('viewer');
  server.lies = { userinfo: { sub: 'somebody-else', groups: ['netops'] }, claims: { groups: undefined } };
  await expect((await signIn()).finish()).rejects.toMatchObject({ problem: 'refused' });
});

test('a name is told from local ones, and shows nothing that cannot be seen', async () => {
  server.lies = { claims: { preferred_username: 'maria@corp.example' } };
  expect((await (await signIn()).finish()).name).toBe('maria@corp.example');
  server.lies = { claims: { preferred_username: 'admin\u202e', name: 'x\u0000y' } };
  expect(await (await signIn()).finish()).toEqual({ name: 'u-17@127.0.0.1', role: 'operator', identity: 'oidc' });
});

describe('refused', () => {
  const past = Math.floor(Date.now() / 1000) - 3600;
  test.each<[string, Lies]>([
    ['the nonce of another sign-in', { claims: { nonce: 'another' } }],
    ['no nonce', { claims: { nonce: undefined } }],
    ['an expired token', { claims: { exp: past, iat: past - 300 } }],
    ['a token for another client', { claims: { aud: 'another' } }],
    ['a token for several clients that another asked for', { claims: { aud: ['quorumwatch', 'b'], azp: 'b' } }],
    ['a token of another issuer', { claims: { iss: 'https://evil.example' } }],
    ['a token without a signature', { header: { alg: 'none' }, signature: '' }],
    ['an algorithm that takes the public key for a secret', { header: { alg: 'HS256' } }],
    ['a signature by another key', { key: otherKeys.privateKey }],
    ['a signature that is none', { signature: 'AAAA' }],
    ['a key that nobody knows', { header: { kid: 'two' }, key: otherKeys.privateKey }],
    ['an error of the token endpoint', { tokenStatus: 400 }],
    ['an answer without an end', { endless: true }],
  ])('%s', async (_, told) => {
    server.lies = told;
    await expect((await signIn()).finish()).rejects.toMatchObject({ problem: 'refused' });
  });

  test.each<[string, Record<string, string>]>([
    ['another state', { state: 'another' }],
    ['no state', { state: '' }],
    ['the answer of another issuer', { iss: 'https://evil.example' }],
    ['no code', { code: '' }],
    ['what the person refused', { error: 'access_denied' }],
  ])('%s', async (_, answer) => {
    await expect((await signIn(answer)).finish()).rejects.toMatchObject({ problem: 'refused' });
    expect(server.asked).toEqual([]);
  });

  test('a ticket that is too old, forged, prolonged or missing', async () => {
    const { provider, ticket, finish, clock } = await signIn();
    const answer = new URLSearchParams({ code: 'c1', state: begun.get('state') ?? '', iss: server.issuer });
    const [secret = ''] = ticket.split('.');
    for (const other of ['', 'x', `${'a'.repeat(32)}.${clock.now() + 1000}`, `${secret}.${clock.now() + 9_000_000}`])
      await expect(provider.finish(answer, other)).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
    expect(server.asked).toEqual([]);
    clock.advance(600_001);
    await expect(finish()).rejects.toMatchObject({ problem: 'expired' });
  });

  test('a provider that calls itself otherwise, and one that is not there', async () => {
    server.lies = { issuer: 'https://evil.example' };
    await expect(signIn()).rejects.toMatchObject({ problem: 'unreachable' });
    await expect(signIn({}, { issuer: 'http://127.0.0.1:1' })).rejects.toMatchObject({ problem: 'unreachable' });
  });
});

test('many who come at once make one question, and a provider that is down is left alone for a while', async () => {
  const clock = new ManualClock(Date.now());
  const provider = new OidcProvider(settings(), 'https://watch.example', clock);
  server.described = 0;
  server.lies = { issuer: 'https://evil.example' };
  await Promise.allSettled(Array.from({ length: 20 }, () => provider.begin()));
  await expect(provider.begin()).rejects.toMatchObject({ problem: 'unreachable' });
  expect(server.described).toBe(1);
  server.lies = {};
  clock.advance(10_001);
  for (let i = 0; i < 20; i++) await provider.begin();
  expect(server.described).toBe(2);
});

test('http is for a provider on this machine alone', () => {
  const given = { ...settings(), issuer: 'http://login.example' };
  expect(oidcSchema.safeParse(given).success).toBe(false);
  expect(oidcSchema.safeParse({ ...given, issuer: 'https://login.example' }).success).toBe(true);
  expect(oidcSchema.safeParse({ ...settings(), roles: {} }).success).toBe(false);
  expect(oidcSchema.safeParse({ ...settings(), scopes: ['email'] }).success).toBe(false);
});
