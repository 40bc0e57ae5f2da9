import { randomBytes } from 'node:crypto';
import type { Context, MiddlewareHandler } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { QwError, type Milliseconds } from '../../model/index.ts';
import type { Clock } from '../../platform/index.ts';
import { tokenHash, roles, type Principal, type Role, type TokenBook } from '../../watcher/index.ts';

/** Who asks: a bearer token, or the session that a token opened. */

const sessionMs = 12 * 3_600_000;
const maxSessions = 1000;
/** Wrong tokens in a minute before everybody with a wrong one has to wait. */
const maxFailures = 30;
/** A browser sends this only from our own page: what other sites make it send never carries it. */
const ownHeader = 'x-quorumwatch-request';

export interface AccessEnvironment {
  Variables: { principal: Principal };
}

export class Access {
  readonly #tokens: TokenBook;
  readonly #clock: Clock;
  readonly #secure: boolean;
  readonly #cookieName: string;
  /** `until` is monotonic: a clock that is set neither ends a session nor prolongs it. */
  readonly #sessions = new Map<string, { token: string; until: Milliseconds }>();
  #failures = 0;
  #failuresSince = 0;

  /** The port stands in the cookie's name: browsers send cookies to every port of a host, and there may be two watchers. */
  constructor(tokens: TokenBook, clock: Clock, { secure, port }: { secure: boolean; port: number }) {
    this.#tokens = tokens;
    this.#clock = clock;
    this.#secure = secure;
    this.#cookieName = `qw_session_${port}`;
  }

  /** Lets pass who has at least this role. */
  require(role: Role): MiddlewareHandler<AccessEnvironment> {
    return async (context, next) => {
      const principal = this.identify(context);
      if (!principal) throw new QwError('UNAUTHORIZED', 'a token or a session is needed');
      if (roles.indexOf(principal.role) < roles.indexOf(role)) {
        throw new QwError(
          'FORBIDDEN',
          `this needs the role ${role}, the token ${principal.name} has ${principal.role}`,
        );
      }
      context.set('principal', principal);
      await next();
    };
  }

  identify(context: Context): Principal | undefined {
    const bearer = /^Bearer (\S{1,200})$/i.exec(context.req.header('authorization') ?? '')?.[1];
    if (bearer !== undefined) return this.#check(bearer);
    const session = this.#sessions.get(getCookie(context, this.#cookieName) ?? '');
    if (!session || session.until < this.#clock.monotonic()) return undefined;
    // A session lasts no longer than its token.
    const principal = this.#tokens.byHash(session.token);
    if (!principal) return undefined;
    const reads = context.req.method === 'GET' || context.req.method === 'HEAD';
    if (!reads && context.req.header(ownHeader) === undefined) {
      throw new QwError('FORBIDDEN', `a change by a session needs the header ${ownHeader}`);
    }
    return principal;
  }

  /** Exchanges a token for a session with a name of its own, so that nobody can prepare one. */
  open(context: Context, token: string): Principal {
    const principal = this.#check(token);
    if (!principal) throw new QwError('UNAUTHORIZED', 'this token is not valid');
    const now = this.#clock.monotonic();
    for (const [id, session] of this.#sessions) if (session.until < now) this.#sessions.delete(id);
    const oldest = this.#sessions.keys().next().value;
    if (this.#sessions.size >= maxSessions && oldest !== undefined) this.#sessions.delete(oldest);
    const id = randomBytes(24).toString('base64url');
    this.#sessions.set(id, { token: tokenHash(token), until: now + sessionMs });
    setCookie(context, this.#cookieName, id, {
      httpOnly: true,
      sameSite: 'Strict',
      path: '/',
      secure: this.#secure,
      maxAge: sessionMs / 1000,
    });
    return principal;
  }

  close(context: Context): void {
    this.#sessions.delete(getCookie(context, this.#cookieName) ?? '');
    deleteCookie(context, this.#cookieName, { path: '/' });
  }

  #check(token: string): Principal | undefined {
    const now = this.#clock.monotonic();
    if (now - this.#failuresSince > 60_000) {
      this.#failuresSince = now;
      this.#failures = 0;
    }
    const principal = this.#tokens.find(token);
    if (principal) return principal;
    this.#failures++;
    if (this.#failures > maxFailures) throw new QwError('OVERLOADED', 'too many wrong tokens; wait a minute');
    return undefined;
  }
}
