import { alertPolicySchema, type AlertPolicy, type ConditionReadings } from '../../../model/index.ts';

/** What the tests of this folder share. */

export const minute = 60_000;

/** Latency above 10 of each check, with whatever else a test wants. */
export function latencyPolicy(
  given: Record<string, unknown> = {},
  condition: Record<string, unknown> = {},
): AlertPolicy {
  return alertPolicySchema.parse({
    name: 'latency',
    interval: '1m',
    'auto-close': '10m',
    conditions: [above(10, condition)],
    ...given,
  });
}

export function above(limit: number, given: Record<string, unknown> = {}): Record<string, unknown> {
  return { threshold: { metric: 'latency', 'group-by': ['check'], above: limit }, ...given };
}

/** `{ web: 20, mail: undefined }` is one reading for each check; those without a value had their newest datum at 0. */
export function readings(values: Readonly<Record<string, number | undefined>>, at: number): ConditionReadings {
  return Object.entries(values).map(([check, value]) => ({
    labels: { check },
    value,
    newestAt: value === undefined ? 0 : at,
  }));
}
