import { name } from '../scalars.ts';
import type { Configuration } from './configured.ts';
import { maxChecks, namesOfChecks } from './groups.ts';
import { nearest } from './nearest.ts';
import type { Problem } from './problem.ts';

/** Names are unique, groups are known and not empty, and what they stand for does not clash with what is written. */
export function groupProblems(given: Configuration, written: ReadonlyMap<string, number>): Problem[] {
  const problems: Problem[] = [];
  for (const section of ['targets', 'groups'] as const) {
    const seen = new Map<string, number>();
    given[section].forEach(({ name: found }, index) => {
      const before = seen.get(found);
      if (before === undefined) seen.set(found, index);
      else {
        const message = `expected a unique name; ${section}[${before}] has it already`;
        problems.push({ path: [section, index, 'name'], message, found });
      }
    });
  }
  const groups = given.groups.map((group) => group.name);
  const names = namesOfChecks(given);
  const taken = new Set<string>();
  let checks = 0;
  given.watch.forEach((check, index) => {
    const made = names.get(check.name) ?? [];
    checks += made.length;
    if (check.group === undefined) return;
    const report = (message: string) => problems.push({ path: ['watch', index, 'group'], message, found: check.group });
    if (!groups.includes(check.group)) report(`expected a group of the section groups${nearest(check.group, groups)}`);
    else if (made.length === 0) report('expected a group with at least one target');
    const clash = made.find((one) => written.has(one) || taken.has(one));
    if (clash !== undefined) report(`expected no other check with the name ${clash}, which this one makes`);
    const long = made.find((one) => !name().safeParse(one).success);
    if (long !== undefined) report(`expected names that together have at most 100 characters, found ${long}`);
    for (const one of made) taken.add(one);
  });
  if (checks > maxChecks) {
    const message = `expected at most ${maxChecks} checks, those over groups counted for each target`;
    problems.push({ path: ['watch'], message, found: checks });
  }
  return problems;
}
