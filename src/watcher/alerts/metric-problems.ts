import { QwError, type AlertPolicy } from '../../model/index.ts';
import { resolvePolicy } from './readings/index.ts';

export interface MetricProblem {
  path: (string | number)[];
  message: string;
}

/** Metrics that do not exist and aggregates that they do not have: the configuration itself knows no metrics. */
export function metricProblems(policies: readonly AlertPolicy[]): MetricProblem[] {
  return policies.flatMap((policy, place) =>
    policy.conditions.flatMap((condition, at): MetricProblem[] => {
      try {
        resolvePolicy({ ...policy, conditions: [condition] }, 0);
        return [];
      } catch (thrown) {
        if (!(thrown instanceof QwError)) throw thrown;
        return [{ path: ['alerts', place, 'conditions', at], message: thrown.message }];
      }
    }),
  );
}
