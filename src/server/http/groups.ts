import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi';
import { groupDetailSchema, groupSummarySchema, locatedCheckSchema, QwError } from '../../model/index.ts';
import type { Watcher } from '../../watcher/index.ts';
import type { AccessEnvironment } from './access.ts';
import { route } from './route.ts';

/** Groups of targets and checks, and what each watcher makes of a check from its own place. */

const named = z.object({ name: z.string().min(1).max(100) });

const groupsRoute = createRoute(
  route({
    method: 'get',
    path: '/groups',
    summary: 'Groups with the verdicts in them',
    answer: z.object({ items: z.array(groupSummarySchema) }),
  }),
);

const groupRoute = createRoute({
  ...route({
    method: 'get',
    path: '/groups/{name}',
    summary: 'One group: its targets, and its checks from every location, worst first',
    answer: groupDetailSchema,
  }),
  request: { params: named },
});

const locationsRoute = createRoute({
  ...route({
    method: 'get',
    path: '/checks/{name}/locations',
    summary: 'What each watcher makes of a check: state, latency, and who disagrees and why',
    answer: locatedCheckSchema,
  }),
  request: { params: named },
});

export function serveGroups(api: OpenAPIHono<AccessEnvironment>, { groups }: Pick<Watcher, 'groups'>): void {
  api.openapi(groupsRoute, (context) => context.json({ items: groups.groups() }, 200));
  api.openapi(groupRoute, (context) => {
    const { name } = context.req.valid('param');
    const group = groups.group(name);
    if (!group) throw new QwError('NOT_FOUND', `there is no group ${name}`);
    return context.json(group, 200);
  });
  api.openapi(locationsRoute, (context) => {
    const { name } = context.req.valid('param');
    const located = groups.locations(name);
    if (!located) throw new QwError('NOT_FOUND', `there is no check ${name}`);
    return context.json(located, 200);
  });
}
