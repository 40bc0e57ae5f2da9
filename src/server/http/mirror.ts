import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi';
import { mirrorPlanSchema, mirrorProposalSchema, mirrorSchema } from '../../model/index.ts';
import type { Watcher } from '../../watcher/index.ts';
import type { AccessEnvironment } from './access.ts';
import { json, route } from './route.ts';

/** Mirrors of packets: one person proposes, another approves, and whoever reads stands in the ledger. */

const identified = { params: z.object({ id: z.string().min(1).max(20) }) };

const listRoute = createRoute(
  route({
    method: 'get',
    path: '/mirrors',
    summary: 'Mirrors of packets that are not long over, newest first',
    answer: z.object({ items: z.array(mirrorSchema) }),
  }),
);
const showRoute = createRoute({
  ...route({ method: 'get', path: '/mirrors/{id}', summary: 'One mirror of packets', answer: mirrorSchema }),
  request: identified,
});
const planRoute = createRoute({
  ...route({
    method: 'post',
    path: '/mirrors/plan',
    summary: 'What a mirror would do on this watcher; nothing is done, and nobody is asked',
    answer: mirrorPlanSchema,
  }),
  request: { body: json(mirrorProposalSchema) },
});
const proposeRoute = createRoute({
  ...route({
    method: 'post',
    path: '/mirrors',
    summary: 'Propose a mirror; it begins when another person approves it within a quarter of an hour',
    answer: mirrorSchema,
  }),
  request: { body: json(mirrorProposalSchema) },
});
const change = <Path extends string>(path: Path, summary: string) =>
  createRoute({ ...route({ method: 'post', path, summary, answer: mirrorSchema }), request: identified });
const approveRoute = change('/mirrors/{id}/approve', 'Approve a mirror that another person has proposed');
const stopRoute = change('/mirrors/{id}/stop', 'Withdraw a mirror, or end it before its time');
const readRoute = createRoute({
  ...route({
    method: 'post',
    path: '/mirrors/{id}/read',
    summary: 'The captured packets as a pcapng file, once the ledger says who reads them and why',
    answer: z.unknown(),
  }),
  request: { ...identified, body: json(z.object({ why: z.string().trim().min(1).max(1000) })) },
});

export function serveMirrors(api: OpenAPIHono<AccessEnvironment>, { mirrors }: Pick<Watcher, 'mirrors'>): void {
  api.openapi(listRoute, async (context) => context.json({ items: await mirrors.list() }, 200));
  api.openapi(showRoute, async (context) => context.json(await mirrors.get(context.req.valid('param').id), 200));
  api.openapi(planRoute, async (context) => context.json(await mirrors.plan(context.req.valid('json')), 200));
  api.openapi(proposeRoute, async (context) =>
    context.json(await mirrors.propose(context.req.valid('json'), context.get('principal')), 200),
  );
  api.openapi(approveRoute, async (context) =>
    context.json(await mirrors.approve(context.req.valid('param').id, context.get('principal')), 200),
  );
  api.openapi(stopRoute, async (context) =>
    context.json(await mirrors.stop(context.req.valid('param').id, context.get('principal')), 200),
  );
  api.openapi(readRoute, async (context) => {
    const { id } = context.req.valid('param');
    const { bytes, pieces } = await mirrors.read(id, context.get('principal'), context.req.valid('json').why);
    return context.body(ReadableStream.from(pieces), 200, {
      'content-type': 'application/x-pcapng',
      'content-length': String(bytes),
      'content-disposition': `attachment; filename="mirror-${id}.pcapng"`,
    }) as never;
  });
}
