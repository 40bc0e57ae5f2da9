import type { ApiProblem } from '../../../src/model/index.ts';
import { filterProblemText } from '../text/flows.ts';

export interface FilterError {
  message: string;
  /** The first character is 1; missing where no single place is to blame. */
  column: number | undefined;
}

/** What is wrong with the filter, where the problem is about it and not about something else. */
export function filterErrorOf(problem: ApiProblem | undefined): FilterError | undefined {
  const filter = problem?.filter;
  return filter && { message: filterProblemText(filter), column: filter.column };
}
