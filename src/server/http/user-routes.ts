import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi';
import { auditEntrySchema, auditOutcomes, pageOf, tokenEntrySchema, userSchema, QwError } from '../../model/index.ts';
import { namePattern, roles, type Watcher } from '../../watcher/index.ts';
import type { AccessEnvironment } from './access.ts';
import { instant, json, route } from './route.ts';

/** Users, tokens and the audit, for admins. */

const role = z.enum(roles);
const password = z.string().min(1).max(1000);
const displayName = z.string().trim().max(200);
const named = { params: z.object({ name: z.string().min(1).max(100) }) };

const usersRoute = createRoute(
  route({ method: 'get', path: '/users', summary: 'Local users', answer: z.object({ items: z.array(userSchema) }) }),
);
const addUserRoute = createRoute({
  ...route({ method: 'post', path: '/users', summary: 'Add a local user', answer: userSchema }),
  request: {
    body: json(
      z.strictObject({ name: z.string().regex(namePattern), displayName: displayName.optional(), role, password }),
    ),
  },
});
const changeUserRoute = createRoute({
  ...route({
    method: 'put',
    path: '/users/{name}',
    summary: 'Change a local user; who is disabled is signed out',
    answer: userSchema,
  }),
  request: {
    ...named,
    body: json(
      z.strictObject({ displayName: displayName.optional(), role: role.optional(), disabled: z.boolean().optional() }),
    ),
  },
});
const resetPasswordRoute = createRoute({
  ...route({
    method: 'put',
    path: '/users/{name}/password',
    summary: 'Set the password of a local user, who is signed out',
    answer: z.object({}),
  }),
  request: { ...named, body: json(z.strictObject({ password })) },
});
const removeUserRoute = createRoute({
  ...route({
    method: 'delete',
    path: '/users/{name}',
    summary: 'Remove a local user with all tokens',
    answer: z.object({}),
  }),
  request: named,
});
const tokensRoute = createRoute(
  route({
    method: 'get',
    path: '/tokens',
    summary: 'All tokens, without their secrets',
    answer: z.object({ items: z.array(tokenEntrySchema) }),
  }),
);
const createTokenRoute = createRoute({
  ...route({
    method: 'post',
    path: '/tokens',
    summary: 'Make a token; it is shown only here',
    answer: z.object({ name: z.string(), role, token: z.string() }),
  }),
  request: { body: json(z.object({ name: z.string().regex(namePattern), role, expiresAt: instant.optional() })) },
});
const removeTokenRoute = createRoute({
  ...route({ method: 'delete', path: '/tokens/{name}', summary: 'Revoke a token', answer: z.object({}) }),
  request: { ...named, query: z.object({ owner: z.string().max(100).optional() }) },
});
const auditRoute = createRoute({
  ...route({
    method: 'get',
    path: '/audit',
    summary: 'Who signed in and who changed what, the newest first; older than the last 5,000 only in the ledger',
    answer: pageOf(auditEntrySchema),
  }),
  request: {
    query: z.object({
      by: z.string().max(200).optional(),
      what: z.string().max(200).optional(),
      outcome: z.enum(auditOutcomes).optional(),
      cursor: z
        .string()
        .regex(/^\d{1,6}$/)
        .optional(),
      limit: z.coerce.number().int().min(1).max(500).default(100),
    }),
  },
});

export function serveUsers(
  api: OpenAPIHono<AccessEnvironment>,
  { accounts, audit }: Pick<Watcher, 'accounts' | 'audit'>,
): void {
  api.openapi(usersRoute, (context) => context.json({ items: accounts.listUsers() }, 200));
  api.openapi(addUserRoute, async (context) => {
    const given = context.req.valid('json');
    context.set('audited', `${given.name}, ${given.role}`);
    return context.json(await accounts.addUser(given), 200);
  });
  api.openapi(changeUserRoute, async (context) => {
    const change = context.req.valid('json');
    const words = [change.role, change.disabled === undefined ? undefined : change.disabled ? 'disabled' : 'enabled'];
    context.set('audited', words.filter((one) => one !== undefined).join(', ') || 'display name');
    return context.json(
      await accounts.changeUser(context.req.valid('param').name, change, context.get('principal')),
      200,
    );
  });
  api.openapi(resetPasswordRoute, async (context) => {
    await accounts.resetPassword(context.req.valid('param').name, context.req.valid('json').password);
    return context.json({}, 200);
  });
  api.openapi(removeUserRoute, async (context) => {
    await accounts.removeUser(context.req.valid('param').name, context.get('principal'));
    return context.json({}, 200);
  });
  api.openapi(tokensRoute, (context) => context.json({ items: accounts.listTokens() }, 200));
  api.openapi(createTokenRoute, async (context) => {
    const { name, role: given, expiresAt } = context.req.valid('json');
    context.set('audited', `${name}, ${given}`);
    const token = await accounts.createToken({ name, role: given, ...(expiresAt !== undefined && { expiresAt }) });
    return context.json({ name, role: given, token }, 200);
  });
  api.openapi(removeTokenRoute, async (context) => {
    const { owner } = context.req.valid('query');
    if (owner !== undefined && !accounts.isUser(owner))
      throw new QwError('NOT_FOUND', `there is no user named ${owner}`);
    await accounts.tokens.remove(context.req.valid('param').name, owner);
    return context.json({}, 200);
  });
  api.openapi(auditRoute, (context) => {
    const { cursor, limit, ...filter } = context.req.valid('query');
    const all = audit.list(filter);
    const from = Number(cursor ?? 0);
    const end = from + limit;
    const items = all.slice(from, end);
    return context.json({ items, total: all.length, ...(end < all.length && { next: String(end) }) }, 200);
  });
}
