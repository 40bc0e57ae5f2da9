import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi';
import {
  formatInstant,
  natHoldersQuestionSchema,
  natHoldersSchema,
  natLogParts,
  natLogSchema,
  natStatusSchema,
} from '../../model/index.ts';
import type { Clock } from '../../platform/index.ts';
import { createNatDesk, type Watcher } from '../../watcher/index.ts';
import type { AccessEnvironment } from './access.ts';
import { instant, route } from './route.ts';

/** Address translation: what became of connections, and how full the pools of ports are. */

const usualMs = 3_600_000;

const statusRoute = createRoute(
  route({
    method: 'get',
    path: '/nat/status',
    summary: 'How many translations there are, how full pools of ports are, and what found no port',
    answer: natStatusSchema,
  }),
);
const logRoute = createRoute({
  ...route({
    method: 'get',
    path: '/nat/log',
    summary: 'What was translated and what was refused, newest first; the last hour by default',
    answer: natLogSchema,
  }),
  request: {
    query: z.object({
      from: instant.optional(),
      to: instant.optional(),
      show: z.enum(natLogParts).default('all'),
      limit: z.coerce.number().int().min(1).max(10_000).default(200),
    }),
  },
});

const asked = natHoldersQuestionSchema.shape;
const holdersRoute = createRoute({
  ...route({
    method: 'get',
    path: '/nat/holders',
    summary: 'Who had an address that the outside saw, and one of its ports, at a moment',
    answer: natHoldersSchema,
  }),
  request: {
    query: z.object({
      address: asked.address,
      port: z.coerce.number().pipe(asked.port.unwrap()).optional(),
      protocol: z.coerce.number().pipe(asked.protocol.unwrap()).optional(),
      at: instant,
      slackMs: z.coerce.number().pipe(asked.slackMs.removeDefault()).default(0),
    }),
  },
});

export function serveNat(api: OpenAPIHono<AccessEnvironment>, watcher: Pick<Watcher, 'flows'>, clock: Clock): void {
  const desk = createNatDesk(() => watcher.flows);
  api.openapi(statusRoute, (context) => context.json(desk.status(), 200));
  api.openapi(logRoute, async (context) => {
    const { to = clock.now(), from = to - usualMs, show, limit } = context.req.valid('query');
    const question = { from: formatInstant(from), to: formatInstant(to), show, limit };
    return context.json(await desk.log(question, context.req.raw.signal), 200);
  });
  api.openapi(holdersRoute, async (context) => {
    const { at, ...rest } = context.req.valid('query');
    const question = natHoldersQuestionSchema.parse({ ...rest, at: formatInstant(at) });
    return context.json(await desk.holders(question, context.req.raw.signal), 200);
  });
}
