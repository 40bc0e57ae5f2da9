import { RE2JS } from 're2js';
import { messageOf, QwError } from '../../model/index.ts';
import type { LabelSet, Matcher } from './source.ts';

/** A pattern that matches from end to end, as PromQL's do. Errors: BAD_INPUT. */
export function anchored(pattern: string): RE2JS {
  try {
    return RE2JS.compile(`^(?s:${pattern})$`);
  } catch (cause) {
    throw new QwError(
      'BAD_INPUT',
      `invalid regular expression ${JSON.stringify(pattern.slice(0, 100))}: ${messageOf(cause)}`,
      { cause },
    );
  }
}

/** Whether labels fit all of them; a label that isn't there is an empty one. */
export function compileMatchers(matchers: readonly Matcher[]): (labels: LabelSet) => boolean {
  const tests = matchers.map(({ label, is, value }) => {
    const pattern = is === '=~' || is === '!~' ? anchored(value) : undefined;
    const negated = is === '!=' || is === '!~';
    return (labels: LabelSet) => {
      const found = Object.hasOwn(labels, label) ? (labels[label] ?? '') : '';
      return (pattern ? pattern.matches(found) : found === value) !== negated;
    };
  });
  return (labels) => tests.every((test) => test(labels));
}
