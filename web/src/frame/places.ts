import type { IconName } from '../parts/icon.tsx';

/** The places of the page, in the order of the navigation; `also` are addresses that belong to one. */
export const places = [
  { href: '/', name: 'overview', also: ['/checks', '/groups'] },
  { href: '/incidents', name: 'incidents', also: [] },
  { href: '/alerts', name: 'alerts', also: ['/objectives', '/on-call', '/receivers'] },
  { href: '/uplinks', name: 'uplinks', also: [] },
  { href: '/dashboards', name: 'dashboards', also: [] },
  { href: '/performance', name: 'performance', also: [] },
  { href: '/flows', name: 'flows', also: ['/nat', '/mirrors'] },
  { href: '/cluster', name: 'cluster', also: ['/ledger'] },
  { href: '/settings', name: 'settings', also: ['/configuration', '/account', '/people', '/audit', '/about'] },
] as const satisfies readonly { href: string; name: IconName; also: readonly string[] }[];

export type Place = (typeof places)[number];

const within = (path: string, href: string) => path === href || (href !== '/' && path.startsWith(`${href}/`));

/** Whether a path belongs to a place. */
export function isAt(place: Pick<Place, 'href' | 'also'>, path: string): boolean {
  return within(path, place.href) || place.also.some((href) => within(path, href));
}
