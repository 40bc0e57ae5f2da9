import { createRoute, z } from '@hono/zod-openapi';
import {
  actionStatusSchema,
  checkDetailSchema,
  checkSummarySchema,
  configurationInForceSchema,
  eventSchema,
  ledgerStatusSchema,
  ledgerVerificationSchema,
  pageOf,
  planSchema,
  sampleSchema,
  seriesSchema,
  statusSchema,
  transitionSchema,
} from '../../model/index.ts';
import { authority, instant, json, route } from './route.ts';

/** Every route of the API with its shapes: the description at `/api/v1/openapi.json` is made from these. */

const limit = (most: number, usual: number) => z.coerce.number().int().min(1).max(most).default(usual);
const cursor = z.string().max(200).optional();
const named = z.object({ name: z.string().min(1).max(100) });
const yaml = z.string().max(16 * 1024 * 1024);

export const statusRoute = createRoute(
  route({
    method: 'get',
    path: '/status',
    summary: 'Cluster, watcher, counts, and the verdict of every check',
    answer: statusSchema,
  }),
);

export const checksRoute = createRoute({
  ...route({
    method: 'get',
    path: '/checks',
    summary: 'Checks, in the order of the configuration',
    answer: pageOf(checkSummarySchema),
  }),
  request: {
    query: z.object({
      cursor,
      limit: limit(1000, 200),
      search: z.string().max(200).optional(),
      verdict: z.enum(['up', 'degraded', 'partial', 'down', 'unknown']).optional(),
      label: z.union([z.string().max(300), z.array(z.string().max(300)).max(20)]).optional(),
    }),
  },
});

export const checkRoute = createRoute({
  ...route({
    method: 'get',
    path: '/checks/{name}',
    summary: 'One check with opinions and last transitions',
    answer: checkDetailSchema,
  }),
  request: { params: named },
});

export const samplesRoute = createRoute({
  ...route({
    method: 'get',
    path: '/checks/{name}/samples',
    summary: 'The newest samples, newest last',
    answer: z.object({ items: z.array(sampleSchema) }),
  }),
  request: { params: named, query: z.object({ limit: limit(100, 20) }) },
});

export const seriesRoute = createRoute({
  ...route({
    method: 'get',
    path: '/checks/{name}/series',
    summary: 'Latency and loss for a chart',
    answer: seriesSchema,
  }),
  request: {
    params: named,
    query: z.object({ from: instant.optional(), to: instant.optional(), points: limit(5000, 500) }),
  },
});

export const transitionsRoute = createRoute({
  ...route({
    method: 'get',
    path: '/checks/{name}/transitions',
    summary: 'The newest transitions, newest first',
    answer: z.object({ items: z.array(transitionSchema) }),
  }),
  request: { params: named, query: z.object({ limit: limit(100, 20) }) },
});

const actionList = z.object({ items: z.array(actionStatusSchema) });
export const checkActionsRoute = createRoute({
  ...route({
    method: 'get',
    path: '/checks/{name}/actions',
    summary: 'Actions of a check with their receipts',
    answer: actionList,
  }),
  request: { params: named },
});

export const eventsRoute = createRoute({
  ...route({
    method: 'get',
    path: '/events',
    summary: 'Ledger entries; with Accept: text/event-stream a live stream, resumed by Last-Event-ID',
    answer: pageOf(eventSchema),
  }),
  request: { query: z.object({ since: z.coerce.number().int().min(0).optional(), limit: limit(1000, 100) }) },
});

export const ledgerRoute = createRoute(
  route({ method: 'get', path: '/ledger', summary: 'Size, root and health of the ledger', answer: ledgerStatusSchema }),
);

export const verifyRoute = createRoute(
  route({
    method: 'post',
    path: '/ledger/verify',
    summary: 'Read the whole ledger again and check every hash',
    answer: ledgerVerificationSchema,
  }),
);

export const configurationRoute = createRoute(
  route({
    method: 'get',
    path: '/configuration',
    summary: 'The configuration in force',
    answer: configurationInForceSchema,
  }),
);

export const planRoute = createRoute({
  ...route({ method: 'post', path: '/configuration/plan', summary: 'What would change', answer: planSchema }),
  request: { body: json(z.object({ yaml })) },
});

export const applyRoute = createRoute({
  ...route({
    method: 'put',
    path: '/configuration',
    summary: 'Commit a configuration through the ledger',
    answer: z.object({ position: z.int() }),
  }),
  request: { body: json(z.object({ yaml, basedOn: z.int().min(0).optional(), authority: authority.optional() })) },
});
