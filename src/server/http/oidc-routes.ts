import type { OpenAPIHono } from '@hono/zod-openapi';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { messageOf, type OidcSettings } from '../../model/index.ts';
import type { Clock, Log } from '../../platform/index.ts';
import type { AccessEnvironment } from './access.ts';
import { OidcProvider, OidcRefusal, pendingMs } from './oidc.ts';
import { actor, refused, type SessionParts } from './session-routes.ts';

export interface OidcParts extends Omit<SessionParts, 'oidc'> {
  settings: OidcSettings;
  publicUrl: string;
  clock: Clock;
  log: Log;
  secure: boolean;
  port: number;
}

/** The two steps of a browser: to the provider, and back. Both answer with a redirection, whatever happens. */
export function serveOidc(api: OpenAPIHono<AccessEnvironment>, parts: OidcParts): void {
  const { access, accounts, audit, settings, publicUrl, clock, log, secure, port } = parts;
  const provider = new OidcProvider(settings, publicUrl, clock);
  const cookieName = `qw_oidc_${port}`;
  const path = '/api/v1/session/oidc';
  const problemOf = (thrown: unknown) => (thrown instanceof OidcRefusal ? thrown.problem : 'refused');

  api.get('/session/oidc', async (context) => {
    try {
      const { url, ticket } = await provider.begin();
      // Strict would keep it from coming back with the browser.
      setCookie(context, cookieName, ticket, {
        httpOnly: true,
        sameSite: 'Lax',
        path,
        secure,
        maxAge: pendingMs / 1000,
      });
      return context.redirect(url);
    } catch (thrown) {
      log.warning('the identity provider cannot be asked', { problem: messageOf(thrown) });
      return context.redirect(`/#sign-in=${problemOf(thrown)}`);
    }
  });
  api.get('/session/oidc/callback', async (context) => {
    const ticket = getCookie(context, cookieName) ?? '';
    deleteCookie(context, cookieName, { path });
    try {
      const answer = new URL(context.req.url).searchParams;
      const principal = await accounts.signInElsewhere(access.addressOf(context), () =>
        provider.finish(answer, ticket),
      );
      access.open(context, { identity: 'oidc', principal });
      accounts.signIns.done++;
      audit.add({ ...actor(principal), what: 'sign-in', from: access.addressOf(context), outcome: 'done' });
      return context.redirect('/');
    } catch (thrown) {
      log.warning('a sign-in through the identity provider failed', { problem: messageOf(thrown) });
      refused(parts, context, thrown, '');
      return context.redirect(`/#sign-in=${problemOf(thrown)}`);
    }
  });
}
