import { alertProblems } from './alert-problems.ts';
import { checkProblems, type KnownNames } from './check-problems.ts';
import type { Configuration } from './configured.ts';
import { groupProblems } from './group-problems.ts';
import { namesOfChecks } from './groups.ts';
import { nearest } from './nearest.ts';
import { objectiveProblems } from './objective-policies.ts';
import type { Problem } from './problem.ts';
import { routingProblems, tellableNames, untellable } from './routing-problems.ts';
import { statusPageProblems } from './status-page.ts';
import { uplinkChecks, uplinkProblems } from './uplinks.ts';

/** The rules between the parts of a configuration: names are unique, and what is named is there. */
export function crossCheck(given: Configuration): Problem[] {
  const problems: Problem[] = [];
  const written = new Map<string, number>();
  given.watch.forEach(({ name }, index) => {
    const before = written.get(name);
    if (before === undefined) written.set(name, index);
    else {
      const message = `expected a unique name; watch[${before}] has it already`;
      problems.push({ path: ['watch', index, 'name'], message, found: name });
    }
  });
  const uplinks = uplinkChecks(given.uplinks, given.failover).map(({ name }) => name);
  for (const taken of uplinks) {
    const index = written.get(taken);
    const message = 'expected another name; the uplink is judged under this one';
    if (index !== undefined) problems.push({ path: ['watch', index, 'name'], message, found: taken });
  }
  const checks = new Set([...written.keys(), ...uplinks]);
  const probed = new Set([...written.keys(), ...namesOfChecksMade(given)]);
  const tellable = tellableNames(given);
  const known: KnownNames = { written, checks, made: new Set([...checks, ...namesOfChecksMade(given)]) };
  return [
    ...problems,
    ...groupProblems(given, written),
    ...checkProblems(given, known),
    ...uplinkProblems(given.uplinks, given.failover),
    ...alertProblems(given, known),
    ...objectiveProblems(given, {
      checks: probed,
      untellable: (receiver) => untellable(receiver, tellable),
    }),
    ...routingProblems(given),
    ...maintenanceProblems(given, known),
    ...pageProblems(given, known),
  ];
}

function namesOfChecksMade(given: Configuration): readonly string[] {
  return [...namesOfChecks(given).values()].flat();
}

function maintenanceProblems({ maintenance, alerts }: Configuration, { checks }: KnownNames): Problem[] {
  const problems: Problem[] = [];
  const known = new Set([...checks, ...alerts.map(({ name }) => name)]);
  const windows = new Set<string>();
  maintenance.forEach((window, index) => {
    const at = ['maintenance', index];
    if (windows.has(window.name))
      problems.push({ path: [...at, 'name'], message: 'expected a unique name', found: window.name });
    windows.add(window.name);
    window.checks?.forEach((target, i) => {
      if (known.has(target)) return;
      const message = `expected the name of a check${nearest(target, known)}`;
      problems.push({ path: [...at, 'checks', i], message, found: target });
    });
  });
  return problems;
}

function pageProblems(given: Configuration, { made }: KnownNames): Problem[] {
  const checks = new Set([...made, ...given.alerts.map(({ name }) => name)]);
  const groups = given.groups.map(({ name }) => name);
  return statusPageProblems(given['status-page'], { checks, groups, notify: given.notify, nearest });
}
