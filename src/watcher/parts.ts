import { z } from 'zod';
import { notifiers } from '../act/index.ts';
import { configurationSchema, type ConfigurationParts, type ConfigurationSchema } from '../model/index.ts';
import { probes } from '../observe/index.ts';
import { metricProblems } from './alerts/metric-problems.ts';
import { conntrackFilterProblems } from './flows/conntrack-filter.ts';
import { priceFilterProblems } from './flows/price-filters.ts';
import { counterProblems, writtenPolicies } from './slo/counter-problems.ts';

/** What registers itself: a new probe or notifier is one file and its line in the registry of its verb. */
export const configurationParts: ConfigurationParts = { probes, notifiers };

export const configuration = configurationSchema(configurationParts);

/**
 * The same for what people write, which may name no metric that does not exist. What is in the ledger is not asked: another
 * version may know other metrics, and all members must read it the same.
 */
export const checkedConfiguration: ConfigurationSchema = configuration.superRefine((given, context) => {
  const problems = [
    ...metricProblems(writtenPolicies(given)),
    ...counterProblems(given),
    ...conntrackFilterProblems(given),
    ...priceFilterProblems(given),
  ];
  for (const { path, message } of problems) context.addIssue({ code: 'custom', path, message });
});

/** The JSON Schema (2020-12) of `quorumwatch.yaml`, for editors. */
export function configurationJsonSchema(): object {
  const schema = z.toJSONSchema(configuration, { io: 'input', unrepresentable: 'any' });
  return { ...schema, $id: 'quorumwatch.schema.json', title: 'quorumwatch.yaml' };
}
