import type { Context, MiddlewareHandler } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { QwError } from '../../model/index.ts';
import type { Clock } from '../../platform/index.ts';
import { atLeast, shortened, tokenHash, type Accounts, type Principal, type Role } from '../../watcher/index.ts';
import { remoteAddress } from './remote-address.ts';
import { sessionMs, Sessions, type Holder, type Session } from './sessions.ts';

/** Who asks: a bearer token, or the session that a token, a password or an identity provider opened. */

/** Wrong tokens in a minute before everybody with a wrong one has to wait. */
const maxFailures = 30;
/** A browser sends this only from our own page: what other sites make it send never carries it. */
const ownHeader = 'x-quorumwatch-request';

export interface AccessEnvironment {
  Variables: {
    principal: Principal;
    /** Absent for a bearer token. */
    session?: Session;
    /** Whether who asked may still ask: for answers that take long. */
    stands?: () => boolean;
    /** What a request changed, in words, for the audit. */
    audited?: string;
  };
}

export interface AccessOptions {
  secure: boolean;
  port: number;
  trustedProxies?: readonly string[];
}

interface Found {
  principal: Principal;
  session?: Session;
}

export class Access {
  readonly sessions: Sessions;
  readonly #accounts: Pick<Accounts, 'tokens' | 'user'>;
  readonly #clock: Clock;
  readonly #options: AccessOptions;
  readonly #cookieName: string;
  #failures = 0;
  #failuresSince = 0;

  /** The port stands in the cookie's name: browsers send cookies to every port of a host, and there may be two watchers. */
  constructor(accounts: Pick<Accounts, 'tokens' | 'user'>, clock: Clock, options: AccessOptions) {
    this.#accounts = accounts;
    this.#clock = clock;
    this.#options = options;
    this.#cookieName = `qw_session_${options.port}`;
    this.sessions = new Sessions(clock);
  }

  /** Lets pass who has at least this role. */
  require(role: Role): MiddlewareHandler<AccessEnvironment> {
    return async (context, next) => {
      const found = this.#identify(context);
      if (!found) throw new QwError('UNAUTHORIZED', 'a token or a session is needed');
      const { principal, session } = found;
      context.set('principal', principal);
      if (!atLeast(principal.role, role)) {
        const what = principal.identity === 'token' ? 'the token ' : '';
        throw new QwError('FORBIDDEN', `this needs the role ${role}, ${what}${principal.name} has ${principal.role}`);
      }
      if (session) context.set('session', session);
      context.set('stands', () => {
        const now = this.#presentPrincipal(context);
        return now !== undefined && atLeast(now.role, role);
      });
      await next();
    };
  }

  /** Refuses what another site makes a browser send. */
  refuseForeign(context: Context): void {
    const site = context.req.header('sec-fetch-site');
    const origin = context.req.header('origin');
    const isForeign =
      site === undefined
        ? origin !== undefined && URL.parse(origin)?.host !== context.req.header('host')
        : site !== 'same-origin' && site !== 'none';
    if (isForeign) throw new QwError('FORBIDDEN', 'another site made the browser ask this');
  }

  addressOf(context: Context): string {
    return remoteAddress(context, this.#options.trustedProxies ?? []);
  }

  /** Throws UNAUTHORIZED, or OVERLOADED after too many wrong ones. */
  checkToken(token: string): Principal {
    const principal = this.#check(token);
    if (!principal) throw new QwError('UNAUTHORIZED', 'this token is not valid');
    return principal;
  }

  /** Exchanges what was shown for a session under a new secret; the one that the browser had before ends. */
  open(context: Context, holder: Holder): void {
    this.sessions.close(getCookie(context, this.#cookieName) ?? '');
    const browser = context.req.header('user-agent') ?? '';
    setCookie(context, this.#cookieName, this.sessions.open(holder, shortened(this.addressOf(context)), browser), {
      httpOnly: true,
      sameSite: 'Strict',
      path: '/',
      secure: this.#options.secure,
      maxAge: sessionMs / 1000,
    });
  }

  close(context: Context): void {
    this.sessions.close(getCookie(context, this.#cookieName) ?? '');
    deleteCookie(context, this.#cookieName, { path: '/' });
  }

  /** Who has the session of this browser, if it has any. */
  ofSession(context: Context): Principal | undefined {
    return this.#bySession(getCookie(context, this.#cookieName) ?? '')?.principal;
  }

  #identify(context: Context): Found | undefined {
    const bearer = bearerOf(context);
    if (bearer !== undefined) {
      const principal = this.#check(bearer);
      return principal && { principal };
    }
    const found = this.#bySession(getCookie(context, this.#cookieName) ?? '');
    const reads = context.req.method === 'GET' || context.req.method === 'HEAD';
    if (found && !reads) {
      if (context.req.header(ownHeader) === undefined)
        throw new QwError('FORBIDDEN', `a change by a session needs the header ${ownHeader}`);
      this.refuseForeign(context);
    }
    return found;
  }

  /** Who asked, as it is now; wrong tokens are not counted again. */
  #presentPrincipal(context: Context): Principal | undefined {
    const bearer = bearerOf(context);
    return bearer === undefined ? this.ofSession(context) : this.#accounts.tokens.byHash(tokenHash(bearer));
  }

  #bySession(secret: string): Found | undefined {
    const session = this.sessions.use(secret);
    const principal = session && this.#principalOf(session.holder);
    return principal && { principal, session };
  }

  /** A session lasts no longer than what opened it. */
  #principalOf(holder: Holder): Principal | undefined {
    if (holder.identity === 'token') return this.#accounts.tokens.byHash(holder.sha256);
    if (holder.identity === 'oidc') return holder.principal;
    const user = this.#accounts.user(holder.name);
    return user?.generation === holder.generation ? user.principal : undefined;
  }

  #check(token: string): Principal | undefined {
    const now = this.#clock.monotonic();
    if (now - this.#failuresSince > 60_000) {
      this.#failuresSince = now;
      this.#failures = 0;
    }
    const principal = this.#accounts.tokens.byHash(tokenHash(token));
    if (principal) return principal;
    this.#failures++;
    if (this.#failures > maxFailures) throw new QwError('OVERLOADED', 'too many wrong tokens; wait a minute');
    return undefined;
  }
}

function bearerOf(context: Context): string | undefined {
  return /^Bearer (\S{1,200})$/i.exec(context.req.header('authorization') ?? '')?.[1];
}
