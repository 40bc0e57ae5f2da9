import type { AlertView } from '../../agree/index.ts';
import {
  conditionText,
  formatInstant,
  type AlertFinding,
  type AlertPolicy,
  type ApiAlertDetail,
  type ApiAlertFinding,
  type ApiAlertResource,
  type ApiAlertSummary,
  type ApiBacktest,
} from '../../model/index.ts';
import { presentIncident } from '../present.ts';
import type { BacktestResult } from './backtest/backtest.ts';
import type { PolicyRun } from './policy-run.ts';

/** From policies and what is agreed of them to the shapes of the API. */

type State = ApiAlertSummary['state'];

/** From worst to best. */
const order: readonly State[] = ['firing', 'disputed', 'unknown', 'fine', 'disabled'];
const maxResources = 1000;
const maxFindings = 500;
const maxIncidents = 1000;

function stateOf({ check, verdict }: AlertView): State {
  if (check.disabled) return 'disabled';
  if (verdict === 'down' || verdict === 'degraded') return 'firing';
  if (verdict === 'partial') return 'disputed';
  return verdict === 'up' ? 'fine' : 'unknown';
}

const byState = (a: { state: State }, b: { state: State }) => order.indexOf(a.state) - order.indexOf(b.state);

/** `alerts` are the policy itself and its resources. */
export function presentAlert(
  policy: AlertPolicy,
  alerts: readonly AlertView[],
  run: PolicyRun | undefined,
): ApiAlertSummary {
  const states = alerts.map((alert) => ({ state: stateOf(alert), since: alert.since, isWhole: isWhole(alert) }));
  const here = run && presentHere(run);
  // The check of the policy as a whole is judged only where it has one incident, or no labels; what is fine here is fine.
  const told = states.filter(({ state, isWhole: whole }) => !whole || state !== 'unknown').sort(byState);
  const worst = told[0];
  const state = policy.disabled ? 'disabled' : (worst?.state ?? (isFineHere(run) ? 'fine' : 'unknown'));
  return {
    name: policy.name,
    ...(policy.comment !== undefined && { comment: policy.comment }),
    severity: policy.severity,
    labels: policy.labels,
    state,
    ...(worst?.since !== undefined && worst.state === state && { since: formatInstant(worst.since) }),
    firing: states.filter((one) => one.state === 'firing').length,
    incidents: alerts.flatMap(({ incident }) => incident ?? []),
    intervalMs: policy.interval,
    conditions: policy.conditions.map(conditionText),
    ...(here && { here }),
  };
}

function isWhole({ resource }: AlertView): boolean {
  return Object.keys(resource).length === 0;
}

function isFineHere(run: PolicyRun | undefined): boolean {
  const states = [...(run?.evaluation.findings() ?? [])].map(({ state }) => state);
  return states.length > 0 && states.every((state) => state === 'fine' || state === 'closed');
}

function presentHere({ evaluation, error }: PolicyRun): NonNullable<ApiAlertSummary['here']> {
  const findings = [...evaluation.findings()];
  const { series, firing } = evaluation.omitted;
  return {
    ...(evaluation.at !== undefined && { at: formatInstant(evaluation.at) }),
    resources: findings.length,
    firing: findings.filter(({ state }) => state === 'firing').length,
    ...(error !== undefined && { error }),
    omittedSeries: series,
    omittedFiring: firing,
  };
}

export function presentAlertDetail(
  policy: AlertPolicy,
  alerts: readonly AlertView[],
  run: PolicyRun | undefined,
  configuration: Record<string, unknown>,
): ApiAlertDetail {
  const resources = alerts
    .map(presentResource)
    .filter(({ labels, state }) => Object.keys(labels).length > 0 || state !== 'unknown')
    .sort(byState);
  const findings = [...(run?.evaluation.findings() ?? [])].sort((a, b) => rank(a) - rank(b));
  return {
    ...presentAlert(policy, alerts, run),
    configuration,
    resources: resources.slice(0, maxResources),
    omittedResources: Math.max(0, resources.length - maxResources),
    findings: findings.slice(0, maxFindings).map((finding) => presentFinding(finding, policy)),
    omittedFindings: Math.max(0, findings.length - maxFindings),
  };
}

const rank = ({ state }: AlertFinding) => ['firing', 'unknown', 'closed', 'fine'].indexOf(state);

function presentFinding({ resource, state, since, met }: AlertFinding, policy: AlertPolicy): ApiAlertFinding {
  return {
    labels: resource,
    state,
    since: formatInstant(since),
    met: met.flatMap(({ condition, value, resource: labels }) => {
      const given = policy.conditions[condition];
      return given ? [{ condition: conditionText(given), ...(value !== undefined && { value }), labels }] : [];
    }),
  };
}

function presentResource(alert: AlertView): ApiAlertResource {
  const { check, resource, since, reason, opinions, silent, flapping, maintenance, snooze, suppressedBy } = alert;
  return {
    check: check.name,
    labels: resource,
    state: stateOf(alert),
    ...(since !== undefined && { since: formatInstant(since) }),
    ...(reason && { reason: reason.text }),
    opinions: Object.fromEntries(Object.entries(opinions).map(([watcher, { state }]) => [watcher, state])),
    silent: [...silent],
    flapping,
    ...(maintenance !== undefined && { maintenance }),
    ...(snooze && { snooze: snooze.id }),
    ...(suppressedBy !== undefined && { suppressedBy }),
    ...(alert.incident !== undefined && { incident: alert.incident }),
  };
}

export function presentBacktest(from: number, result: BacktestResult): ApiBacktest {
  const { to, incidents, omittedIncidents, policies, problems, ...rest } = result;
  return {
    ...rest,
    from: formatInstant(from),
    to: formatInstant(to),
    policies: [...policies],
    incidents: incidents.slice(0, maxIncidents).map(({ incident, notices }) => ({
      ...presentIncident(incident),
      notices: notices.map(({ at, receiver, message }) => ({ at: formatInstant(at), receiver, message })),
    })),
    omittedIncidents: omittedIncidents + Math.max(0, incidents.length - maxIncidents),
    problems: [...problems],
  };
}
