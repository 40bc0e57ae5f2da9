import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi';
import { metricSchema, metricsAnswerSchema, metricsQuerySchema } from '../../model/index.ts';
import { metricsCsv, type Watcher } from '../../watcher/index.ts';
import type { AccessEnvironment } from './access.ts';
import { json, route } from './route.ts';

/** Which metrics there are, and their values over time. */

const listRoute = createRoute(
  route({
    method: 'get',
    path: '/metrics',
    summary: 'All metrics, with type, unit and labels',
    answer: z.object({ items: z.array(metricSchema) }),
  }),
);
const labelsRoute = createRoute({
  ...route({
    method: 'get',
    path: '/metrics/labels',
    summary: 'Values that a label has among the series of a metric',
    answer: z.object({ values: z.array(z.string()) }),
  }),
  request: {
    query: z.object({
      metric: z.string().min(1).max(200),
      label: z.string().min(1).max(128),
      limit: z.coerce.number().int().min(1).max(10_000).default(1000),
    }),
  },
});
const queryRoute = createRoute({
  ...route({
    method: 'post',
    path: '/metrics/query',
    summary: 'Values of metrics over time, step by step; as a table with `Accept: text/csv`',
    answer: metricsAnswerSchema,
  }),
  request: { body: json(metricsQuerySchema) },
});

export function serveMetrics(api: OpenAPIHono<AccessEnvironment>, { telemetry }: Pick<Watcher, 'telemetry'>): void {
  api.openapi(listRoute, (context) => context.json({ items: telemetry.desk.list() }, 200));
  api.openapi(labelsRoute, (context) => {
    const { metric, label, limit } = context.req.valid('query');
    return context.json({ values: telemetry.desk.labelValues(metric, label, [], limit) }, 200);
  });
  api.openapi(queryRoute, async (context) => {
    // Who goes away while the question is asked needs no answer.
    const answer = await telemetry.desk.query(context.req.valid('json'), context.req.raw.signal);
    if (context.req.header('accept')?.includes('text/csv')) {
      return context.body(metricsCsv(answer), 200, {
        'content-type': 'text/csv; charset=utf-8',
        'content-disposition': 'attachment; filename="metrics.csv"',
      }) as never;
    }
    return context.json(answer, 200);
  });
}
