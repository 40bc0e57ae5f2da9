import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi';
import { stream } from 'hono/streaming';
import {
  alertDetailSchema,
  alertSummarySchema,
  backtestAnswerSchema,
  backtestRequestSchema,
  formatInstant,
  pageOf,
  QwError,
  type ApiBacktestProgress,
} from '../../model/index.ts';
import type { Watcher } from '../../watcher/index.ts';
import type { AccessEnvironment } from './access.ts';
import { problemOf } from './problem.ts';
import { json, route } from './route.ts';

/** Alerting policies, and what they would have made of the past. */

const lines = 'application/x-ndjson';

const listRoute = createRoute({
  ...route({
    method: 'get',
    path: '/alerts',
    summary: 'Alerting policies, in the order of the configuration',
    answer: pageOf(alertSummarySchema),
  }),
  request: {
    query: z.object({
      cursor: z.string().max(200).optional(),
      limit: z.coerce.number().int().min(1).max(1000).default(200),
      search: z.string().max(200).optional(),
      state: z.enum(['firing', 'disputed', 'fine', 'unknown', 'disabled']).optional(),
    }),
  },
});

const showRoute = createRoute({
  ...route({
    method: 'get',
    path: '/alerts/{name}',
    summary: 'One alerting policy with its resources, and what this watcher sees of them',
    answer: alertDetailSchema,
  }),
  request: { params: z.object({ name: z.string().min(1).max(100) }) },
});

const backtestRoute = createRoute({
  ...route({
    method: 'post',
    path: '/alerts/backtest',
    summary: `Incidents that policies would have opened; with \`Accept: ${lines}\` its progress comes before, a line each`,
    answer: backtestAnswerSchema,
  }),
  request: { body: json(backtestRequestSchema) },
});

export function serveAlerts(api: OpenAPIHono<AccessEnvironment>, { alerts }: Pick<Watcher, 'alerts'>): void {
  api.openapi(listRoute, (context) => {
    const { cursor, limit, search, state } = context.req.valid('query');
    const filter = { ...(search !== undefined && { search }), ...(state !== undefined && { state }) };
    return context.json(alerts.list(filter, { limit, ...(cursor !== undefined && { cursor }) }), 200);
  });
  api.openapi(showRoute, (context) => {
    const { name } = context.req.valid('param');
    const found = alerts.get(name);
    if (!found) throw new QwError('NOT_FOUND', `there is no alerting policy ${JSON.stringify(name)}`);
    return context.json(found, 200);
  });
  api.openapi(backtestRoute, async (context) => {
    const { yaml, ...times } = context.req.valid('json');
    const from = Date.parse(times.from);
    const task = { from, to: Date.parse(times.to), signal: context.req.raw.signal };
    if (!context.req.header('accept')?.includes(lines)) return context.json(await alerts.backtest(yaml, task), 200);
    context.header('content-type', lines);
    return stream(context, async (body) => {
      const ended = new AbortController();
      body.onAbort(() => ended.abort());
      const say = (line: object) => body.write(`${JSON.stringify(line)}\n`);
      const onProgress = (at: number) => {
        const share = (at - from) / (task.to - from);
        void say({ event: 'progress', at: formatInstant(at), share } satisfies ApiBacktestProgress);
      };
      try {
        const result = await alerts.backtest(yaml, { ...task, signal: ended.signal, onProgress });
        await say({ event: 'result', result });
      } catch (thrown) {
        if (!ended.signal.aborted) await say({ event: 'problem', problem: problemOf(thrown) });
      }
    }) as never;
  });
}
