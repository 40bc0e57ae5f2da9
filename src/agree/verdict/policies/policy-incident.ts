import {
  conditionText,
  formatDuration,
  formatInstant,
  type AlertPolicy,
  type CountedOpinion,
  type Incident,
  type Severity,
} from '../../../model/index.ts';
import { closedCode, metOf } from './alert-opinion.ts';
import type { CheckState } from '../state.ts';

/** What an incident of a policy says; all of it follows from the ledger, so every member writes the same. */

type PolicyParts = Pick<Incident, 'title' | 'impact' | 'severity' | 'resource' | 'documentation'>;

const impacts: Readonly<Record<Severity, Incident['impact']>> = {
  warning: 'minor',
  error: 'major',
  critical: 'critical',
};
const maxSubject = 255;
const maxContent = 8192;

export function policyParts(policy: AlertPolicy, state: CheckState, opinion: CountedOpinion | undefined): PolicyParts {
  const { severity, documentation } = policy;
  const fill = filler(policy, state, opinion);
  const { subject, content, runbook } = documentation;
  const filled = subject === undefined ? undefined : fill(subject).slice(0, maxSubject);
  const documented = filled !== undefined || content !== '' || runbook !== undefined;
  return {
    title: filled === undefined || filled.trim() === '' ? `${policy.name} fires${ofResource(state)}` : filled,
    impact: impacts[severity],
    severity,
    ...(state.resource && { resource: state.resource }),
    ...(documented && {
      documentation: {
        ...(filled !== undefined && { subject: filled }),
        content: fill(content).slice(0, maxContent),
        ...(runbook !== undefined && { runbook }),
      },
    }),
  };
}

/** Why an incident of a policy is over. */
export function endText({ name, 'auto-close': autoClose }: AlertPolicy, state: CheckState): string {
  const closed = Object.values(state.opinions).find(({ reason }) => reason?.code === closedCode);
  if (closed) return `${name}${ofResource(state)} is closed: there were no data for ${formatDuration(autoClose)}.`;
  return `${name}${ofResource(state)} is fine again.`;
}

function ofResource({ resource = {} }: Pick<CheckState, 'resource'>): string {
  const labels = Object.entries(resource).map(([label, value]) => `${label} ${value}`);
  return labels.length === 0 ? '' : ` for ${labels.join(', ')}`;
}

/** `${policy}`, `${condition}`, `${resource}`, `${value}`, `${severity}`, `${since}`, `${watcher}`, `${label.NAME}`. */
function filler(policy: AlertPolicy, state: CheckState, opinion: CountedOpinion | undefined): (text: string) => string {
  const met = opinion && metOf(opinion)[0];
  const condition = met && policy.conditions[met.condition];
  const labels: Readonly<Record<string, string>> = { ...state.resource, ...met?.labels, ...policy.labels };
  const values: Readonly<Record<string, string>> = {
    policy: policy.name,
    condition: condition ? conditionText(condition) : '',
    resource: ofResource(state).replace(/^ for /, ''),
    value: met?.value === undefined ? '' : String(Number(met.value.toPrecision(6))),
    severity: policy.severity,
    since: state.since === undefined ? '' : formatInstant(state.since),
    watcher: opinion?.watcher ?? '',
    runbook: policy.documentation.runbook ?? '',
  };
  return (text) =>
    text.replaceAll(
      /\$\{(label\.)?([a-zA-Z_][a-zA-Z0-9_.-]*)\}/g,
      (whole: string, isLabel: string | undefined, name: string) => {
        const from = isLabel === undefined ? values : labels;
        if (Object.hasOwn(from, name)) return from[name] ?? '';
        return isLabel === undefined ? whole : '';
      },
    );
}
