import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { principalSchema, QwError, sessionEntrySchema, tokenEntrySchema } from '../../model/index.ts';
import { lesserRole, namePattern, roles, type Watcher } from '../../watcher/index.ts';
import type { Access, AccessEnvironment } from './access.ts';
import { instant, json, route } from './route.ts';
import { ownerOf } from './sessions.ts';

/** One's own account: password, sessions, tokens. */

const password = z.string().min(1).max(1000);

const whoRoute = createRoute(route({ method: 'get', path: '/session', summary: 'Who am I', answer: principalSchema }));
const passwordRoute = createRoute({
  ...route({
    method: 'put',
    path: '/account/password',
    summary: 'Change one’s own password; all other sessions end',
    answer: z.object({}),
  }),
  request: { body: json(z.strictObject({ old: password, new: password })) },
});
const sessionsRoute = createRoute(
  route({
    method: 'get',
    path: '/account/sessions',
    summary: 'One’s own sessions',
    answer: z.object({ items: z.array(sessionEntrySchema) }),
  }),
);
const endSessionRoute = createRoute({
  ...route({
    method: 'delete',
    path: '/account/sessions/{id}',
    summary: 'End one of one’s own sessions; `others` ends all but this one',
    answer: z.object({ ended: z.int() }),
  }),
  request: { params: z.object({ id: z.string().min(1).max(100) }) },
});
const tokensRoute = createRoute(
  route({
    method: 'get',
    path: '/account/tokens',
    summary: 'One’s own tokens, without their secrets',
    answer: z.object({ items: z.array(tokenEntrySchema) }),
  }),
);
const createTokenRoute = createRoute({
  ...route({
    method: 'post',
    path: '/account/tokens',
    summary: 'Make a token of one’s own, which may no more than oneself; it is shown only here',
    answer: tokenEntrySchema.extend({ token: z.string() }),
  }),
  request: {
    body: json(
      z.strictObject({
        name: z.string().regex(namePattern),
        role: z.enum(roles).default('viewer'),
        expiresAt: instant.optional(),
      }),
    ),
  },
});
const removeTokenRoute = createRoute({
  ...route({
    method: 'delete',
    path: '/account/tokens/{name}',
    summary: 'Revoke a token of one’s own',
    answer: z.object({}),
  }),
  request: { params: z.object({ name: z.string().min(1).max(100) }) },
});

export function serveAccount(
  api: OpenAPIHono<AccessEnvironment>,
  { accounts }: Pick<Watcher, 'accounts'>,
  access: Access,
): void {
  api.openapi(whoRoute, (context) => context.json(context.get('principal'), 200));
  api.openapi(passwordRoute, async (context) => {
    const name = ownName(context);
    const given = context.req.valid('json');
    await accounts.changePassword(name, given.old, given.new, access.addressOf(context));
    const user = accounts.user(name);
    if (user) access.open(context, { identity: 'user', name, generation: user.generation });
    return context.json({}, 200);
  });
  api.openapi(sessionsRoute, (context) => {
    const session = context.get('session');
    return context.json({ items: session ? access.sessions.list(ownerOf(session.holder), session) : [] }, 200);
  });
  api.openapi(endSessionRoute, (context) => {
    const session = context.get('session');
    if (!session) throw new QwError('CONFLICT', 'a token has no sessions', { hint: 'sign in on the page' });
    const { id } = context.req.valid('param');
    const ended = access.sessions.closeOf(ownerOf(session.holder), (one) =>
      id === 'others' ? one !== session : one.id === id,
    );
    if (ended === 0 && id !== 'others') throw new QwError('NOT_FOUND', 'there is no such session');
    return context.json({ ended }, 200);
  });
  api.openapi(tokensRoute, (context) => {
    const { name, identity } = context.get('principal');
    return context.json({ items: identity === 'user' ? accounts.listTokens(name) : [] }, 200);
  });
  api.openapi(createTokenRoute, async (context) => {
    const owner = ownName(context);
    const { name, role, expiresAt } = context.req.valid('json');
    const least = lesserRole(role, context.get('principal').role);
    const token = await accounts.createToken({
      name,
      role: least,
      owner,
      ...(expiresAt !== undefined && { expiresAt }),
    });
    context.set('audited', `${name}, ${least}`);
    const entry = accounts.listTokens(owner).find((one) => one.name === name);
    if (!entry) throw new QwError('CONFLICT', 'the token was revoked in the same moment');
    return context.json({ ...entry, token }, 200);
  });
  api.openapi(removeTokenRoute, async (context) => {
    await accounts.tokens.remove(context.req.valid('param').name, ownName(context));
    return context.json({}, 200);
  });
}

/** A token must not make another one, nor change the password of its user. */
function ownName(context: Context<AccessEnvironment>): string {
  const { name, identity } = context.get('principal');
  if (identity === 'user') return name;
  throw new QwError('CONFLICT', 'only a local user who signed in with a password has these', {
    hint: 'sign in on the page with name and password',
  });
}
