import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { flowDeletionAnswerSchema, flowDeletionSchema, QwError } from '../../model/index.ts';
import type { Watcher } from '../../watcher/index.ts';
import type { AccessEnvironment } from './access.ts';
import { json, route } from './route.ts';

const deleteRoute = createRoute({
  ...route({
    method: 'post',
    path: '/flows/delete',
    summary:
      'Delete files with single records of one kind that all ended before a time; the ledger says what was in them',
    answer: flowDeletionAnswerSchema,
  }),
  request: { body: json(flowDeletionSchema) },
});

export function serveFlowDeletion(api: OpenAPIHono<AccessEnvironment>, watcher: Pick<Watcher, 'flows'>): void {
  api.openapi(deleteRoute, async (context) => {
    const { records, before } = context.req.valid('json');
    context.set('audited', `${records} before ${before}`);
    const { flows } = watcher;
    if (!flows) throw new QwError('TELEMETRY_UNAVAILABLE', 'no flows are collected here');
    const receipts = await flows.remove(records, Date.parse(before));
    const items = receipts.map(({ files, ...receipt }) => ({
      ...receipt,
      from: new Date(receipt.from).toISOString(),
      to: new Date(receipt.to).toISOString(),
      files: [...files],
    }));
    return context.json({ items }, 200);
  });
}
