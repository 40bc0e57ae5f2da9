import { silentLog, systemClock } from '../../platform/index.ts';
import type { Watcher } from '../../watcher/index.ts';
import { createApp } from './app.ts';

export interface DescribedRoute {
  method: string;
  /** Below `/api/v1`, with parameters such as `{name}`. */
  path: string;
  summary: string;
}

/** Every route of the API, for the reference: the description needs the routes, and no watcher behind them. */
export function describedRoutes(): DescribedRoute[] {
  const app = createApp({
    watcher: nobody() as Watcher,
    clock: systemClock,
    log: silentLog,
    version: '',
    pageFolder: '',
    publicMetrics: true,
    secure: false,
    port: 0,
    allowedHosts: undefined,
  });
  const { paths = {} } = app.getOpenAPI31Document({ openapi: '3.1.0', info: { title: '', version: '' } });
  return Object.entries(paths).flatMap(([path, item]) =>
    (['get', 'post', 'put', 'delete'] as const).flatMap((method) => {
      const operation = item[method];
      return operation ? [{ method, path: path.replace('/api/v1', ''), summary: operation.summary ?? '' }] : [];
    }),
  );
}

/** Has whatever it is asked for, and does nothing. */
function nobody(): unknown {
  return new Proxy(() => undefined, { get: () => nobody() });
}
