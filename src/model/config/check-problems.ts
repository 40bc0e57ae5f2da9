import type { Check } from './check.ts';
import type { Configuration } from './configured.ts';
import { dependencyCircles } from './dependency-circles.ts';
import { nearest } from './nearest.ts';
import type { Problem } from './problem.ts';
import { tellableNames, untellable } from './routing-problems.ts';

type Path = (string | number)[];

/** Names that stand for something elsewhere in the configuration. */
export interface KnownNames {
  /** The place in `watch` of each check. */
  written: ReadonlyMap<string, number>;
  /** Those and the checks that stand for uplinks. */
  checks: ReadonlySet<string>;
  /** Written ones, and those that checks over groups make. */
  made: ReadonlySet<string>;
}

/** One of host, anchors and group; known dependencies without a circle; actions that name what there is. */
export function checkProblems(given: Configuration, { written, checks }: KnownNames): Problem[] {
  const problems: Problem[] = [];
  const report = (path: Path, message: string, found: unknown) => problems.push({ path, message, found });
  const tellable = tellableNames(given);
  given.watch.forEach((check, index) => {
    const at = (...rest: Path) => ['watch', index, ...rest];
    const [subject, ...more] = (['host', 'anchors', 'group'] as const).filter((key) => check[key] !== undefined);
    if (subject === undefined) report(at(), 'expected one of host, anchors, group, found none', check.name);
    else if (more.length > 0) {
      const found = [subject, ...more].join(' and ');
      report(at(more[0] ?? subject), `expected one of host, anchors, group, found ${found}`, check.name);
    }
    const required = check['anchors-required'];
    if (required !== undefined && required > (check.anchors?.length ?? 1)) {
      report(at('anchors-required'), `expected at most ${check.anchors?.length ?? 1}, the number of anchors`, required);
    }
    if (check.watchers.rule === 'k' && check.watchers.k === undefined) report(at('watchers'), 'rule: k needs k', 'k');
    check['depends-on'].forEach((target, i) => {
      if (!checks.has(target))
        report(at('depends-on', i), `expected the name of a check${nearest(target, checks)}`, target);
    });
    problems.push(...actionProblems(given, check, at(), tellable));
  });
  problems.push(...actionProblems(given, given.failover.actions, ['failover', 'actions'], tellable));
  for (const circle of dependencyCircles(given.watch)) {
    const index = written.get(circle[0] ?? '') ?? 0;
    report(['watch', index, 'depends-on'], `expected no circle: ${[...circle, circle[0]].join(' -> ')}`, circle[0]);
  }
  return problems;
}

type Lists = Partial<Record<'up' | 'degraded' | 'down' | 'test', Check['up']>>;

function actionProblems(
  { routers }: Configuration,
  lists: Lists,
  base: Path,
  tellable: ReadonlySet<string>,
): Problem[] {
  const problems: Problem[] = [];
  const report = (path: Path, message: string, found: unknown) =>
    problems.push({ path: [...base, ...path], message, found });
  const names = new Set(routers.map((router) => router.name));
  for (const list of ['up', 'degraded', 'down', 'test'] as const) {
    (lists[list] ?? []).forEach((action, i) => {
      if (action.kind === 'notify') {
        if (list === 'test')
          report([list, i], 'expected run or log after each probe; notify belongs to up and down', 'notify');
        for (const receiver of action.receivers) {
          const message = untellable(receiver, tellable);
          if (message !== undefined) report([list, i, 'notify'], message, receiver);
        }
      }
      if (action.kind === 'routeros') {
        if (list === 'test') report([list, i], 'expected run or log after each probe', 'routeros');
        if (!names.has(action.router)) {
          const message = `expected a router of the section routers${nearest(action.router, names)}`;
          report([list, i, 'routeros', 'router'], message, action.router);
        }
      }
    });
  }
  return problems;
}
