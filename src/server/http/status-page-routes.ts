import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi';
import type { Context, Next } from 'hono';
import type { Log } from '../../platform/index.ts';
import type { StatusPageDesk } from '../../watcher/index.ts';
import { addressOf } from './remote-address.ts';
import type { Access, AccessEnvironment } from './access.ts';
import { route } from './route.ts';
import { answerStatusPage, type StatusPageServing } from './status-page.ts';

/** The status page for those who may read the rest, while it is not public, and the files that are exported. */

const exportRoute = createRoute(
  route({
    method: 'get',
    path: '/status-page/export',
    summary: 'All files of the status page as they are put on a disk, those that lead to others last',
    answer: z.object({ items: z.array(z.object({ path: z.string(), text: z.string() })) }),
  }),
);

export interface ServingParts {
  desk: StatusPageDesk;
  log: Log;
  /** The built page, where the verifier of certificates lies. */
  pageFolder: string;
  trustedProxies: readonly string[];
}

export function statusPageServing({ desk, log, pageFolder, trustedProxies }: ServingParts, alone: boolean) {
  let verifier: Promise<string | undefined> | undefined;
  return {
    desk,
    log,
    alone,
    verifier: () => (verifier ??= readFile(join(pageFolder, 'verify.html'), 'utf8').catch(() => undefined)),
    addressOf: (request) => addressOf(request, [request.headers['x-forwarded-for']].flat().join(','), trustedProxies),
  } satisfies StatusPageServing;
}

export function serveExport(
  api: OpenAPIHono<AccessEnvironment>,
  { desk, verifier }: Pick<StatusPageServing, 'desk' | 'verifier'>,
): void {
  api.openapi(exportRoute, async (context) => {
    const items = await desk.exported();
    const text = desk.settings()?.detail === 'full' ? await verifier() : undefined;
    const proof = text === undefined ? [] : [{ path: 'verify.html', text }];
    return context.json({ items: [...proof, ...items] }, 200);
  });
}

/** A public page never comes here: it is answered before. */
export function serveHiddenStatusPage(
  app: OpenAPIHono<AccessEnvironment>,
  access: Access,
  serving: ReturnType<typeof statusPageServing>,
): void {
  const viewer = access.require('viewer');
  const handle = async (context: Context<AccessEnvironment>, next: Next) => {
    if (!serving.desk.settings()) return next();
    return viewer(context, async () => {
      const { pathname, search } = new URL(context.req.url);
      const { status, headers, body } = await answerStatusPage(serving, {
        method: context.req.method,
        path: pathname,
        query: search.slice(1),
        header: (name) => context.req.header(name),
        address: () => '',
        body: () => context.req.text(),
      });
      const isEmpty = status === 304 || context.req.method === 'HEAD';
      const hidden = { ...headers, 'cache-control': 'private, no-cache' };
      context.res = new Response(isEmpty ? undefined : Buffer.from(body), { status, headers: hidden });
    });
  };
  for (const path of ['/status', '/status/*', '/api/v2/*']) app.all(path, handle);
}
