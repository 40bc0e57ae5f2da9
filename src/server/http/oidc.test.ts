import { createHash, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { oidcSchema, type OidcSettings } from '../../model/index.ts';
import { ManualClock } from '../../platform/index.ts';
import { OidcProvider } from './oidc.ts';

/** A provider that this test starts, which gives the answers that it is told to give. */

const folder = mkdtempSync(join(tmpdir(), 'qw-oidc-'));
const secretFile = join(folder, 'secret');
writeFileSync(secretFile, 'shh\n', { mode: 0o600 });

const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
const otherKeys = generateKeyPairSync('rsa', { modulusLength: 2048 });

type Claims = Record<string, unknown>;
interface Lies {
  claims?: Claims;
  header?: Claims;
  key?: KeyObject;
  signature?: string;
  userinfo?: Claims;
  tokenStatus?: number;
  endless?: boolean;
  issuer?: string;
}

let server: Server;
let issuer: string;
let lies: Lies = {};
let asked: { authorization: string | undefined; body: URLSearchParams }[] = [];
/** What the browser took to the provider. */
let begun: URLSearchParams;

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

function idToken(): string {
  const now = Math.floor(Date.now() / 1000);
  const header = { alg: 'RS256', kid: 'one', ...lies.header };
  const claims = {
    iss: issuer,
    aud: 'quorumwatch',
    sub: 'u-17',
    iat: now,
    exp: now + 300,
    nonce: begun.get('nonce'),
    preferred_username: 'maria',
    name: 'Maria R.',
    groups: ['staff', 'noc'],
    ...lies.claims,
  };
  const text = `${part(header)}.${part(claims)}`;
  const signature =
    lies.signature ?? sign('sha256', Buffer.from(text), lies.key ?? keys.privateKey).toString('base64url');
  return `${text}.${signature}`;
}

beforeAll(async () => {
  server = createServer((request, response) => {
    const send = (status: number, body: unknown) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    const url = new URL(request.url ?? '', issuer);
    let body = '';
    request.on('data', (chunk) => (body += chunk));
    request.on('end', () => {
      if (url.pathname === '/.well-known/openid-configuration')
        return send(200, {
          issuer: lies.issuer ?? issuer,
          authorization_endpoint: `${issuer}/authorize`,
          token_endpoint: `${issuer}/token`,
          userinfo_endpoint: `${issuer}/userinfo`,
          jwks_uri: `${issuer}/keys`,
          authorization_response_iss_parameter_supported: true,
          id_token_signing_alg_values_supported: ['RS256'],
        });
      if (url.pathname === '/keys')
        return send(200, {
          keys: [{ ...keys.publicKey.export({ format: 'jwk' }), kid: 'one', use: 'sig', alg: 'RS256' }],
        });
      if (url.pathname === '/userinfo') return send(200, { sub: 'u-17', ...lies.userinfo });
      if (url.pathname !== '/token') return send(404, {});
      asked.push({ authorization: request.headers.authorization, body: new URLSearchParams(body) });
      if (lies.endless)
        return response.writeHead(200, { 'content-type': 'application/json' }).end('x'.repeat(3_000_000));
      return send(lies.tokenStatus ?? 200, {
        access_token: 'at',
        token_type: 'Bearer',
        expires_in: 300,
        id_token: idToken(),
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  lies = {};
  asked = [];
});

const settings = (more: Partial<OidcSettings> = {}): OidcSettings => ({
  ...oidcSchema.parse({
    issuer,
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
  const given = { code: 'c1', state: begun.get('state') ?? '', iss: issuer, ...answer };
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
  const verifier = asked[0]?.body.get('code_verifier') ?? '';
  expect(begun.get('code_challenge_method')).toBe('S256');
  expect(createHash('sha256').update(verifier).digest('base64url')).toBe(begun.get('code_challenge'));
  expect(asked[0]?.body.get('redirect_uri')).toBe('https://watch.example/api/v1/session/oidc/callback');
  expect(asked[0]?.authorization).toBe(`Basic ${Buffer.from('quorumwatch:shh').toString('base64')}`);
});

test('roles from the userinfo where the token has none; a star is everybody; nobody else comes in', async () => {
  lies = { claims: { groups: undefined }, userinfo: { groups: ['netops'] } };
  expect((await (await signIn()).finish()).role).toBe('admin');
  lies = { claims: { groups: 'noc' } };
  expect((await (await signIn()).finish()).role).toBe('operator');
  lies = { claims: { groups: ['visitors'] } };
  await expect((await signIn()).finish()).rejects.toMatchObject({ problem: 'no-role' });
  expect((await (await signIn({}, { roles: { viewer: ['*'] } })).finish()).role).toBe('viewer');
  lies = { userinfo: { sub: 'somebody-else', groups: ['netops'] }, claims: { groups: undefined } };
  await expect((await signIn()).finish()).rejects.toMatchObject({ problem: 'refused' });
});

test('a name is told from local ones, and shows nothing that cannot be seen', async () => {
  lies = { claims: { preferred_username: 'maria@corp.example' } };
  expect((await (await signIn()).finish()).name).toBe('maria@corp.example');
  lies = { claims: { preferred_username: 'admin\u202e', name: 'x\u0000y' } };
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
    lies = told;
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
    expect(asked).toEqual([]);
  });

  test('a ticket that is too old, forged, prolonged or missing', async () => {
    const { provider, ticket, finish, clock } = await signIn();
    const answer = new URLSearchParams({ code: 'c1', state: begun.get('state') ?? '', iss: issuer });
    const [secret = ''] = ticket.split('.');
    for (const other of ['', 'x', `${'a'.repeat(32)}.${clock.now() + 1000}`, `${secret}.${clock.now() + 9_000_000}`])
      await expect(provider.finish(answer, other)).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
    expect(asked).toEqual([]);
    clock.advance(600_001);
    await expect(finish()).rejects.toMatchObject({ problem: 'expired' });
  });

  test('a provider that calls itself otherwise, and one that is not there', async () => {
    lies = { issuer: 'https://evil.example' };
    await expect(signIn()).rejects.toMatchObject({ problem: 'unreachable' });
    await expect(signIn({}, { issuer: 'http://127.0.0.1:1' })).rejects.toMatchObject({ problem: 'unreachable' });
  });
});

test('http is for a provider on this machine alone', () => {
  const given = { ...settings(), issuer: 'http://login.example' };
  expect(oidcSchema.safeParse(given).success).toBe(false);
  expect(oidcSchema.safeParse({ ...given, issuer: 'https://login.example' }).success).toBe(true);
  expect(oidcSchema.safeParse({ ...settings(), roles: {} }).success).toBe(false);
  expect(oidcSchema.safeParse({ ...settings(), scopes: ['email'] }).success).toBe(false);
});
