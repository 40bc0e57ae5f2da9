import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi';
import { stringify } from 'yaml';
import { dashboardEntrySchema, QwError } from '../../model/index.ts';
import type { Watcher } from '../../watcher/index.ts';
import type { AccessEnvironment } from './access.ts';
import { basePosition, route } from './route.ts';

/**
 * Dashboards. `ETag` is the ledger position of the last change; `If-Match` with it, or `If-None-Match: *` for a new one,
 * keeps two people from undoing each other's work.
 */

const named = { params: z.object({ name: z.string().min(1).max(100) }) };
/** Read as YAML, whatever its type is called: errors then have a line, in JSON as well. */
const document = { content: { 'application/yaml': { schema: z.string() } }, required: true as const };

const listRoute = createRoute(
  route({
    method: 'get',
    path: '/dashboards',
    summary: 'All dashboards: built-in ones, then those in the ledger',
    answer: z.object({ items: z.array(dashboardEntrySchema) }),
  }),
);
const showRoute = createRoute({
  ...route({
    method: 'get',
    path: '/dashboards/{name}',
    summary: 'One dashboard; as a file with `Accept: application/yaml`',
    answer: dashboardEntrySchema,
  }),
  request: named,
});
const saveRoute = createRoute({
  ...route({
    method: 'put',
    path: '/dashboards/{name}',
    summary: 'Save a dashboard, of YAML or JSON, through the ledger',
    answer: dashboardEntrySchema,
  }),
  request: { ...named, body: document },
});
const removeRoute = createRoute({
  ...route({ method: 'delete', path: '/dashboards/{name}', summary: 'Remove a dashboard', answer: z.object({}) }),
  request: named,
});

export function serveDashboards(
  api: OpenAPIHono<AccessEnvironment>,
  { dashboards }: Pick<Watcher, 'dashboards'>,
): void {
  api.openapi(listRoute, (context) => context.json({ items: dashboards.list() }, 200));
  api.openapi(showRoute, (context) => {
    const { name } = context.req.valid('param');
    const found = dashboards.get(name);
    if (!found) throw new QwError('NOT_FOUND', `there is no dashboard ${JSON.stringify(name)}`);
    if (context.req.header('accept')?.includes('application/yaml')) {
      return context.body(stringify(found.document, { lineWidth: 110 }), 200, {
        'content-type': 'application/yaml; charset=utf-8',
        'content-disposition': `attachment; filename="${encodeURIComponent(name)}.dashboard.yaml"`,
      }) as never;
    }
    context.header('etag', `"${found.position ?? 0}"`);
    return context.json(found, 200);
  });
  api.openapi(saveRoute, async (context) => {
    const { name } = context.req.valid('param');
    const saved = await dashboards.save(
      name,
      await context.req.text(),
      context.get('principal').name,
      basePosition(context),
    );
    context.header('etag', `"${saved.position ?? 0}"`);
    return context.json(saved, 200);
  });
  api.openapi(removeRoute, async (context) => {
    await dashboards.remove(context.req.valid('param').name, context.get('principal').name, basePosition(context));
    return context.json({}, 200);
  });
}
