import { burnPairs, type AlertPolicy, type Configuration } from '../../model/index.ts';
import { metricProblems, type MetricProblem } from '../alerts/metric-problems.ts';

type Given = Pick<Configuration, 'alerts' | 'objectives'>;

/** The policies that people wrote: those of objectives come after them. */
export function writtenPolicies({ alerts, objectives = [] }: Given): readonly AlertPolicy[] {
  const derived = new Set(objectives.flatMap((one) => burnPairs(one).map(({ policy }) => policy)));
  return alerts.filter(({ name }) => !derived.has(name));
}

/** Counters of objectives that do not exist, at the place where people wrote them, and once for all policies. */
export function counterProblems({ alerts, objectives = [] }: Given): MetricProblem[] {
  return objectives.flatMap((objective, place) => {
    if (!objective.indicator.counters) return [];
    const first = alerts.find(({ name }) => burnPairs(objective).some(({ policy }) => policy === name));
    const [found] = first ? metricProblems([first]) : [];
    return found ? [{ ...found, path: ['objectives', place, 'indicator', 'counters'] }] : [];
  });
}
