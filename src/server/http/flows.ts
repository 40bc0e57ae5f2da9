import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
import {
  flowAnswerSchema,
  flowCostsSchema,
  flowInsightSchema,
  flowLatencyAnswerSchema,
  flowLatencyQuestionSchema,
  flowQuestionSchema,
  flowRecordsAnswerSchema,
  flowRecordsQuestionSchema,
  flowSqlAnswerSchema,
  flowSqlQuestionSchema,
  flowStatusSchema,
} from '../../model/index.ts';
import type { Clock } from '../../platform/index.ts';
import {
  createFlowDesk,
  flowLatencyCsv,
  flowRecordsCsv,
  flowsCsv,
  flowSqlCsv,
  type Watcher,
  ReverseNames,
  withRules,
} from '../../watcher/index.ts';
import type { AccessEnvironment } from './access.ts';
import { instant, json, route } from './route.ts';

/** Questions about traffic; as tables with `Accept: text/csv`. */

const statusRoute = createRoute(
  route({
    method: 'get',
    path: '/flows/status',
    summary: 'Who exports flow records, what comes in, what is lost',
    answer: flowStatusSchema,
  }),
);
const namesRoute = createRoute({
  ...route({
    method: 'get',
    path: '/flows/names',
    summary: 'Exporters, interfaces, instances, networks and reasons that a filter can name, by how they begin',
    answer: z.object({ items: z.array(z.object({ kind: z.string(), text: z.string() })) }),
  }),
  request: {
    query: z.object({
      prefix: z.string().max(200).default(''),
      limit: z.coerce.number().int().min(1).max(1000).default(50),
    }),
  },
});
const queryRoute = createRoute({
  ...route({
    method: 'post',
    path: '/flows/query',
    summary: 'Who talks to whom, how much, over time; as a table with `Accept: text/csv`',
    answer: flowAnswerSchema,
  }),
  request: { body: json(flowQuestionSchema) },
});
const latencyRoute = createRoute({
  ...route({
    method: 'post',
    path: '/flows/latency',
    summary: 'Round trips of TCP as exporters measured them; as a table with `Accept: text/csv`',
    answer: flowLatencyAnswerSchema,
  }),
  request: { body: json(flowLatencyQuestionSchema) },
});
const recordsRoute = createRoute({
  ...route({
    method: 'post',
    path: '/flows/records',
    summary: 'Single records, newest first; as a table with `Accept: text/csv`',
    answer: flowRecordsAnswerSchema,
  }),
  request: { body: json(flowRecordsQuestionSchema) },
});

const sqlRoute = createRoute({
  ...route({
    method: 'post',
    path: '/flows/sql',
    summary: 'One SELECT statement (DuckDB) over flows, flow_accounts and names; as a table with `Accept: text/csv`',
    answer: flowSqlAnswerSchema,
  }),
  request: { body: json(flowSqlQuestionSchema) },
});

const times = z.object({ from: instant.optional(), to: instant.optional() });
const insightsRoute = createRoute({
  ...route({
    method: 'get',
    path: '/flows/insights',
    summary:
      'New peers, scans, beacons, unusual volumes, exhausted pools, interfaces that will be full; of a day by default',
    answer: z.object({ items: z.array(flowInsightSchema) }),
  }),
  request: { query: times },
});
const costsRoute = createRoute({
  ...route({
    method: 'get',
    path: '/flows/costs',
    summary: 'What traffic that left costs, by the prices of the configuration; of a day by default',
    answer: flowCostsSchema,
  }),
  request: { query: times },
});
const usualSpanMs = 86_400_000;

export function serveFlows(
  api: OpenAPIHono<AccessEnvironment>,
  watcher: Pick<Watcher, 'flows' | 'flowsElsewhere'>,
  clock: Clock,
): void {
  const rules = { settings: () => watcher.flows?.settings, names: new ReverseNames({ clock }) };
  const desk = withRules(
    createFlowDesk(
      () => watcher.flows,
      clock,
      () => watcher.flowsElsewhere,
    ),
    rules,
  );
  api.openapi(sqlRoute, async (context) => {
    const answer = await desk.sql(context.req.valid('json'), context.req.raw.signal);
    return wantsTable(context) ? csv(context, flowSqlCsv(answer)) : context.json(answer, 200);
  });
  const range = ({
    to = clock.now(),
    from = to - usualSpanMs,
  }: {
    from?: number | undefined;
    to?: number | undefined;
  }) => ({ from, to });
  api.openapi(insightsRoute, async (context) => {
    const items = await desk.insights(range(context.req.valid('query')), context.req.raw.signal);
    return context.json({ items }, 200);
  });
  api.openapi(costsRoute, async (context) =>
    context.json(await desk.costs(range(context.req.valid('query')), context.req.raw.signal), 200),
  );
  api.openapi(statusRoute, (context) => context.json(desk.status(), 200));
  api.openapi(namesRoute, async (context) => {
    const { prefix, limit } = context.req.valid('query');
    return context.json({ items: await desk.names(prefix, limit) }, 200);
  });
  // Who goes away while a question is asked needs no answer.
  api.openapi(queryRoute, async (context) => {
    const answer = await desk.query(context.req.valid('json'), context.req.raw.signal);
    return wantsTable(context) ? csv(context, flowsCsv(answer)) : context.json(answer, 200);
  });
  api.openapi(latencyRoute, async (context) => {
    const answer = await desk.latency(context.req.valid('json'), context.req.raw.signal);
    return wantsTable(context) ? csv(context, flowLatencyCsv(answer)) : context.json(answer, 200);
  });
  api.openapi(recordsRoute, async (context) => {
    const answer = await desk.records(context.req.valid('json'), context.req.raw.signal);
    return wantsTable(context) ? csv(context, flowRecordsCsv(answer)) : context.json(answer, 200);
  });
}

const wantsTable = (context: Context): boolean => context.req.header('accept')?.includes('text/csv') ?? false;

const csv = (context: Context, text: string) =>
  context.body(text, 200, {
    'content-type': 'text/csv; charset=utf-8',
    'content-disposition': 'attachment; filename="flows.csv"',
  }) as never;
