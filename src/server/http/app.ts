import { OpenAPIHono } from '@hono/zod-openapi';
import { QwError, type OidcSettings } from '../../model/index.ts';
import type { Clock, Log } from '../../platform/index.ts';
import type { Demonstration, Watcher } from '../../watcher/index.ts';
import { eventStream, liveStream } from '../live/streams.ts';
import { Access, type AccessEnvironment } from './access.ts';
import { serveAccount } from './account-routes.ts';
import { auditChanges } from './audited.ts';
import { serveAlerts } from './alerts.ts';
import { serveObjectives } from './slo.ts';
import { limitBody } from './body-limit.ts';
import { serveCluster } from './cluster.ts';
import { serveFlowDeletion } from './flow-deletion.ts';
import { serveFlowPush } from './flow-push.ts';
import { serveFlowViews } from './flow-views.ts';
import { serveFlows } from './flows.ts';
import { serveGroups } from './groups.ts';
import { serveIncidents } from './incidents.ts';
import { serveDashboards } from './dashboards.ts';
import { serveMirrors } from './mirror.ts';
import { serveMetrics } from './metrics.ts';
import { serveOnCall } from './on-call.ts';
import { serveNat } from './nat.ts';
import { serveNotify } from './notify.ts';
import { servePage } from './page.ts';
import { servePerformance } from './performance.ts';
import { problemResponse } from './problem.ts';
import { createPrometheusApi } from './prometheus.ts';
import * as routes from './routes.ts';
import { serveOidc } from './oidc-routes.ts';
import { leastRole } from './roles.ts';
import { serveSessions } from './session-routes.ts';
import { serveExport, serveHiddenStatusPage, statusPageServing } from './status-page-routes.ts';
import { serveUplinks } from './uplinks.ts';
import { serveUsers } from './user-routes.ts';

export interface AppOptions {
  watcher: Watcher;
  clock: Clock;
  log: Log;
  version: string;
  /** The built page. */
  pageFolder: string;
  publicMetrics: boolean;
  /** Only where all members run on one machine to show how they agree. */
  demonstration?: Demonstration | undefined;
  secure: boolean;
  port: number;
  trustedProxies?: readonly string[];
  /** Where browsers reach the page: identity providers send people back there. */
  publicUrl?: string | undefined;
  oidc?: OidcSettings | undefined;
  /** Host headers that are answered; others are refused, so that a foreign name cannot be pointed here (DNS rebinding). */
  allowedHosts: readonly string[] | undefined;
}

const maxBodyBytes = 20 * 1024 * 1024;
/** Of those who have not shown yet who they are. */
const maxStrangerBodyBytes = 10_000;

const headers: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'x-frame-options': 'DENY',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
};

/** The HTTP face of one watcher; handlers translate, the watcher does. */
export function createApp(options: AppOptions): OpenAPIHono<AccessEnvironment> {
  const { watcher, clock, log } = options;
  const { queries, commands } = watcher;
  const { accounts, audit } = watcher;
  const access = new Access(accounts, clock, options);
  const newApp = () =>
    new OpenAPIHono<AccessEnvironment>({
      defaultHook: (result) => {
        if (result.success) return;
        const issues = result.error.issues.map((issue) => ({ path: issue.path.join('.'), message: issue.message }));
        throw new QwError('BAD_INPUT', issues.map((issue) => `${issue.path}: ${issue.message}`).join('; '), {
          facts: { issues },
        });
      },
    });
  const app = newApp();
  app.onError((thrown, context) => {
    const response = problemResponse(context, thrown);
    if (response.status === 500) log.error('a request failed', { path: context.req.path, problem: String(thrown) });
    return response;
  });
  app.use(async (context, next) => {
    const host = context.req.header('host') ?? '';
    if (options.allowedHosts && !options.allowedHosts.includes(host.toLowerCase())) {
      throw new QwError('FORBIDDEN', `the host ${JSON.stringify(host)} is not served here`, {
        hint: `use ${options.allowedHosts.join(' or ')}`,
      });
    }
    await next();
    for (const [name, value] of Object.entries(headers)) {
      if (!context.res.headers.has(name)) context.res.headers.set(name, value);
    }
  });

  app.get('/healthz', (context) => context.json({ status: 'ok' }));
  app.get('/readyz', (context) => {
    if (!queries.ledger().durable) return context.json({ status: 'not durable' }, 503);
    return queries.ready() ? context.json({ status: 'ready' }) : context.json({ status: 'starting' }, 503);
  });
  const metrics = async () =>
    new Response(await watcher.metrics(), { headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' } });
  if (options.publicMetrics) app.get('/metrics', metrics);
  else app.get('/metrics', access.require('viewer'), metrics);

  const api = newApp();
  api.openAPIRegistry.registerComponent('securitySchemes', 'token', { type: 'http', scheme: 'bearer' });
  const found = <Value>(value: Value | undefined, what: string): Value => {
    if (value === undefined) throw new QwError('NOT_FOUND', `there is no ${what}`);
    return value;
  };

  api.use(auditChanges(access, watcher));
  api.use('/session', limitBody(maxStrangerBodyBytes));
  const { oidc, publicUrl = '' } = options;
  serveSessions(api, { access, accounts, audit, oidc: oidc !== undefined });
  if (oidc) serveOidc(api, { ...options, access, accounts, audit, settings: oidc, publicUrl });
  serveFlowPush(api, watcher);
  api.doc31('/openapi.json', {
    openapi: '3.1.0',
    info: { title: 'Quorumwatch', version: options.version, license: { name: 'Apache-2.0' } },
    servers: [{ url: '/api/v1' }],
  });

  api.use((context, next) => {
    const { method, path } = context.req;
    const trafficForViewers = watcher.flows?.settings.viewers ?? false;
    const role = leastRole(method, path.slice('/api/v1'.length), { trafficForViewers });
    // What anybody may ask stands above; whoever asks something else there is nobody yet.
    return access.require(role === 'anyone' ? 'viewer' : role)(context, next);
  });
  api.use(limitBody(maxBodyBytes));
  api.openapi(routes.statusRoute, (context) => context.json(queries.status(), 200));
  api.openapi(routes.checksRoute, (context) => {
    const { search, verdict, label, cursor, limit } = context.req.valid('query');
    const labels = label === undefined ? [] : Array.isArray(label) ? label : [label];
    const filter = {
      labels,
      ...(search === undefined ? {} : { search }),
      ...(verdict === undefined ? {} : { verdict }),
    };
    return context.json(queries.checks(filter, { limit, ...(cursor === undefined ? {} : { cursor }) }), 200);
  });
  const checkName = (name: string) => {
    found(queries.hasCheck(name) || undefined, `check named ${JSON.stringify(name)}`);
    return name;
  };
  api.openapi(routes.checkRoute, async (context) => {
    const { name } = context.req.valid('param');
    return context.json(found(await queries.check(name), `check named ${JSON.stringify(name)}`), 200);
  });
  api.openapi(routes.samplesRoute, (context) =>
    context.json(
      { items: queries.samples(checkName(context.req.valid('param').name), context.req.valid('query').limit) },
      200,
    ),
  );
  api.openapi(routes.seriesRoute, async (context) => {
    const { from, to = clock.now(), points } = context.req.valid('query');
    return context.json(
      await queries.series(checkName(context.req.valid('param').name), from ?? to - 3_600_000, to, points),
      200,
    );
  });
  api.openapi(routes.transitionsRoute, async (context) => {
    const name = checkName(context.req.valid('param').name);
    return context.json({ items: await queries.transitions(name, context.req.valid('query').limit) }, 200);
  });
  api.openapi(routes.checkActionsRoute, (context) =>
    context.json({ items: queries.actions(checkName(context.req.valid('param').name)) }, 200),
  );
  serveIncidents(api, watcher);
  api.openapi(routes.eventsRoute, async (context) => {
    const { since, limit } = context.req.valid('query');
    if (context.req.header('accept')?.includes('text/event-stream'))
      return eventStream(context, watcher, since) as never;
    return context.json(await queries.events(since ?? 0, limit), 200);
  });
  api.get('/live', (context) => liveStream(context, watcher, clock));
  api.openapi(routes.ledgerRoute, (context) => context.json(queries.ledger(), 200));
  api.openapi(routes.verifyRoute, async (context) => context.json(await commands.verifyLedger(), 200));
  api.openapi(routes.configurationRoute, (context) => context.json(queries.configuration(), 200));
  api.openapi(routes.planRoute, async (context) =>
    context.json(await commands.plan(context.req.valid('json').yaml), 200),
  );
  api.openapi(routes.applyRoute, async (context) => {
    const { yaml, basedOn, authority } = context.req.valid('json');
    return context.json(await commands.apply(yaml, context.get('principal').name, basedOn, authority), 200);
  });
  serveCluster(api, watcher, options.demonstration);
  serveUplinks(api, watcher);
  servePerformance(api, watcher, clock);
  serveDashboards(api, watcher);
  serveMetrics(api, watcher);
  serveNotify(api, watcher);
  serveGroups(api, watcher);
  serveOnCall(api, watcher);
  serveMirrors(api, watcher);
  serveAlerts(api, watcher);
  serveObjectives(api, watcher);
  serveFlows(api, watcher, clock);
  serveFlowViews(api, watcher);
  serveFlowDeletion(api, watcher);
  serveNat(api, watcher, clock);
  const { pageFolder, trustedProxies = [] } = options;
  const serving = statusPageServing({ desk: watcher.statusPage, log, pageFolder, trustedProxies }, false);
  serveExport(api, serving);
  serveAccount(api, watcher, access);
  serveUsers(api, watcher);
  app.route('/api/v1', api);
  const { version } = options;
  const series = watcher.telemetry.series;
  app.route('/prometheus/api/v1', createPrometheusApi({ access, series, clock, log, version }));
  serveHiddenStatusPage(app, access, serving);
  app.all('/api/*', (context) =>
    problemResponse(context, new QwError('NOT_FOUND', `there is no ${context.req.method} ${context.req.path}`)),
  );
  app.get('*', servePage(options.pageFolder));
  return app;
}
