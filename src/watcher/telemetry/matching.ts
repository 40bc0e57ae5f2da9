import { RE2JS } from 're2js';
import { messageOf, QwError, type ApiMatcher } from '../../model/index.ts';
import type { Labels } from './metric.ts';

/** Compiles matchers; a label that is absent is an empty one, as in PromQL. Throws BAD_INPUT on a pattern that is none. */
export function matching(matchers: readonly ApiMatcher[]): (labels: Labels) => boolean {
  const tests = matchers.map(({ label, is, value }) => {
    const test = testOf(is, value);
    return (labels: Labels) => test(Object.hasOwn(labels, label) ? (labels[label] ?? '') : '');
  });
  return (labels) => tests.every((test) => test(labels));
}

function testOf(is: ApiMatcher['is'], value: string): (found: string) => boolean {
  if (is === '=') return (found) => found === value;
  if (is === '!=') return (found) => found !== value;
  const pattern = compiled(value);
  const negated = is === '!~';
  // Names repeat from series to series.
  const known = new Map<string, boolean>();
  return (found) => {
    let matches = known.get(found);
    if (matches === undefined) known.set(found, (matches = pattern.matches(found)));
    return matches !== negated;
  };
}

function compiled(pattern: string): RE2JS {
  try {
    return RE2JS.compile(pattern, RE2JS.DOTALL);
  } catch (cause) {
    throw new QwError('BAD_INPUT', `expected an RE2 pattern: ${messageOf(cause)}`, {
      where: pattern.slice(0, 100),
      cause,
    });
  }
}
