import type { ApiIncident } from '../../../src/model/index.ts';

/** The policy that an incident is of: its check is named after it and, where there is one, after the resource. */
export function policyOf({ check, severity, resource }: ApiIncident): string | undefined {
  // Incidents of checks have no severity.
  if (severity === undefined) return undefined;
  const hasResource = Object.keys(resource ?? {}).length > 0;
  return hasResource ? check.slice(0, check.lastIndexOf('@')) : check;
}
