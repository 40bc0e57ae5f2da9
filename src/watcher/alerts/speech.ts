import { boundedEvidence, closedCode, conditionKey, labelValues, valueKey } from '../../agree/index.ts';
import {
  conditionText,
  formatDuration,
  type AlertFinding,
  type AlertPolicy,
  type AlertState,
  type Opinion,
  type OpinionState,
  type Outcome,
  type ProbeResult,
  type Reason,
} from '../../model/index.ts';

/** A policy that fires is a check that is down; one that was closed for want of data is no trouble any more. */
export const opinionStates: Readonly<Record<AlertState, OpinionState>> = {
  firing: 'down',
  fine: 'up',
  closed: 'up',
  unknown: 'unknown',
};

const outcomes: Readonly<Record<OpinionState, Outcome>> = {
  up: 'pass',
  degraded: 'degraded',
  down: 'fail',
  unknown: 'unknown',
};

/** Of what is met, so much is told: an opinion has bounds, and people read the first. */
const maxMet = 8;

/** What the cluster is told of one watcher's finding; what was seen stands among the values. */
export function opinionOf(finding: AlertFinding, policy: AlertPolicy, check: string, watcher: string): Opinion {
  const state = opinionStates[finding.state];
  const reason = reasonOf(finding, policy);
  return boundedEvidence({
    check,
    watcher,
    state,
    since: finding.since,
    ...(reason && { reason }),
    rounds: [outcomes[state]],
    results: resultsOf(finding, policy, outcomes[state]),
  });
}

function resultsOf({ met, resource }: AlertFinding, policy: AlertPolicy, outcome: Outcome): ProbeResult[] {
  const result = (values: ProbeResult['values']): ProbeResult => ({ host: policy.name, outcome, values });
  if (met.length === 0) return [result(labelValues(resource))];
  return met
    .slice(0, maxMet)
    .map(({ condition, value, resource: labels }) =>
      result({ ...labelValues(labels), [conditionKey]: condition, ...(value !== undefined && { [valueKey]: value }) }),
    );
}

function reasonOf({ state, met }: AlertFinding, policy: AlertPolicy): Reason | undefined {
  switch (state) {
    case 'firing': {
      const [first] = met;
      const condition = first && policy.conditions[first.condition];
      const seen = first?.value === undefined ? '' : `: ${Number(first.value.toPrecision(6))}`;
      const more = met.length > 1 ? `, and ${met.length - 1} more` : '';
      return { code: 'alert', text: `${condition ? conditionText(condition) : policy.name}${seen}${more}.` };
    }
    case 'closed':
      return { code: closedCode, text: `There were no data for ${formatDuration(policy['auto-close'])}.` };
    case 'unknown':
      return { code: 'alert-unknown', text: 'Too little is known to tell.' };
    default:
      return undefined;
  }
}
