import { createHmac, randomBytes } from 'node:crypto';
import * as oauth from 'oauth4webapi';
import { messageOf, QwError, type EpochMs, type OidcSettings } from '../../model/index.ts';
import { readSecret, type Clock } from '../../platform/index.ts';
import { roles, type Principal, type Role } from '../../watcher/index.ts';

/**
 * Sign-in through an identity provider: OpenID Connect Core 1.0, authorization code with PKCE (RFC 7636), state, nonce and
 * issuer (RFC 9207). The signature of the token is checked although it comes from the provider itself. The protocol is
 * that of oauth4webapi, which keeps no state, depends on nothing, and asks through our own bounded fetch.
 */

const requestMs = 10_000;
const maxAnswerBytes = 1024 * 1024;
/** As long as people take to sign in over there. */
export const pendingMs = 10 * 60_000;
const descriptionMs = 10 * 60_000;
/** Strangers who press the button must not make us ask a provider that is down again and again. */
const afterFailureMs = 10_000;
const keySecret = randomBytes(32);
/** Characters that nobody sees, or that turn a line around. */
const invisible = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

/** Why somebody is not let in; the page has a sentence for each. */
export type OidcProblem = 'refused' | 'expired' | 'no-role' | 'unreachable';

export class OidcRefusal extends QwError {
  readonly problem: OidcProblem;

  constructor(problem: OidcProblem, message: string, cause?: unknown) {
    super('UNAUTHORIZED', message, { cause });
    this.problem = problem;
  }
}

interface Pending {
  state: string;
  nonce: string;
  verifier: string;
}

export class OidcProvider {
  readonly #settings: OidcSettings;
  readonly #clock: Clock;
  readonly #client: oauth.Client;
  readonly redirectUrl: string;
  #description: { server: Promise<oauth.AuthorizationServer>; untilMs: number } | undefined;

  /** `publicUrl` is where browsers reach the page. */
  constructor(settings: OidcSettings, publicUrl: string, clock: Clock) {
    this.#settings = settings;
    this.#clock = clock;
    this.#client = { client_id: settings['client-id'] };
    this.redirectUrl = `${publicUrl.replace(/\/+$/, '')}/api/v1/session/oidc/callback`;
  }

  /** Where the browser goes, and the ticket that it brings back. */
  async begin(): Promise<{ url: string; ticket: string }> {
    const server = await this.#describe();
    if (server.authorization_endpoint === undefined)
      throw new OidcRefusal('unreachable', 'the identity provider names no address to sign in at');
    const ticket = `${randomBytes(24).toString('base64url')}.${this.#clock.now() + pendingMs}`;
    const { state, nonce, verifier } = pendingOf(ticket);
    const url = new URL(server.authorization_endpoint);
    for (const [key, value] of Object.entries({
      client_id: this.#settings['client-id'],
      redirect_uri: this.redirectUrl,
      response_type: 'code',
      scope: this.#settings.scopes.join(' '),
      state,
      nonce,
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    })) {
      url.searchParams.set(key, value);
    }
    return { url: url.href, ticket };
  }

  /** Throws OidcRefusal whatever is wrong with what the browser or the provider brings. */
  async finish(answer: URLSearchParams, ticket: string): Promise<Principal> {
    if (endOf(ticket) <= this.#clock.now())
      throw new OidcRefusal('expired', 'it took too long to sign in, or began elsewhere');
    const pending = pendingOf(ticket);
    const server = await this.#describe();
    let claims: Readonly<Record<string, unknown>>;
    try {
      claims = await this.#claims(server, answer, pending);
    } catch (thrown) {
      if (isUnreachable(thrown)) throw new OidcRefusal('unreachable', 'the identity provider does not answer', thrown);
      throw new OidcRefusal('refused', `the identity provider's answer is refused: ${messageOf(thrown)}`, thrown);
    }
    return this.#principalOf(claims);
  }

  async #claims(server: oauth.AuthorizationServer, answer: URLSearchParams, pending: Pending) {
    const options = this.#options();
    const parameters = oauth.validateAuthResponse(server, this.#client, answer, pending.state);
    const secret = (await readSecret({ file: this.#settings['client-secret-file'] })).reveal();
    const methods = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
    const authenticate = methods.includes('client_secret_basic') ? oauth.ClientSecretBasic : oauth.ClientSecretPost;
    const response = await oauth.authorizationCodeGrantRequest(
      server,
      this.#client,
      authenticate(secret),
      parameters,
      this.redirectUrl,
      pending.verifier,
      options,
    );
    const result = await oauth.processAuthorizationCodeResponse(server, this.#client, response, {
      expectedNonce: pending.nonce,
      requireIdToken: true,
    });
    await oauth.validateApplicationLevelSignature(server, response, options);
    const claims = oauth.getValidatedIdTokenClaims(result);
    if (!claims) throw new Error('there is no ID token');
    if (claims[this.#settings['role-claim']] !== undefined || server.userinfo_endpoint === undefined) return claims;
    // Some providers keep groups out of the token, which may grow too long by them.
    const about = await oauth.userInfoRequest(server, this.#client, result.access_token, options);
    return { ...(await oauth.processUserInfoResponse(server, this.#client, claims.sub, about)), ...claims };
  }

  #principalOf(claims: Readonly<Record<string, unknown>>): Principal {
    const role = this.#roleOf(claims[this.#settings['role-claim']]);
    if (!role) throw new OidcRefusal('no-role', 'the identity provider gives this person no role here');
    const given = [claims[this.#settings['name-claim']], claims['sub']].find(isName);
    if (given === undefined) throw new OidcRefusal('refused', 'the identity provider gives no name');
    // Local names have no @, so that nobody over there can be taken for somebody here.
    const name = given.includes('@') ? given : `${given}@${new URL(this.#settings.issuer).hostname}`;
    const { name: displayName } = claims;
    return { name, role, identity: 'oidc', ...(isName(displayName) && { displayName }) };
  }

  #roleOf(claim: unknown): Role | undefined {
    const values = new Set<unknown>(Array.isArray(claim) ? claim : [claim]);
    const fits = (role: Role) => this.#settings.roles[role]?.some((one) => one === '*' || values.has(one)) ?? false;
    return roles.toReversed().find(fits);
  }

  /** Asked once for all who come at the time, and not again for a while. */
  #describe(): Promise<oauth.AuthorizationServer> {
    const now = this.#clock.monotonic();
    if (this.#description && this.#description.untilMs > now) return this.#description.server;
    const description = { server: this.#discover(), untilMs: now + descriptionMs };
    this.#description = description;
    description.server.catch(() => {
      description.untilMs = this.#clock.monotonic() + afterFailureMs;
    });
    return description.server;
  }

  async #discover(): Promise<oauth.AuthorizationServer> {
    const issuer = new URL(this.#settings.issuer);
    try {
      const response = await oauth.discoveryRequest(issuer, { algorithm: 'oidc', ...this.#options() });
      return await oauth.processDiscoveryResponse(issuer, response);
    } catch (thrown) {
      throw new OidcRefusal('unreachable', `the identity provider cannot be used: ${messageOf(thrown)}`, thrown);
    }
  }

  #options() {
    return {
      [oauth.customFetch]: boundedFetch,
      // The configuration allows http on loopback only.
      [oauth.allowInsecureRequests]: this.#settings.issuer.startsWith('http:'),
      signal: () => AbortSignal.timeout(requestMs),
    };
  }
}

/** What must come back follows from the ticket and from what only this process knows: nothing has to be kept. */
function pendingOf(ticket: string): Pending {
  const part = (name: string) => createHmac('sha256', keySecret).update(`${name} ${ticket}`).digest('base64url');
  return { state: part('state'), nonce: part('nonce'), verifier: part('verifier') };
}

function endOf(ticket: string): EpochMs {
  return Number(/^[\w-]{32}\.(\d{1,16})$/.exec(ticket)?.[1] ?? 0);
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '' && value.length <= 150 && !invisible.test(value);
}

function isUnreachable(thrown: unknown): boolean {
  return thrown instanceof TypeError || (thrown instanceof DOMException && thrown.name === 'TimeoutError');
}

/** An answer without an end must not fill the memory. */
async function boundedFetch(url: string, options: oauth.CustomFetchOptions<string, unknown>): Promise<Response> {
  const response = await fetch(url, options as RequestInit);
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > maxAnswerBytes)
      throw new Error(`the answer of the identity provider has more than ${maxAnswerBytes} bytes`);
    chunks.push(chunk);
  }
  const body = [101, 204, 205, 304].includes(response.status) ? null : Buffer.concat(chunks);
  const bounded = new Response(body, { status: response.status, headers: response.headers });
  // The library looks at where an answer came from.
  Object.defineProperty(bounded, 'url', { value: response.url });
  return bounded;
}
