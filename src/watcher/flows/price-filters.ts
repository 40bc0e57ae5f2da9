import { QwError, type Configuration } from '../../model/index.ts';
import { parseFilter } from '../../explain/index.ts';

/** What is wrong with the filters of prices in a configuration, each at its place there. */
export function priceFilterProblems({
  flows,
}: Pick<Configuration, 'flows'>): { path: (string | number)[]; message: string }[] {
  return (flows?.prices?.['per-GiB'] ?? []).flatMap(({ to }, at) => {
    try {
      parseFilter(to);
      return [];
    } catch (problem) {
      if (!(problem instanceof QwError)) throw problem;
      const message = problem.hint === undefined ? problem.message : `${problem.message}; ${problem.hint}`;
      return [{ path: ['flows', 'prices', 'per-GiB', at, 'to'], message }];
    }
  });
}
