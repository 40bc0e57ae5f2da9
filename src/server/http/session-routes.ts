import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { principalSchema, QwError, signInMethodsSchema } from '../../model/index.ts';
import { tokenHash, type NewAudit, type Principal, type Watcher } from '../../watcher/index.ts';
import type { Access, AccessEnvironment } from './access.ts';
import { json, route } from './route.ts';

/** Signing in and out, for those who have not shown yet who they are. */

const openRoute = createRoute({
  ...route({
    method: 'post',
    path: '/session',
    summary: 'Sign in with a token, or with name and password; answers with a session cookie',
    answer: principalSchema,
  }),
  request: {
    body: json(
      z.union([
        z.strictObject({ token: z.string().min(1).max(200) }),
        z.strictObject({ user: z.string().min(1).max(200), password: z.string().min(1).max(1000) }),
      ]),
    ),
  },
});
const closeRoute = createRoute(
  route({ method: 'delete', path: '/session', summary: 'Sign out', answer: z.object({}) }),
);
const methodsRoute = createRoute(
  route({ method: 'get', path: '/session/methods', summary: 'How people may sign in', answer: signInMethodsSchema }),
);

export interface SessionParts {
  access: Access;
  accounts: Watcher['accounts'];
  audit: Watcher['audit'];
  oidc: boolean;
}

export function serveSessions(api: OpenAPIHono<AccessEnvironment>, parts: SessionParts): void {
  const { access, accounts, audit, oidc } = parts;
  const opened = (context: Context, principal: Principal): Principal => {
    accounts.signIns.done++;
    audit.add({ ...actor(principal), what: 'sign-in', from: access.addressOf(context), outcome: 'done' });
    return principal;
  };
  const byToken = (context: Context, token: string): Principal => {
    const principal = access.checkToken(token);
    access.open(context, { identity: 'token', sha256: tokenHash(token) });
    return principal;
  };
  const byPassword = async (context: Context, name: string, password: string): Promise<Principal> => {
    await accounts.signIn(name, password, access.addressOf(context));
    const user = accounts.user(name);
    if (!user) throw new QwError('UNAUTHORIZED', 'the name or the password is wrong');
    access.open(context, { identity: 'user', name, generation: user.generation });
    return user.principal;
  };
  api.openapi(openRoute, async (context) => {
    access.refuseForeign(context);
    const given = context.req.valid('json');
    try {
      const principal =
        'token' in given ? byToken(context, given.token) : await byPassword(context, given.user, given.password);
      return context.json(opened(context, principal), 200);
    } catch (thrown) {
      // What was typed is written down only when it is somebody's name: it may be a password in the wrong field.
      const by = 'user' in given && accounts.isUser(given.user) ? given.user : '';
      refused(parts, context, thrown, by);
      throw thrown;
    }
  });
  api.openapi(closeRoute, (context) => {
    const principal = access.ofSession(context);
    access.close(context);
    if (principal)
      audit.add({ ...actor(principal), what: 'sign-out', from: access.addressOf(context), outcome: 'done' });
    return context.json({}, 200);
  });
  api.openapi(methodsRoute, (context) => context.json({ oidc }, 200));
}

/** Counts and writes down a sign-in that failed. */
export function refused(
  { access, accounts, audit }: Pick<SessionParts, 'access' | 'accounts' | 'audit'>,
  context: Context,
  thrown: unknown,
  by: string,
): void {
  const code = thrown instanceof QwError ? thrown.code : 'INTERNAL';
  const isDelayed = code === 'TOO_MANY_ATTEMPTS' || code === 'OVERLOADED';
  accounts.signIns[isDelayed ? 'delayed' : 'refused']++;
  const from = access.addressOf(context);
  audit.add({ by, identity: 'nobody', what: 'sign-in', from, outcome: 'refused', code });
}

export function actor({ name, identity }: Principal): Pick<NewAudit, 'by' | 'identity'> {
  return { by: name, identity };
}
