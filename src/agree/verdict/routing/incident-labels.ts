import { severities, type Check, type Configuration, type Incident, type Severity } from '../../../model/index.ts';

/** What a check says of itself by its label `severity`; undefined for other words. */
export function labelledSeverity({ labels }: Pick<Check, 'labels'>): Severity | undefined {
  return severities.find((severity) => severity === labels['severity']);
}

/** How urgent it is: as its policy says, as the label of its check says, or by what the verdict does to people. */
export function severityOf(
  incident: Pick<Incident, 'severity' | 'impact' | 'impactOverride'>,
  check?: Check,
): Severity {
  const said = incident.severity ?? (check && labelledSeverity(check));
  if (said) return said;
  const impact = incident.impactOverride ?? incident.impact;
  if (impact === 'critical') return 'critical';
  return impact === 'major' ? 'error' : 'warning';
}

/**
 * What routes match and group: the labels of the check or policy, those of the series that violates the policy, and what
 * the incident itself is. The latter go before labels that have the same name.
 */
export function labelsOfIncident(
  incident: Pick<Incident, 'check' | 'severity' | 'impact' | 'impactOverride' | 'resource'>,
  check: Check,
  configuration: Pick<Configuration, 'site'>,
  policy: string | undefined,
): Record<string, string> {
  return {
    site: configuration.site,
    ...(check.group !== undefined && { group: check.group }),
    ...(check.target !== undefined && { target: check.target }),
    ...check.labels,
    ...incident.resource,
    check: incident.check,
    type: check.type,
    ...(policy !== undefined && { policy }),
    severity: severityOf(incident, check),
    impact: incident.impactOverride ?? incident.impact,
  };
}
