import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi';
import { objectiveBundleSchema, objectiveDetailSchema, objectiveSummarySchema, pageOf } from '../../model/index.ts';
import type { Watcher } from '../../watcher/index.ts';
import type { AccessEnvironment } from './access.ts';
import { route } from './route.ts';

/** Service level objectives, and months with what proves them. */

const named = z.object({ name: z.string().min(1).max(100) });

const listRoute = createRoute({
  ...route({
    method: 'get',
    path: '/objectives',
    summary: 'Service level objectives with what is left of their error budgets',
    answer: pageOf(objectiveSummarySchema),
  }),
  request: {
    query: z.object({
      cursor: z.string().max(200).optional(),
      limit: z.coerce.number().int().min(1).max(200).default(50),
      search: z.string().max(200).optional(),
    }),
  },
});

const showRoute = createRoute({
  ...route({
    method: 'get',
    path: '/objectives/{name}',
    summary: 'One objective with its budget day by day, burn rates, outages and months',
    answer: objectiveDetailSchema,
  }),
  request: { params: named },
});

const reportRoute = createRoute({
  ...route({
    method: 'get',
    path: '/objectives/{name}/report',
    summary: 'A calendar month of an objective, with the outage certificates that prove it',
    answer: objectiveBundleSchema,
  }),
  request: { params: named, query: z.object({ month: z.string().max(7).describe('Such as 2026-10.') }) },
});

export function serveObjectives(
  api: OpenAPIHono<AccessEnvironment>,
  { objectives }: Pick<Watcher, 'objectives'>,
): void {
  api.openapi(listRoute, async (context) => {
    const { cursor, limit, search } = context.req.valid('query');
    const paging = { limit, ...(cursor !== undefined && { cursor }) };
    return context.json(await objectives.list(search === undefined ? {} : { search }, paging), 200);
  });
  api.openapi(showRoute, async (context) => context.json(await objectives.get(context.req.valid('param').name), 200));
  api.openapi(reportRoute, async (context) => {
    const { month } = context.req.valid('query');
    return context.json(await objectives.report(context.req.valid('param').name, month), 200);
  });
}
