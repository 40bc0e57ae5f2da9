import type { AlertCondition, AlertPolicy } from './alerts.ts';
import type { KnownNames } from './check-problems.ts';
import type { Configuration } from './configured.ts';
import { nearest } from './nearest.ts';
import type { Problem } from './problem.ts';
import { tellableNames, untellable } from './routing-problems.ts';

type Path = (string | number)[];

/** Policies have names of their own and name what there is. Whether metrics exist is for whoever measures them. */
export function alertProblems(given: Configuration, known: KnownNames): Problem[] {
  const problems: Problem[] = [];
  const report = (path: Path, message: string, found: unknown) =>
    problems.push({ path: ['alerts', ...path], message, found });
  const tellable = tellableNames(given);
  const first = new Map<string, number>();
  given.alerts.forEach((policy, index) => {
    const { name } = policy;
    const before = first.get(name);
    if (before === undefined) first.set(name, index);
    else report([index, 'name'], `expected a unique name; alerts[${before}] has it already`, name);
    if (known.made.has(name)) report([index, 'name'], 'expected another name; a check has this one', name);
    const { rule, k } = policy.watchers;
    if (rule === 'k' && k === undefined) report([index, 'watchers'], 'rule: k needs k', 'k');
    policy.notify.forEach((receiver, i) => {
      const message = untellable(receiver, tellable);
      if (message !== undefined) report([index, 'notify', i], message, receiver);
    });
    const named = (path: Path, names: readonly string[]) =>
      names.forEach((target, i) => {
        if (known.made.has(target)) return;
        report([index, ...path, i], `expected the name of a check${nearest(target, known.made)}`, target);
      });
    named(['depends-on'], policy['depends-on']);
    policy.conditions.forEach(({ verdict }, i) => named(['conditions', i, 'verdict', 'checks'], verdict?.checks ?? []));
    problems.push(...matchingProblems(policy, index));
  });
  problems.push(...prefixProblems(given, known, new Set(first.keys())));
  return problems;
}

/** Resources of a policy are judged under its name, an `@` and their labels. */
function prefixProblems({ alerts }: Configuration, { written }: KnownNames, policies: ReadonlySet<string>): Problem[] {
  const message = (policy: string) => `expected another name; resources of the policy ${policy} have such names`;
  const prefixOf = (name: string) => {
    for (let at = name.indexOf('@'); at >= 0; at = name.indexOf('@', at + 1)) {
      if (policies.has(name.slice(0, at))) return name.slice(0, at);
    }
    return undefined;
  };
  return [
    ...[...written].map(([name, index]) => ({ name, path: ['watch', index, 'name'] as Path })),
    ...alerts.map(({ name }, index) => ({ name, path: ['alerts', index, 'name'] as Path })),
  ].flatMap(({ name, path }) => {
    const policy = prefixOf(name);
    return policy === undefined ? [] : [{ path, message: message(policy), found: name }];
  });
}

/** The same resource can only be met by conditions that look at the same kind of resource. */
function matchingProblems({ combiner, conditions }: AlertPolicy, index: number): Problem[] {
  if (combiner !== 'AND_WITH_MATCHING_RESOURCE') return [];
  const [wanted = ''] = conditions.map(groupOf);
  return conditions.flatMap((condition, i) => {
    const group = groupOf(condition);
    if (group === wanted) return [];
    const message = `expected group-by [${wanted}], as the first condition has it: resources match by their labels`;
    return [{ path: ['alerts', index, 'conditions', i], message, found: `group-by [${group}]` }];
  });
}

/** The labels of a condition's resources, sorted. */
function groupOf(condition: AlertCondition): string {
  if (condition.verdict) return 'check';
  const series =
    condition.threshold ?? condition.ratio ?? condition.absent ?? condition['rate-of-change'] ?? condition.forecast;
  return [...new Set(series?.['group-by'])].sort().join(', ');
}
