import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi';
import { receiverSchema, receiverTestSchema } from '../../model/index.ts';
import type { Watcher } from '../../watcher/index.ts';
import type { AccessEnvironment } from './access.ts';
import { route } from './route.ts';

/** Who is told, over which channels, how that went last, and whether it works. */

const receiversRoute = createRoute(
  route({
    method: 'get',
    path: '/receivers',
    summary: 'Receivers of notifications with their channels and what came of the last message',
    answer: z.object({ items: z.array(receiverSchema) }),
  }),
);

const testRoute = createRoute({
  ...route({
    method: 'post',
    path: '/receivers/{name}/test',
    summary: 'Sends a test message over every channel of a receiver and says what came of it',
    answer: receiverTestSchema,
  }),
  request: { params: z.object({ name: z.string().min(1).max(100) }) },
});

export function serveNotify(api: OpenAPIHono<AccessEnvironment>, { receivers }: Pick<Watcher, 'receivers'>): void {
  api.openapi(receiversRoute, (context) => context.json({ items: receivers.list() }, 200));
  api.openapi(testRoute, async (context) => {
    const { name } = context.req.valid('param');
    return context.json(await receivers.test(name, context.get('principal').name), 200);
  });
}
