import { z } from 'zod';
import { host, name } from '../scalars.ts';
import type { AlertPolicy } from './alerts.ts';
import { labels, matchesSelector, selector, type Check } from './check.ts';
import type { MaintenanceWindow } from './sections.ts';

/**
 * Targets are things that are watched, with labels; a group is those whose labels fit. A check over a group is written
 * once and stands for one check a target, `check@target`: each has opinions, a verdict and incidents of its own.
 */

export const targetSchema = z.strictObject({
  name: name().describe('Unique among the targets.'),
  comment: z.string().max(1000).optional(),
  host: host().describe('What is probed: an address or a name.'),
  labels: labels.default({}).describe('Go to every check of it.'),
});
export type Target = z.output<typeof targetSchema>;

export const groupSchema = z.strictObject({
  name: name().describe('Unique among the groups.'),
  comment: z.string().max(1000).optional(),
  select: selector.describe('Targets and checks whose labels match.'),
});
export type Group = z.output<typeof groupSchema>;

/** The parts of a configuration that have to do with groups. */
interface Grouped {
  watch: readonly Check[];
  targets: readonly Target[];
  groups: readonly Group[];
  maintenance: readonly MaintenanceWindow[];
  alerts: readonly AlertPolicy[];
}

export const maxChecks = 100_000;

/** The targets of each group by its name. */
function targetsByGroup({ targets, groups }: Pick<Grouped, 'targets' | 'groups'>): Map<string, readonly Target[]> {
  return new Map(
    groups.map((group) => [group.name, targets.filter((target) => matchesSelector(group.select, target.labels))]),
  );
}

const nameOf = (check: string, target: string) => `${check}@${target}`;

/** Names of the checks that a written one stands for: its own, or one a target of its group. */
export function namesOfChecks(given: Pick<Grouped, 'watch' | 'targets' | 'groups'>): Map<string, readonly string[]> {
  const members = targetsByGroup(given);
  return new Map(
    given.watch.map(({ name: check, group }) => [
      check,
      group === undefined ? [check] : (members.get(group) ?? []).map((target) => nameOf(check, target.name)),
    ]),
  );
}

/**
 * Every check over a group becomes its checks. Where one depends on a check over a group, it depends on the one of its own
 * target if that has one, and on all of them otherwise.
 */
export function expandGroups<Given extends Grouped>(given: Given): Given {
  if (given.watch.every(({ group }) => group === undefined)) return given;
  const members = targetsByGroup(given);
  const names = namesOfChecks(given);
  const dependencies = (check: Check, target?: string) =>
    check['depends-on'].flatMap((one) => {
      const all = names.get(one) ?? [one];
      const same = target === undefined ? undefined : all.find((each) => each === nameOf(one, target));
      return same === undefined ? all : [same];
    });
  const watch = given.watch.flatMap((check): Check[] => {
    if (check.group === undefined) return [{ ...check, 'depends-on': dependencies(check) }];
    return (members.get(check.group) ?? []).map((target) => ({
      ...check,
      name: nameOf(check.name, target.name),
      host: target.host,
      target: target.name,
      labels: { ...target.labels, ...check.labels },
      'depends-on': dependencies(check, target.name),
    }));
  });
  const all = (checks: readonly string[]) => checks.flatMap((one) => names.get(one) ?? [one]);
  const maintenance = given.maintenance.map((window) => ({
    ...window,
    ...(window.checks && { checks: all(window.checks) }),
  }));
  const alerts = given.alerts.map((policy) => ({
    ...policy,
    'depends-on': all(policy['depends-on']),
    conditions: policy.conditions.map((condition) => {
      const { verdict } = condition;
      return verdict?.checks ? { ...condition, verdict: { ...verdict, checks: all(verdict.checks) } } : condition;
    }),
  }));
  return { ...given, watch, maintenance, alerts };
}
