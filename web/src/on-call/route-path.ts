/**
 * Which way an incident takes through the routes, for people who want to know before there is one. As the watcher goes it:
 * the first route of a list that matches decides, those behind it count only where it says `continue`; of its own routes the
 * matching ones go before it; what a route does not say it has from the one above it.
 */

export interface RouteDocument {
  match?: string;
  notify?: readonly string[];
  continue?: boolean;
  'group-by'?: readonly string[];
  'group-wait'?: string;
  'group-interval'?: string;
  'repeat-interval'?: string;
  'quiet-hours'?: readonly string[];
  routes?: readonly RouteDocument[];
}

export type Labels = Readonly<Record<string, string>>;

/** The route at the end of a way, with what it has from those above it. */
export interface RouteEnd {
  /** Places in the lists, from the top: `[1, 0]` is the first route below the second. */
  way: readonly number[];
  match: string | undefined;
  notify: readonly string[];
  quietHours: readonly string[];
}

/** True when every term holds: `site=office`, `tier!=test`, or a label that is there. */
function matchesSelector(selector: string, labels: Labels): boolean {
  return selector.split(',').every((raw) => {
    const [, key = '', not, value] = /^\s*([^=!]+)(?:(!)?=(.*))?$/.exec(raw) ?? [];
    if (value === undefined) return Object.hasOwn(labels, key.trim());
    return (labels[key.trim()] === value.trim()) !== (not === '!');
  });
}

type Above = Pick<RouteEnd, 'notify' | 'quietHours' | 'way'>;

/** In the order of the tree; none where no route matches. */
export function routeEnds(
  routes: readonly RouteDocument[],
  labels: Labels,
  above: Above = { way: [], notify: [], quietHours: [] },
): RouteEnd[] {
  const found: RouteEnd[] = [];
  for (const [index, route] of routes.entries()) {
    if (route.match !== undefined && !matchesSelector(route.match, labels)) continue;
    const own: RouteEnd = {
      way: [...above.way, index],
      match: route.match,
      notify: route.notify && route.notify.length > 0 ? route.notify : above.notify,
      quietHours: route['quiet-hours'] ?? above.quietHours,
    };
    const nearer = routeEnds(route.routes ?? [], labels, own);
    found.push(...(nearer.length > 0 ? nearer : [own]));
    if (route.continue !== true) break;
  }
  return found;
}

/** `site=office, tier=gold` as labels; what is no term is left out. */
export function readLabels(text: string): Record<string, string> {
  return Object.fromEntries(
    text
      .split(/[,\n]/)
      .map((term) => /^\s*([^=\s]+)\s*=\s*(.*?)\s*$/.exec(term))
      .flatMap((term) => (term ? [[term[1] ?? '', term[2] ?? ''] as const] : [])),
  );
}
