import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi';
import {
  drillAnswerSchema,
  drillRequestSchema,
  pageOf,
  switchAnswerSchema,
  switchRequestSchema,
  uplinksStatusSchema,
  uplinkSwitchSchema,
} from '../../model/index.ts';
import type { Watcher } from '../../watcher/index.ts';
import type { AccessEnvironment } from './access.ts';
import { json, route } from './route.ts';

/** Ways out to the Internet. Only the watcher that acts can switch; the others refuse and name it. */

const statusRoute = createRoute(
  route({
    method: 'get',
    path: '/uplinks',
    summary: 'Uplinks, what is thought of them, and which carry new connections',
    answer: uplinksStatusSchema,
  }),
);

const switchesRoute = createRoute({
  ...route({
    method: 'get',
    path: '/uplinks/switches',
    summary: 'Switches, newest first; of those in the ledger the last thousand',
    answer: pageOf(uplinkSwitchSchema),
  }),
  request: {
    query: z.object({
      cursor: z.string().max(200).optional(),
      limit: z.coerce.number().int().min(1).max(100).default(20),
    }),
  },
});

const switchRoute = createRoute({
  ...route({
    method: 'post',
    path: '/uplinks/switch',
    summary: 'Prefer an uplink as long as it lives; with null leave the choice to the watcher again',
    answer: switchAnswerSchema,
  }),
  request: { body: json(switchRequestSchema) },
});

const drillRoute = createRoute({
  ...route({
    method: 'post',
    path: '/uplinks/drill',
    summary: 'Fail an uplink on purpose for a while, and measure what comes of it',
    answer: drillAnswerSchema,
  }),
  request: { body: json(drillRequestSchema) },
});

export function serveUplinks(api: OpenAPIHono<AccessEnvironment>, { uplinks }: Pick<Watcher, 'uplinks'>): void {
  api.openapi(statusRoute, (context) => context.json(uplinks.status(), 200));
  api.openapi(switchesRoute, async (context) => {
    const { cursor, limit } = context.req.valid('query');
    return context.json(await uplinks.switches({ limit, ...(cursor !== undefined && { cursor }) }), 200);
  });
  api.openapi(switchRoute, async (context) => {
    const { uplink, dryRun } = context.req.valid('json');
    return context.json(await uplinks.choose(uplink, dryRun, context.get('principal').name), 200);
  });
  api.openapi(drillRoute, async (context) => {
    const { uplink, forMs } = context.req.valid('json');
    return context.json(await uplinks.drill(uplink, forMs, context.get('principal').name), 200);
  });
}
