import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi';
import { onCallOverrideSchema, onCallSchema } from '../../model/index.ts';
import type { Watcher } from '../../watcher/index.ts';
import type { AccessEnvironment } from './access.ts';
import { instant, json, route } from './route.ts';

/** Whose turn it is, and who takes it for another. */

const name = z.string().trim().min(1).max(100);

const onCallRoute = createRoute(
  route({
    method: 'get',
    path: '/on-call',
    summary: 'Who is on call now and next, by rota, and who takes a turn for another',
    answer: onCallSchema,
  }),
);

const overrideRoute = createRoute({
  ...route({
    method: 'post',
    path: '/on-call/overrides',
    summary: 'Somebody takes a turn for another, from now on or from a time, until a time',
    answer: onCallOverrideSchema,
  }),
  request: { body: json(z.object({ rota: name, receiver: name, from: instant.optional(), to: instant })) },
});

const endRoute = createRoute({
  ...route({
    method: 'delete',
    path: '/on-call/overrides/{id}',
    summary: 'Take an override back before its time',
    answer: z.object({}),
  }),
  request: { params: z.object({ id: z.string().min(1).max(20) }) },
});

export function serveOnCall(api: OpenAPIHono<AccessEnvironment>, { onCall }: Pick<Watcher, 'onCall'>): void {
  api.openapi(onCallRoute, (context) => context.json(onCall.list(), 200));
  api.openapi(overrideRoute, async (context) => {
    const { from, ...given } = context.req.valid('json');
    const asked = { ...given, ...(from !== undefined && { from }) };
    return context.json(await onCall.override(asked, context.get('principal').name), 200);
  });
  api.openapi(endRoute, async (context) => {
    await onCall.endOverride(context.req.valid('param').id, context.get('principal').name);
    return context.json({}, 200);
  });
}
