import { z } from 'zod';
import {
  alertPolicySchema,
  alertsSchema,
  QwError,
  readDocumentText,
  validateConfiguration,
  type Configuration,
  type ConfigurationIssue,
} from '../../model/index.ts';
import { checkedConfiguration } from '../parts.ts';

const maxPolicies = 200;

/**
 * Reads what a back-test is given: one policy, a list of them, or a configuration. What it lacks, such as receivers, is
 * as in the document that is in force. Throws CONFIG_INVALID with line and column of what is wrong within it.
 */
export function readPolicies(yaml: string, inForce: unknown): Configuration {
  const file = 'policies';
  const read = readDocumentText(yaml, file, z.unknown());
  if (!read.ok) throw invalid(read.issues);
  const alerts = policiesOf(read.value);
  if (alerts) {
    const schema: z.ZodType = Array.isArray(read.value) ? alertsSchema : alertPolicySchema;
    const checked = readDocumentText(yaml, file, schema);
    if (!checked.ok) throw invalid(checked.issues);
  }
  const given = alerts ? { alerts } : read.value;
  const document = isMap(inForce) && isMap(given) ? { ...inForce, ...unsaid(given), ...given } : given;
  const result = validateConfiguration(document, file, checkedConfiguration);
  if (!result.ok) throw invalid(result.issues);
  const { configuration } = result;
  const count = configuration.alerts.length;
  if (count === 0) throw new QwError('BAD_INPUT', 'there is no alerting policy in it', { where: file });
  if (count > maxPolicies) {
    throw new QwError('REQUEST_TOO_LARGE', `a back-test takes ${maxPolicies} policies at a time, found ${count}`);
  }
  return configuration;
}

/** Policies are written, or follow from objectives: who gives some of either kind means these and no others. */
function unsaid(given: Record<string, unknown>): object {
  return 'alerts' in given || 'objectives' in given ? { alerts: [], objectives: [] } : {};
}

function policiesOf(value: unknown): unknown[] | undefined {
  if (Array.isArray(value)) return value as unknown[];
  return isMap(value) && 'conditions' in value ? [value] : undefined;
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function invalid(issues: readonly ConfigurationIssue[]): QwError {
  const count = issues.length;
  return new QwError('CONFIG_INVALID', `the policies have ${count} ${count === 1 ? 'error' : 'errors'}`, {
    where: 'policies',
    facts: { issues },
  });
}
