import type { FlowFilterProblem } from '../../flow-filter-problem.ts';
import type { FlowSpeech } from './speech.ts';

/** What is wrong with a filter, without the place. */
export function flowFilterText(
  { expected, values, orListEnd = false, found, nearest }: Omit<FlowFilterProblem, 'column'>,
  { line }: FlowSpeech,
): string {
  const one = line(`expected.${expected}`, values);
  const wanted = orListEnd ? line('filter.or-list-end', { expected: one }) : one;
  const text =
    found === undefined
      ? line('filter.expected', { expected: wanted })
      : line('filter.found', {
          expected: wanted,
          found: found === null ? line('filter.the-end') : JSON.stringify(found),
        });
  return nearest === undefined ? text : line('filter.nearest', { text, word: nearest });
}

/** With the column, for where the filter is not beside it. */
export function flowFilterLine(problem: FlowFilterProblem, speech: FlowSpeech): string {
  return speech.line('filter.place', { column: problem.column, text: flowFilterText(problem, speech) });
}
