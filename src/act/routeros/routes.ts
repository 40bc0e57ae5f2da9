import type { RouterosAction } from '../../model/index.ts';
import { sleep, type Clock } from '../../platform/index.ts';
import { RouterError, type Row, type RouterClient } from './client.ts';

const menu = 'ip/route';
const properties = ['.id', 'comment', 'dst-address', 'gateway', 'disabled', 'active', 'distance'];
/** A comment names one route or a few; more is taken for a mistake. */
const routesLimit = 256;
/** The router needs a moment until a changed route is active or not. */
const settleTries = 5;
const settleMs = 200;

/** Enables or disables the routes with a comment, or sets their distance; reads back what became of it. */
export async function changeRoutes(
  router: RouterClient,
  action: RouterosAction,
  options: { clock: Clock; dryRun: boolean; signal: AbortSignal },
): Promise<string> {
  const wanted: Row =
    action.do === 'set-route-distance'
      ? { distance: String(action.distance) }
      : { disabled: action.do === 'disable-route' ? 'true' : 'false' };
  for (let again = false; ; again = true) {
    try {
      return await changeFound(router, action.comment ?? '', wanted, options);
    } catch (error) {
      // The row was made anew between looking up and setting: its id is another now.
      if (again || !(error instanceof RouterError) || error.status !== 404) throw error;
    }
  }
}

async function changeFound(
  router: RouterClient,
  comment: string,
  wanted: Row,
  options: { clock: Clock; dryRun: boolean; signal: AbortSignal },
): Promise<string> {
  const found = await router.print(menu, { comment }, properties);
  // The router is asked for these only, but what it answers is what is acted on: nothing else may be changed.
  const routes = found.filter((row) => row['comment'] === comment);
  if (routes.length === 0) throw new RouterError(`has no route with the comment ${comment}`);
  if (routes.length > routesLimit)
    throw new RouterError(
      `has ${routes.length} routes with the comment ${comment}, at most ${routesLimit} are changed`,
    );
  const said: string[] = [];
  for (const route of routes) {
    const id = route['.id'];
    if (id === undefined) throw new RouterError('answered with a route without .id');
    const name = `${route['dst-address'] ?? id} via ${route['gateway'] ?? 'its gateway'}`;
    if (matches(route, wanted)) said.push(`${name} was ${state(wanted)} already`);
    else if (options.dryRun) said.push(`${name} would become ${state(wanted)}`);
    else {
      await router.set(menu, id, wanted);
      said.push(`${name} is ${state(wanted)} now, ${await readBack(router, id, wanted, options)}`);
    }
  }
  return said.join('; ');
}

async function readBack(
  router: RouterClient,
  id: string,
  wanted: Row,
  { clock, signal }: { clock: Clock; signal: AbortSignal },
): Promise<string> {
  for (let tries = 1; ; tries++) {
    const route = await router.get(menu, id, properties);
    const active = route['active'] === 'true';
    if (matches(route, wanted) && !(wanted['disabled'] === 'true' && active)) {
      // An enabled route may rightly stay inactive: behind one of smaller distance, or with its gateway away.
      return active ? 'active' : 'not active';
    }
    if (tries === settleTries || signal.aborted) {
      throw new RouterError(
        `took the change, but reads back disabled=${route['disabled'] ?? '?'} active=${route['active'] ?? 'false'} distance=${route['distance'] ?? '?'}`,
      );
    }
    await sleep(clock, settleMs, signal);
  }
}

/** RouterOS leaves out false flags in some versions. */
function matches(route: Row, wanted: Row): boolean {
  return Object.entries(wanted).every(
    ([key, value]) => (route[key] ?? (key === 'disabled' ? 'false' : undefined)) === value,
  );
}

function state(wanted: Row): string {
  if (wanted['distance'] !== undefined) return `at distance ${wanted['distance']}`;
  return wanted['disabled'] === 'true' ? 'disabled' : 'enabled';
}
