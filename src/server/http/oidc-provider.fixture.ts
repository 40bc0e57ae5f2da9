import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An identity provider for tests, which gives the answers that it is told to give. */

type Claims = Record<string, unknown>;

export interface Lies {
  claims?: Claims;
  header?: Claims;
  key?: KeyObject;
  signature?: string;
  userinfo?: Claims;
  tokenStatus?: number;
  endless?: boolean;
  issuer?: string;
}

interface AskedToken {
  authorization: string | undefined;
  body: URLSearchParams;
}

export interface FixtureProvider {
  issuer: string;
  lies: Lies;
  /** What the token endpoint was asked. */
  asked: AskedToken[];
  /** How often it was asked to describe itself. */
  described: number;
  /** Of the last sign-in that was begun; a browser that comes to the provider sets it. */
  nonce: string | null;
  close: () => void;
}

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

export async function startProvider(): Promise<FixtureProvider> {
  const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const provider: FixtureProvider = {
    issuer: '',
    lies: {},
    asked: [],
    described: 0,
    nonce: null,
    close: () => server.close(),
  };

  const idToken = () => {
    const { issuer, lies, nonce } = provider;
    const now = Math.floor(Date.now() / 1000);
    const header = { alg: 'RS256', kid: 'one', ...lies.header };
    const person = { sub: 'u-17', preferred_username: 'maria', name: 'Maria R.', groups: ['staff', 'noc'] };
    const claims = { iss: issuer, aud: 'quorumwatch', iat: now, exp: now + 300, nonce, ...person, ...lies.claims };
    const text = `${part(header)}.${part(claims)}`;
    const made = () => sign('sha256', Buffer.from(text), lies.key ?? keys.privateKey).toString('base64url');
    return `${text}.${lies.signature ?? made()}`;
  };

  const answer = (request: IncomingMessage, response: ServerResponse, body: string) => {
    const { issuer, lies } = provider;
    const url = new URL(request.url ?? '', issuer);
    const send = (status: number, value: unknown) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
    switch (url.pathname) {
      case '/.well-known/openid-configuration':
        provider.described++;
        return send(200, {
          issuer: lies.issuer ?? issuer,
          authorization_endpoint: `${issuer}/authorize`,
          token_endpoint: `${issuer}/token`,
          userinfo_endpoint: `${issuer}/userinfo`,
          jwks_uri: `${issuer}/keys`,
          authorization_response_iss_parameter_supported: true,
          id_token_signing_alg_values_supported: ['RS256'],
        });
      case '/keys':
        return send(200, {
          keys: [{ ...keys.publicKey.export({ format: 'jwk' }), kid: 'one', use: 'sig', alg: 'RS256' }],
        });
      case '/authorize': {
        provider.nonce = url.searchParams.get('nonce');
        const back = new URL(url.searchParams.get('redirect_uri') ?? issuer);
        const given = { code: 'c1', state: url.searchParams.get('state') ?? '', iss: issuer };
        for (const [key, value] of Object.entries(given)) back.searchParams.set(key, value);
        return response.writeHead(302, { location: back.href }).end();
      }
      case '/userinfo':
        return send(200, { sub: 'u-17', ...lies.userinfo });
      case '/token':
        provider.asked.push({ authorization: request.headers.authorization, body: new URLSearchParams(body) });
        return send(lies.tokenStatus ?? 200, {
          access_token: 'at',
          token_type: 'Bearer',
          expires_in: 300,
          id_token: idToken(),
          // Right in all but its length.
          ...(lies.endless && { more: 'x'.repeat(3_000_000) }),
        });
      default:
        return send(404, {});
    }
  };

  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += chunk));
    request.on('end', () => answer(request, response, body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  provider.issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return provider;
}
