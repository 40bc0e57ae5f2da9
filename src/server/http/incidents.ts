import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi';
import {
  actionStatusSchema,
  incidentPageSchema,
  incidentSchema,
  incidentTimelineSchema,
  name,
  outageCertificateSchema,
  QwError,
  selector,
  severities,
  snoozeSchema,
  type SnoozeScope,
} from '../../model/index.ts';
import type { Watcher } from '../../watcher/index.ts';
import type { AccessEnvironment } from './access.ts';
import { instant, json, route } from './route.ts';

/** Incidents as people handle them, and snoozes. */

const identified = { params: z.object({ id: z.string().min(1).max(200) }) };
const text = z.string().trim().min(1).max(4000);
const given = z.string().trim().min(1).max(200);
const impact = z.enum(['none', 'minor', 'major', 'critical']);
const status = z.enum(['investigating', 'identified', 'monitoring', 'resolved']);
/** A query may say the same word with nothing behind it. */
const filled = (most: number) =>
  z
    .string()
    .max(most)
    .transform((given) => given.trim() || undefined)
    .optional();

const listRoute = createRoute({
  ...route({
    method: 'get',
    path: '/incidents',
    summary: 'Incidents: open ones, then resolved ones, each newest first',
    answer: incidentPageSchema,
  }),
  request: {
    query: z.object({
      state: z.enum(['open', 'resolved', 'all']).default('open'),
      check: filled(200),
      policy: filled(200),
      severity: z.enum(severities).optional(),
      impact: impact.optional(),
      assignee: filled(200),
      from: instant.optional().openapi({ description: 'Open at some time from here …' }),
      to: instant.optional().openapi({ description: '… up to, not including, here.' }),
      search: filled(200),
      cursor: z.string().max(200).optional(),
      limit: z.coerce.number().int().min(1).max(500).default(100),
    }),
  },
});

const ofIncident = <Path extends string, Answer extends z.ZodType>(path: Path, summary: string, answer: Answer) => ({
  ...route({ method: 'get', path, summary, answer }),
  request: identified,
});
const showRoute = createRoute(
  ofIncident('/incidents/{id}', 'One incident with what people said of it', incidentSchema),
);
const timelineRoute = createRoute(
  ofIncident(
    '/incidents/{id}/timeline',
    'What happened, oldest first: updates, verdicts with who saw what, actions with their receipts',
    incidentTimelineSchema,
  ),
);
const actionsRoute = createRoute(
  ofIncident(
    '/incidents/{id}/actions',
    'Actions of an incident with their receipts',
    z.object({ items: z.array(actionStatusSchema) }),
  ),
);
const certificateRoute = createRoute({
  ...ofIncident(
    '/incidents/{id}/certificate',
    'The outage certificate of an incident, which anyone verifies offline; `since` is a size of the ledger that the reader knows',
    outageCertificateSchema,
  ),
  request: { ...identified, query: z.object({ since: z.coerce.number().int().min(1).optional() }) },
});
const exportRoute = createRoute({
  ...ofIncident('/incidents/{id}/export', 'The incident as a file, with timeline, cause and receipts', z.unknown()),
  request: { ...identified, query: z.object({ format: z.enum(['markdown', 'json']).default('markdown') }) },
});

const change = <Verb extends 'post' | 'put' | 'delete', Path extends string>(
  method: Verb,
  path: Path,
  summary: string,
) => ({ ...route({ method, path, summary, answer: incidentSchema }), request: identified });
const saying = <Verb extends 'post' | 'put', Path extends string, Body extends z.ZodType>(
  method: Verb,
  path: Path,
  summary: string,
  body: Body,
) => createRoute({ ...change(method, path, summary), request: { ...identified, body: json(body) } });

const acknowledgeRoute = createRoute(change('post', '/incidents/{id}/acknowledge', 'Somebody is on it'));
const noteRoute = saying('post', '/incidents/{id}/notes', 'Add a note to the timeline', z.object({ text }));
const statusRoute = saying(
  'post',
  '/incidents/{id}/status',
  'Set the status as people handle it',
  z.object({ status, text: z.string().trim().max(4000).default('') }),
);
const assignRoute = saying(
  'put',
  '/incidents/{id}/assignee',
  'Assign it to a receiver or a user; to nobody without `to`',
  z.object({ to: name().optional() }),
);
const causeRoute = saying(
  'put',
  '/incidents/{id}/cause',
  'Say what caused it; an empty text takes it back',
  z.object({ text: z.string().trim().max(4000) }),
);
const postmortemRoute = saying(
  'put',
  '/incidents/{id}/postmortem',
  'Write what was learned, in Markdown; `base` is the revision that was edited, 0 for none',
  z.object({
    text: z.string().max(16_384),
    published: z.boolean().default(false),
    base: z.int().min(0).optional(),
  }),
);
const impactRoute = saying(
  'put',
  '/incidents/{id}/impact',
  'Set the impact as people see it; without `impact` it is what follows from the verdict',
  z.object({ impact: impact.optional() }),
);
const linkRoute = saying(
  'post',
  '/incidents/{id}/same-cause',
  'Say that another incident has the same cause, or, with `linked: false`, that it has not',
  z.object({
    incident: z.string().regex(/^\d{1,15}$/, 'expected the number of an incident'),
    linked: z.boolean().default(true),
  }),
);

const snoozesRoute = createRoute(
  route({
    method: 'get',
    path: '/snoozes',
    summary: 'Snoozes that act now',
    answer: z.object({ items: z.array(snoozeSchema) }),
  }),
);
const snoozeRoute = createRoute({
  ...route({
    method: 'post',
    path: '/snoozes',
    summary: 'Keep a policy, a check, checks by their labels, or an incident quiet until a time',
    answer: snoozeSchema,
  }),
  request: {
    body: json(
      z.object({
        policy: given.optional(),
        check: given.optional(),
        select: selector.max(1000).optional(),
        incident: z.string().max(20).optional(),
        until: instant,
        comment: z.string().trim().max(1000).default(''),
      }),
    ),
  },
});
const endSnoozeRoute = createRoute({
  ...route({ method: 'delete', path: '/snoozes/{id}', summary: 'End a snooze before its time', answer: z.object({}) }),
  request: identified,
});

export function serveIncidents(api: OpenAPIHono<AccessEnvironment>, { incidents }: Pick<Watcher, 'incidents'>): void {
  const found = <Value>(value: Value | undefined, id: string): Value => {
    if (value === undefined) throw new QwError('NOT_FOUND', `there is no incident ${id}`);
    return value;
  };
  api.openapi(listRoute, async (context) => {
    const { cursor, limit, ...filter } = context.req.valid('query');
    const given = Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));
    const page = await incidents.list(
      { state: filter.state, ...given },
      { limit, ...(cursor !== undefined && { cursor }) },
    );
    return context.json(page, 200);
  });
  api.openapi(showRoute, async (context) => {
    const { id } = context.req.valid('param');
    return context.json(found(await incidents.get(id), id), 200);
  });
  api.openapi(timelineRoute, async (context) => {
    const { id } = context.req.valid('param');
    return context.json(found(await incidents.timeline(id), id), 200);
  });
  api.openapi(actionsRoute, async (context) => {
    const { id } = context.req.valid('param');
    found(await incidents.get(id), id);
    return context.json({ items: await incidents.actions(id) }, 200);
  });
  api.openapi(certificateRoute, async (context) => {
    const { id } = context.req.valid('param');
    const certificate = found(await incidents.certificate(id, context.req.valid('query').since), id);
    // The bytes are the file: written again as JSON, they would not be canonical.
    return context.body(certificate, 200, {
      'content-type': 'application/json',
      'content-disposition': `attachment; filename="incident-${encodeURIComponent(id)}.outage.json"`,
    }) as never;
  });
  api.openapi(exportRoute, async (context) => {
    const { id } = context.req.valid('param');
    const file = found(await incidents.export(id, context.req.valid('query').format), id);
    return context.body(file.text, 200, {
      'content-type': file.mediaType,
      'content-disposition': `attachment; filename="${file.fileName}"`,
    }) as never;
  });
  api.openapi(acknowledgeRoute, async (context) =>
    context.json(await incidents.acknowledge(context.req.valid('param').id, context.get('principal').name), 200),
  );
  api.openapi(noteRoute, async (context) => {
    const { text: note } = context.req.valid('json');
    return context.json(await incidents.note(context.req.valid('param').id, context.get('principal').name, note), 200);
  });
  api.openapi(statusRoute, async (context) => {
    const given = context.req.valid('json');
    const { id } = context.req.valid('param');
    return context.json(await incidents.setStatus(id, context.get('principal').name, given.status, given.text), 200);
  });
  api.openapi(assignRoute, async (context) => {
    const { to } = context.req.valid('json');
    return context.json(await incidents.assign(context.req.valid('param').id, context.get('principal').name, to), 200);
  });
  api.openapi(causeRoute, async (context) => {
    const { text: cause } = context.req.valid('json');
    return context.json(
      await incidents.setCause(context.req.valid('param').id, context.get('principal').name, cause),
      200,
    );
  });
  api.openapi(postmortemRoute, async (context) => {
    const { base, ...given } = context.req.valid('json');
    const { id } = context.req.valid('param');
    const written = { ...given, ...(base !== undefined && { base }) };
    return context.json(await incidents.writePostmortem(id, context.get('principal').name, written), 200);
  });
  api.openapi(impactRoute, async (context) => {
    const given = context.req.valid('json');
    const { id } = context.req.valid('param');
    return context.json(await incidents.setImpact(id, context.get('principal').name, given.impact), 200);
  });
  api.openapi(linkRoute, async (context) => {
    const { incident, linked } = context.req.valid('json');
    const { id } = context.req.valid('param');
    return context.json(await incidents.link(id, context.get('principal').name, incident, linked), 200);
  });
  api.openapi(snoozesRoute, (context) => context.json({ items: incidents.snoozes() }, 200));
  api.openapi(snoozeRoute, async (context) => {
    const { until, comment, ...scope } = context.req.valid('json');
    return context.json(await incidents.snooze(scopeOf(scope), until, context.get('principal').name, comment), 200);
  });
  api.openapi(endSnoozeRoute, async (context) => {
    await incidents.endSnooze(context.req.valid('param').id, context.get('principal').name);
    return context.json({}, 200);
  });
}

type GivenScope = { [Kind in 'policy' | 'check' | 'select' | 'incident']?: string | undefined };

function scopeOf({ policy, check, select, incident }: GivenScope): SnoozeScope {
  const given: SnoozeScope[] = [];
  if (policy !== undefined) given.push({ policy });
  if (check !== undefined) given.push({ check });
  if (select !== undefined) given.push({ select });
  if (incident !== undefined) given.push({ incident });
  const [scope, ...more] = given;
  if (scope && more.length === 0) return scope;
  throw new QwError('BAD_INPUT', `expected exactly one of policy, check, select and incident, found ${given.length}`);
}
