import {
  matchesSelector,
  type Configuration,
  type Milliseconds,
  type QuietHours,
  type Route,
} from '../../../model/index.ts';
import { compileQuietHours, type IsQuiet } from './quiet-hours.ts';

/** Who is told by a route, and how. */
export interface RouteMatch {
  /** Receivers, rotas and escalations. */
  notify: readonly string[];
  /** Absent: each incident is told by itself. Empty: all of them together. */
  groupBy?: readonly string[];
  groupWaitMs: Milliseconds;
  groupIntervalMs: Milliseconds;
  repeatMs?: Milliseconds;
  quiet: readonly IsQuiet[];
}

interface CompiledRoute {
  route: Route;
  settings: RouteMatch;
  below: readonly CompiledRoute[];
}

/** What holds where no route says otherwise. */
export const standing: RouteMatch = { notify: [], groupWaitMs: 0, groupIntervalMs: 300_000, quiet: [] };

/**
 * The tree of routes, as Alertmanager has it (prometheus/alertmanager, dispatch/route.go): the first route of a list that
 * matches decides, and those behind it are looked at only where it says `continue`; of its own routes the matching ones go
 * before it; what a route does not say it has from the one above it.
 */
export class Routes {
  readonly #roots: readonly CompiledRoute[];

  constructor({ routes, 'quiet-hours': quietHours }: Pick<Configuration, 'routes' | 'quiet-hours'>) {
    const quiet = new Map(quietHours.map((hours: QuietHours) => [hours.name, compileQuietHours(hours)]));
    const compiled = (list: readonly Route[], above: RouteMatch): CompiledRoute[] =>
      list.map((route) => {
        const settings = settingsOf(route, above, quiet);
        return { route, settings, below: compiled(route.routes, settings) };
      });
    this.#roots = compiled(routes, standing);
  }

  /** In the order of the tree; none where no route matches. */
  matching(labels: Readonly<Record<string, string>>): RouteMatch[] {
    return matchesOf(this.#roots, labels);
  }
}

function matchesOf(list: readonly CompiledRoute[], labels: Readonly<Record<string, string>>): RouteMatch[] {
  const found: RouteMatch[] = [];
  for (const { route, settings, below } of list) {
    if (route.match !== undefined && !matchesSelector(route.match, labels)) continue;
    const nearer = matchesOf(below, labels);
    found.push(...(nearer.length > 0 ? nearer : [settings]));
    if (!route.continue) break;
  }
  return found;
}

function settingsOf(route: Route, above: RouteMatch, quiet: ReadonlyMap<string, IsQuiet>): RouteMatch {
  const {
    notify,
    'group-by': groupBy = above.groupBy,
    'group-wait': groupWaitMs = above.groupWaitMs,
    'group-interval': groupIntervalMs = above.groupIntervalMs,
    'repeat-interval': repeatMs = above.repeatMs,
    'quiet-hours': names,
  } = route;
  return {
    notify: notify.length > 0 ? notify : above.notify,
    ...(groupBy && { groupBy }),
    groupWaitMs,
    groupIntervalMs,
    ...(repeatMs !== undefined && { repeatMs }),
    quiet: names ? names.flatMap((name) => quiet.get(name) ?? []) : above.quiet,
  };
}
