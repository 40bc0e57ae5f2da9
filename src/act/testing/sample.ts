import {
  failoverSchema,
  serverSchema,
  telemetrySchema,
  type ActionIntent,
  type Configuration,
  type NotificationBody,
  type Router,
} from '../../model/index.ts';

/** Made-up things for the tests of this folder. */
export function sampleBody(given: Partial<NotificationBody> = {}): NotificationBody {
  return {
    receiver: 'ops',
    message: 'firing',
    incident: {
      id: '12',
      check: 'google-dns',
      title: 'google-dns is down',
      impact: 'major',
      openedAt: Date.UTC(2026, 2, 28, 21),
      reason: { code: 'no-reply', text: 'no reply within 1s' },
      affected: [],
    },
    transition: {
      from: 'up',
      to: 'down',
      since: Date.UTC(2026, 2, 28, 21),
      reason: { code: 'no-reply', text: 'no reply within 1s' },
    },
    ...given,
  };
}

export function sampleIntent(given: Partial<ActionIntent> & { id: string }): ActionIntent {
  return { cause: { check: 'google-dns', transition: 1 }, watcher: 'w1', notBefore: 0, variables: {}, ...given };
}

export function sampleConfiguration(
  given: { notify?: Configuration['notify']; routers?: Router[] } = {},
): Configuration {
  return {
    site: 'office',
    labels: {},
    watch: [],
    targets: [],
    groups: [],
    maintenance: [],
    notify: {},
    alerts: [],
    routes: [],
    rotas: [],
    escalations: [],
    'quiet-hours': [],
    routers: [],
    uplinks: [],
    failover: failoverSchema.parse({}),
    performance: { enabled: true, interval: 1000, 'path-mtu': true },
    telemetry: telemetrySchema.parse({}),
    limits: { 'packets-per-target': 25, 'packets-per-network': 200, 'packets-private': 1000 },
    server: serverSchema.parse({}),
    ...given,
  };
}
