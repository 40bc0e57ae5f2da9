import { setTimeout as wait } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import * as data from './data.ts';
import { objective } from './objective-data.ts';
import * as paths from './performance-data.ts';
import type { Stub } from './stub-api.ts';

/** Every view of the page with something in it, for tests that walk through all of them. */

const at = new Date(Date.UTC(2026, 2, 28, 21)).toISOString();
const users = [
  { name: 'maria', displayName: 'María', role: 'admin', disabled: false },
  { name: 'jan', role: 'viewer', disabled: true, lastSignInAt: at },
].map((user) => ({ ...user, createdAt: at, passwordChangedAt: at }));
const sessions = [
  { id: 's1', openedAt: at, usedAt: at, endsAt: at, from: '192.0.2.0/24', browser: 'Firefox 140', current: true },
  { id: 's2', openedAt: at, usedAt: at, endsAt: at, from: '198.51.100.0/24', browser: 'Chrome 142', current: false },
];
const tokens = [{ name: 'backup', role: 'viewer', createdAt: at, owner: 'maria' }];
const said = { watcher: 'office-1', at, by: 'maria', identity: 'user', from: '192.0.2.0/24' };
const audit = [
  { ...said, position: 3, what: 'sign-in', outcome: 'refused', code: 'UNAUTHORIZED', count: 3 },
  { ...said, position: 4, what: 'PUT /configuration', outcome: 'done', count: 1 },
];

/** What the stub does not know itself. */
export async function answerAll(page: Page, stub: Stub): Promise<void> {
  const group = data.group(stub.checks);
  const answers: [RegExp, (url: URL) => object][] = [
    [/\/objectives$/, () => ({ items: [objective()] })],
    [/\/objectives\/.+/, () => objective()],
    [/\/groups$/, () => ({ items: [group] })],
    [/\/groups\/.+/, () => group],
    [/\/performance$/, () => paths.performance()],
    [/\/performance\/.+\/cause$/, () => paths.cause],
    [
      /\/performance\/.+/,
      ({ searchParams }) =>
        paths.detail(Date.parse(searchParams.get('from') ?? ''), Date.parse(searchParams.get('to') ?? '')),
    ],
    [/\/users$/, () => ({ items: users })],
    [/\/account\/sessions$/, () => ({ items: sessions })],
    [/\/account\/tokens$/, () => ({ items: tokens })],
    [/\/audit$/, () => ({ items: audit, total: audit.length })],
    [/\/session\/methods$/, () => ({ oidc: true })],
  ];
  await page.route(/\/api\/v1\/(groups|objectives|performance|users|account|audit|session\/methods)/, (route) => {
    const url = new URL(route.request().url());
    const found = answers.find(([pattern]) => url.pathname.search(pattern) >= 0);
    return found ? route.fulfill({ json: found[1](url) }) : route.continue();
  });
}

/** The sign-in page is none of them: it needs somebody who is not signed in. */
export const allPaths = [
  '/',
  '/?group=site',
  '/checks/uplink-isp1',
  '/incidents?state=all',
  '/incidents/inc-1203',
  '/alerts',
  '/alerts/slow',
  '/alerts?new',
  '/objectives',
  '/objectives/shop',
  '/on-call',
  '/receivers',
  '/uplinks',
  '/performance',
  '/performance/office-1/cloud-1',
  '/flows?compare=1h&by=source,service&lines=single',
  '/flows?show=sankey',
  '/flows?show=matrix&view=client-server',
  '/flows?show=latency',
  '/flows?show=records',
  '/flows?show=insights',
  '/flows?show=costs',
  '/flows?show=sql&sql=select',
  '/flows?show=exporters',
  '/mirrors',
  '/nat?outside=192.0.2.1&port=1027&at=2026-03-01T10:30:11.000Z',
  '/cluster',
  '/ledger',
  '/configuration',
  '/dashboards',
  '/dashboards/checks',
  '/groups',
  '/groups/web%20shops',
  '/settings',
  '/account',
  '/people',
  '/audit',
  '/about',
  '/nowhere',
] as const;

/** Charts are asked for when they come into view: those further down may wait for ever. */
const waiting = "document.querySelector('.waiting:not(.chart-card *)') !== null";
const patienceMs = 10_000;
const pollMs = 50;

/** Goes to a view and waits until nothing in it is waiting; asked by the debugger's door, as the page's policy wants. */
export async function visit(page: Page, stub: Stub, path: string): Promise<void> {
  await page.goto(`${stub.url}${path}`);
  await page.getByRole('heading', { level: 1 }).waitFor();
  const until = performance.now() + patienceMs;
  while (await page.evaluate<boolean>(waiting)) {
    if (performance.now() > until) throw new Error(`${path} is still waiting for figures`);
    await wait(pollMs);
  }
}
