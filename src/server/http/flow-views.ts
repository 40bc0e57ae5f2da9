import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi';
import { stringify } from 'yaml';
import { flowViewEntrySchema, QwError } from '../../model/index.ts';
import type { Watcher } from '../../watcher/index.ts';
import type { AccessEnvironment } from './access.ts';
import { basePosition, route } from './route.ts';

/** Views of traffic under names, as dashboards are kept: `ETag`, `If-Match` and `If-None-Match` mean the same. */

const named = { params: z.object({ name: z.string().min(1).max(100) }) };
/** Read as YAML, whatever its type is called: errors then have a line, in JSON as well. */
const document = { content: { 'application/yaml': { schema: z.string() } }, required: true as const };

const listRoute = createRoute(
  route({
    method: 'get',
    path: '/flows/views',
    summary: 'All views of traffic: built-in ones, then those in the ledger, also those that cannot be read any more',
    answer: z.object({ items: z.array(flowViewEntrySchema) }),
  }),
);
const showRoute = createRoute({
  ...route({
    method: 'get',
    path: '/flows/views/{name}',
    summary: 'One view of traffic; as a file with `Accept: application/yaml`',
    answer: flowViewEntrySchema,
  }),
  request: named,
});
const saveRoute = createRoute({
  ...route({
    method: 'put',
    path: '/flows/views/{name}',
    summary: 'Save a view of traffic, of YAML or JSON, through the ledger; `was` is its name before, to rename it',
    answer: flowViewEntrySchema,
  }),
  request: { ...named, query: z.object({ was: z.string().min(1).max(100).optional() }), body: document },
});
const removeRoute = createRoute({
  ...route({
    method: 'delete',
    path: '/flows/views/{name}',
    summary: 'Remove a view of traffic',
    answer: z.object({}),
  }),
  request: named,
});

export function serveFlowViews(api: OpenAPIHono<AccessEnvironment>, { flowViews }: Pick<Watcher, 'flowViews'>): void {
  api.openapi(listRoute, (context) => context.json({ items: flowViews.list() }, 200));
  api.openapi(showRoute, (context) => {
    const { name } = context.req.valid('param');
    const found = flowViews.get(name);
    if (!found) throw new QwError('NOT_FOUND', `there is no view of traffic ${JSON.stringify(name)}`);
    if (context.req.header('accept')?.includes('application/yaml')) {
      return context.body(stringify(found.document, { lineWidth: 110 }), 200, {
        'content-type': 'application/yaml; charset=utf-8',
        'content-disposition': `attachment; filename="${encodeURIComponent(name)}.traffic.yaml"`,
      }) as never;
    }
    context.header('etag', `"${found.position ?? 0}"`);
    return context.json(found, 200);
  });
  api.openapi(saveRoute, async (context) => {
    const { name } = context.req.valid('param');
    const { was } = context.req.valid('query');
    const base = basePosition(context);
    const how = { ...(base !== undefined && { base }), ...(was !== undefined && { was }) };
    const saved = await flowViews.save(name, await context.req.text(), context.get('principal').name, how);
    context.header('etag', `"${saved.position ?? 0}"`);
    return context.json(saved, 200);
  });
  api.openapi(removeRoute, async (context) => {
    await flowViews.remove(context.req.valid('param').name, context.get('principal').name, basePosition(context));
    return context.json({}, 200);
  });
}
