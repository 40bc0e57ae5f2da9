import type { IpFamily, UplinkOrder, UplinkRouter } from '../../model/index.ts';
import { RouterError, type Row, type RouterClient } from './client.ts';

export type RouteMenu = 'ip/route' | 'ipv6/route';
export type RouteMethod = UplinkRouter['method'];

/** What is changed of a route, and nothing else. */
export interface RouteState {
  disabled: boolean;
  distance: number;
}

/** One route of the router that is ours to switch. */
export interface RouterRoute {
  uplink: string;
  family: IpFamily;
  menu: RouteMenu;
  comment: string;
  /** Changes when the row is made anew. */
  id: string;
  destination: string;
  gateway: string;
  /** As its owner configured it. */
  own: RouteState;
  /** As last known; undefined while an order to it may or may not have arrived. */
  now: RouteState | undefined;
}

export interface RouteChange {
  route: RouterRoute;
  wanted: RouteState;
}

export const menuOf = (family: IpFamily): RouteMenu => (family === 4 ? 'ip/route' : 'ipv6/route');
/** Further away than any route of its owner, which may be at most here: the two bands never meet. */
export const awayBy = 100;
const properties = ['.id', 'comment', 'dst-address', 'gateway', 'disabled', 'distance', 'active', 'dynamic'];
/** A comment names one route or a few; more is taken for a mistake. */
const mostRoutes = 16;

/** How a route is while its uplink is to be used. */
export const inUse = (own: RouteState): RouteState => ({ disabled: false, distance: own.distance });
/** How it is while its uplink is not to be used. */
export function outOfUse(own: RouteState, method: RouteMethod): RouteState {
  if (method === 'disable') return { disabled: true, distance: own.distance };
  return { disabled: own.disabled, distance: own.distance + awayBy };
}
export const sameState = (a: RouteState | undefined, b: RouteState): boolean =>
  a?.disabled === b.disabled && a.distance === b.distance;

/** What has to be changed, what comes into use first: there is never a moment without a route. */
export function changesFor(order: UplinkOrder, routes: readonly RouterRoute[], method: RouteMethod): RouteChange[] {
  const place = ({ uplink }: RouterRoute) => {
    const at = order.serving.indexOf(uplink);
    return at < 0 ? order.serving.length : at;
  };
  return routes
    .filter((route) => route.family === order.family)
    .toSorted((a, b) => place(a) - place(b))
    .map((route) => {
      const used = order.serving.includes(route.uplink);
      return { route, wanted: used ? inUse(route.own) : outOfUse(route.own, method) };
    })
    .filter(({ route, wanted }) => !sameState(route.now, wanted));
}

/** The body of the request: only what differs, or all when it is not known what the router has. */
export function bodyOf(now: RouteState | undefined, wanted: RouteState): Row {
  return {
    ...(now?.disabled !== wanted.disabled && { disabled: String(wanted.disabled) }),
    ...(now?.distance !== wanted.distance && { distance: String(wanted.distance) }),
  };
}

export const requestText = (route: RouterRoute, body: Row): string =>
  `PATCH /rest/${route.menu}/${route.id} ${JSON.stringify(body)}`;

/** The routes with the comment, as they are now. Throws a RouterError where they cannot be switched. */
export async function findRoutes(
  router: RouterClient,
  menu: RouteMenu,
  comment: string,
): Promise<Omit<RouterRoute, 'uplink' | 'family'>[]> {
  const rows = (await router.print(menu, { comment }, properties)).filter((row) => row['comment'] === comment);
  if (rows.length === 0) throw new RouterError(`has no route with the comment ${comment} in /${menu}`);
  if (rows.length > mostRoutes) throw new RouterError(`has ${rows.length} routes with the comment ${comment}`);
  return rows.map((row) => {
    const { '.id': id, 'dst-address': destination = '', gateway = '', dynamic } = row;
    if (id === undefined) throw new RouterError('answered with a route without .id');
    if (dynamic === 'true') {
      throw new RouterError(`made the route with the comment ${comment} itself (dynamic): it cannot be changed`);
    }
    const own = stateOf(row);
    return { menu, comment, id, destination, gateway, own, now: own };
  });
}

/** Looks the id up again, by comment, destination and gateway. Throws a RouterError where there is none any more. */
export async function findAgain(router: RouterClient, route: RouterRoute): Promise<void> {
  const rows = await findRoutes(router, route.menu, route.comment);
  const found = rows.find(({ destination, gateway }) => destination === route.destination && gateway === route.gateway);
  if (!found) throw new RouterError(`has no route ${route.destination} via ${route.gateway} any more`);
  route.id = found.id;
  route.now = found.now;
}

/** What the router has now, and whether traffic goes by it. Throws a RouterError when the id is another row's. */
export async function readRoute(
  router: RouterClient,
  route: RouterRoute,
): Promise<{ state: RouteState; active: boolean }> {
  const row = await router.get(route.menu, route.id, properties);
  if (row['comment'] !== route.comment) throw new RouterError(`has another row by the id ${route.id} now`, notFound);
  return { state: stateOf(row), active: row['active'] === 'true' };
}

export const notFound = 404;

/** RouterOS leaves out false flags in some versions. */
function stateOf(row: Row): RouteState {
  const distance = Number(row['distance']);
  if (!Number.isInteger(distance)) throw new RouterError('answered with a route without distance');
  return { disabled: row['disabled'] === 'true', distance };
}
