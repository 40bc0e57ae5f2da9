import type { Role } from '../../watcher/index.ts';

/** The least role for each route: reading is for viewers, changing for operators, and what is said here. */

/** Whoever asks shows themselves by it, or asks how. */
const forAnyone: readonly (readonly [method: string, path: RegExp])[] = [
  ['POST', /^\/session$/],
  ['DELETE', /^\/session$/],
  ['GET', /^\/session\/(methods|oidc|oidc\/callback)$/],
  ['GET', /^\/openapi\.json$/],
];

const forAdmins: readonly (readonly [method: string, path: RegExp])[] = [
  ['*', /^\/(users|tokens|audit)(\/|$)/],
  ['PUT', /^\/configuration$/],
  ['POST', /^\/membership$/],
  ['POST', /^\/flows\/delete$/],
];

/** Asked by POST, since there is much to say; nothing changes. */
const questions =
  /^\/(configuration\/plan|metrics\/query|ledger\/verify|alerts\/backtest|flows\/(query|latency|records|sql))$/;
/** Who talks to whom is not for everybody, unless the configuration says so. */
const traffic = /^\/(flows\/(?!status$)|nat\/(log|holders)$)/;
const trafficSql = /^\/flows\/sql$/;
/** One's own password, sessions and tokens. */
const ownAccount = /^\/account(\/|$)/;

/** `path` is below `/api/v1`; it may be a pattern such as `/users/{name}`. */
export function leastRole(method: string, path: string, { trafficForViewers = false } = {}): Role | 'anyone' {
  const asked = method === 'HEAD' ? 'GET' : method;
  const isOf = (list: typeof forAdmins) => list.some(([one, of]) => (one === '*' || one === asked) && of.test(path));
  if (isOf(forAnyone)) return 'anyone';
  if (isOf(forAdmins)) return 'admin';
  if (traffic.test(path) && (!trafficForViewers || trafficSql.test(path))) return 'operator';
  return asked === 'GET' || questions.test(path) || ownAccount.test(path) ? 'viewer' : 'operator';
}

/** Telemetry that is handed in, as much of it as there is. */
const handedIn = /^\/flows\/push\/[^/]+$/;

/** Whether a request may change anything. */
export function mayChange(method: string, path: string): boolean {
  return method !== 'GET' && method !== 'HEAD' && !questions.test(path) && !handedIn.test(path);
}
