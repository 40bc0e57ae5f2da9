import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi';
import { causeSchema, pathDetailSchema, performanceAnswerSchema, QwError } from '../../model/index.ts';
import type { Clock } from '../../platform/index.ts';
import type { Watcher } from '../../watcher/index.ts';
import type { AccessEnvironment } from './access.ts';
import { instant, route } from './route.ts';

/** The paths between watchers. In addresses `from` and `to` name watchers; in queries they are times, as everywhere. */

const watcher = z.string().min(1).max(100);
const ends = z.object({ source: watcher, target: watcher });
const usualSpanMs = 3_600_000;
const steps = 300;

const matrixRoute = createRoute(
  route({
    method: 'get',
    path: '/performance',
    summary: 'Round trip, loss and jitter between all watchers now, by direction, and who says so',
    answer: performanceAnswerSchema,
  }),
);

const pathRoute = createRoute({
  ...route({
    method: 'get',
    path: '/performance/{source}/{target}',
    summary: 'One path: now, beside all others, and over time',
    answer: pathDetailSchema,
  }),
  request: { params: ends, query: z.object({ from: instant.optional(), to: instant.optional() }) },
});

const causeRoute = createRoute({
  ...route({
    method: 'get',
    path: '/performance/{source}/{target}/cause',
    summary: 'Whether the network or the application makes trouble for a check, with the figures that say so',
    answer: causeSchema,
  }),
  request: { params: ends, query: z.object({ check: z.string().min(1).max(100) }) },
});

export function servePerformance(
  api: OpenAPIHono<AccessEnvironment>,
  { performance }: Pick<Watcher, 'performance'>,
  clock: Clock,
): void {
  api.openapi(matrixRoute, (context) => context.json(performance.status(), 200));
  api.openapi(pathRoute, async (context) => {
    const { source, target } = context.req.valid('param');
    const { to = clock.now(), from = to - usualSpanMs } = context.req.valid('query');
    if (from >= to) throw new QwError('BAD_INPUT', 'expected `from` to be before `to`');
    return context.json(await performance.path(source, target, { from, to, steps }), 200);
  });
  api.openapi(causeRoute, (context) => {
    const { source, target } = context.req.valid('param');
    return context.json(performance.cause(source, target, context.req.valid('query').check), 200);
  });
}
