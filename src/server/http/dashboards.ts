import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { stringify } from 'yaml';
import { dashboardEntrySchema, QwError } from '../../model/index.ts';
import type { Watcher } from '../../watcher/index.ts';
import type { AccessEnvironment } from './access.ts';
import { route } from './route.ts';

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
    const saved = await dashboards.save(name, await context.req.text(), context.get('principal').name, baseOf(context));
    context.header('etag', `"${saved.position ?? 0}"`);
    return context.json(saved, 200);
  });
  api.openapi(removeRoute, async (context) => {
    await dashboards.remove(context.req.valid('param').name, context.get('principal').name, baseOf(context));
    return context.json({}, 200);
  });
}

/** The position that a change rests on, 0 for a dashboard that shall be new; undefined when the asker does not mind. */
function baseOf(context: Context): number | undefined {
  if (context.req.header('if-none-match')?.trim() === '*') return 0;
  const given = context.req.header('if-match');
  if (given === undefined) return undefined;
  const position = /^\s*"?(\d{1,15})"?\s*$/.exec(given)?.[1];
  if (position === undefined) {
    throw new QwError('BAD_INPUT', `expected If-Match with the ledger position of the dashboard, found ${given}`, {
      hint: 'give the ETag of the answer that was edited',
    });
  }
  return Number(position);
}
