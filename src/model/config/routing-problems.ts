import type { Configuration } from './configured.ts';
import { nearest } from './nearest.ts';
import type { Problem } from './problem.ts';
import type { Route } from './routing.ts';

type Path = (string | number)[];
type Report = (path: Path, message: string, found: unknown) => void;

/** What may stand where somebody is to be told: receivers, rotas and escalations have names of one kind. */
export function tellableNames({ notify, rotas, escalations }: Configuration): ReadonlySet<string> {
  return new Set([...Object.keys(notify), ...rotas.map(({ name }) => name), ...escalations.map(({ name }) => name)]);
}

/** The message for a name that nobody can be told under; undefined where it is known. */
export function untellable(name: string, known: ReadonlySet<string>): string | undefined {
  return known.has(name)
    ? undefined
    : `expected a receiver of the section notify, a rota or an escalation${nearest(name, known)}`;
}

/** Names are unique, and what is named is there; escalations go forward and name no escalation. */
export function routingProblems(given: Configuration): Problem[] {
  const problems: Problem[] = [];
  const report: Report = (path, message, found) => problems.push({ path, message, found });
  uniqueNames(given, report);
  rotaProblems(given, report);
  escalationProblems(given, report);
  const known = tellableNames(given);
  const quiet = new Set(given['quiet-hours'].map(({ name }) => name));
  given.routes.forEach((route, index) => routeProblems(route, ['routes', index], undefined, known, quiet, report));
  return problems;
}

function uniqueNames(given: Configuration, report: Report): void {
  const taken = new Map(Object.keys(given.notify).map((name) => [name, `notify.${name}`]));
  for (const section of ['rotas', 'escalations'] as const) {
    given[section].forEach(({ name }, index) => {
      const before = taken.get(name);
      if (before === undefined) taken.set(name, `${section}[${index}]`);
      else report([section, index, 'name'], `expected a unique name; ${before} has it already`, name);
    });
  }
  const quiet = new Map<string, number>();
  given['quiet-hours'].forEach(({ name }, index) => {
    const before = quiet.get(name);
    if (before === undefined) quiet.set(name, index);
    else report(['quiet-hours', index, 'name'], `expected a unique name; quiet-hours[${before}] has it already`, name);
  });
}

function rotaProblems({ rotas, notify }: Configuration, report: Report): void {
  const receivers = Object.keys(notify);
  rotas.forEach((rota, index) => {
    rota.receivers.forEach((receiver, i) => {
      if (receivers.includes(receiver)) return;
      const message = `expected a receiver of the section notify${nearest(receiver, receivers)}`;
      report(['rotas', index, 'receivers', i], message, receiver);
    });
    if (!isDate(rota.from)) report(['rotas', index, 'from'], 'expected a date that there is', rota.from);
  });
}

function isDate(text: string): boolean {
  const iso = text.replace(' ', 'T');
  const [, wall = ''] = /^(.*?)(?:Z|[+-]\d\d:\d\d)?$/.exec(iso) ?? [];
  const at = Date.parse(`${wall}Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(wall);
}

function escalationProblems({ escalations, rotas, notify }: Configuration, report: Report): void {
  const known = new Set([...Object.keys(notify), ...rotas.map(({ name }) => name)]);
  const steps = new Map(escalations.map(({ name, steps: all }) => [name, all.flatMap((step) => step.notify)]));
  escalations.forEach((escalation, index) => {
    let before = 0;
    escalation.steps.forEach((step, i) => {
      const at = ['escalations', index, 'steps', i];
      if (step.after < before) report([...at, 'after'], 'expected no less than the step before has', step.after);
      before = Math.max(before, step.after);
      step.notify.forEach((name, place) => {
        if (known.has(name)) return;
        const circle = steps.has(name) ? circleFrom(escalation.name, name, steps) : undefined;
        const found = circle ? `; no circle: ${circle.join(' -> ')}` : nearest(name, known);
        report([...at, 'notify', place], `expected a receiver or a rota${found}`, name);
      });
    });
  });
}

/** The way back to the first name, if there is one. */
function circleFrom(
  first: string,
  next: string,
  edges: ReadonlyMap<string, readonly string[]>,
): readonly string[] | undefined {
  const ways = [[first, next]];
  const seen = new Set<string>();
  for (const way of ways) {
    const last = way.at(-1) ?? '';
    if (last === first) return way;
    if (seen.has(last)) continue;
    seen.add(last);
    ways.push(...(edges.get(last) ?? []).map((name) => [...way, name]));
  }
  return undefined;
}

function routeProblems(
  route: Route,
  path: Path,
  inherited: readonly string[] | undefined,
  known: ReadonlySet<string>,
  quiet: ReadonlySet<string>,
  report: Report,
): void {
  route.notify.forEach((name, index) => {
    const message = untellable(name, known);
    if (message !== undefined) report([...path, 'notify', index], message, name);
  });
  route['quiet-hours']?.forEach((name, index) => {
    if (quiet.has(name)) return;
    report([...path, 'quiet-hours', index], `expected a name of the section quiet-hours${nearest(name, quiet)}`, name);
  });
  const groupBy = route['group-by'] ?? inherited;
  if (route['group-interval'] !== undefined && !groupBy && !route.routes.some(groups)) {
    const message = 'expected group-by beside it: without, each incident is told by itself; [] puts all into one group';
    report([...path, 'group-interval'], message, route['group-interval']);
  }
  route.routes.forEach((below, index) =>
    routeProblems(below, [...path, 'routes', index], groupBy, known, quiet, report),
  );
}

function groups(route: Route): boolean {
  return route['group-by'] !== undefined || route.routes.some(groups);
}
