import type { CheckView, ActionState } from '../agree/index.ts';
import {
  deedOf,
  formatDuration,
  formatInstant,
  type ApiActionStatus,
  type ApiCheckSummary,
  type ApiIncident,
  type ApiOpinion,
  type ApiProbeResult,
  type ApiSample,
  type ApiTransition,
  type Check,
  type Incident,
  type Opinion,
  type Postmortem,
  type ProbeResult,
  type Transition,
} from '../model/index.ts';
import type { JudgedSample, TelemetryStore } from '../store/index.ts';
import { describeIntent } from './describe.ts';
import type { PastTransition } from './history.ts';

/** From the vocabulary to the shapes of the API. */

const stripCells = 48;

function presentResult(result: ProbeResult): ApiProbeResult {
  return {
    ...result,
    values: Object.fromEntries(
      Object.entries(result.values).map(([key, value]) => [key, typeof value === 'object' ? [...value] : value]),
    ),
  };
}

export function presentOpinion(opinion: Opinion): ApiOpinion {
  return {
    ...opinion,
    since: formatInstant(opinion.since),
    rounds: [...opinion.rounds],
    results: opinion.results.map(presentResult),
  };
}

export function presentTransition(transition: PastTransition): ApiTransition {
  const { silent, ...rest } = transition;
  return {
    ...rest,
    time: formatInstant(transition.time),
    since: formatInstant(transition.since),
    opinions: transition.opinions.map(presentOpinion),
    votes: votesOf(transition),
    ...(silent && { silent: [...silent] }),
  };
}

function votesOf({ to, opinions, silent = [] }: Transition): ApiTransition['votes'] {
  const said = opinions.map(({ watcher, state }): ApiTransition['votes'][number] => {
    if (silent.includes(watcher)) return { watcher, vote: 'silent', state };
    // Up and degraded together make degraded: both say that it answers.
    const agrees = state === to || (to === 'degraded' && state === 'up');
    return { watcher, vote: agrees ? 'for' : state === 'unknown' ? 'unknown' : 'against', state };
  });
  const named = new Set(opinions.map(({ watcher }) => watcher));
  return [
    ...said,
    ...silent.filter((watcher) => !named.has(watcher)).map((watcher) => ({ watcher, vote: 'silent' as const })),
  ];
}

export function presentSample(sample: JudgedSample): ApiSample {
  return { ...sample, startedAt: formatInstant(sample.startedAt), results: sample.results.map(presentResult) };
}

export function presentIncident(incident: Incident): ApiIncident {
  // What routing remembers of it stands in the ledger; people see who was told, and the timeline.
  const { notices: _notices, groups: _groups, escalations: _escalations, owed: _owed, ...shown } = incident;
  const { openedAt, resolvedAt, acknowledged, assigned, cause, postmortem, sameCause, updates, ...rest } = shown;
  return {
    ...rest,
    ...(assigned && { assigned: { ...assigned, at: formatInstant(assigned.at) } }),
    ...(cause && { cause: { ...cause, at: formatInstant(cause.at) } }),
    ...(postmortem && { postmortem: presentPostmortem(postmortem) }),
    ...(sameCause && { sameCause: [...sameCause] }),
    affected: [...incident.affected],
    told: [...incident.told],
    transitions: [...incident.transitions],
    openedAt: formatInstant(openedAt),
    ...(resolvedAt === undefined ? {} : { resolvedAt: formatInstant(resolvedAt) }),
    ...(acknowledged ? { acknowledged: { by: acknowledged.by, at: formatInstant(acknowledged.at) } } : {}),
    updates: updates.map((update) => ({ ...update, at: formatInstant(update.at) })),
  };
}

function presentPostmortem({ at, published, ...rest }: Postmortem): NonNullable<ApiIncident['postmortem']> {
  return {
    ...rest,
    at: formatInstant(at),
    ...(published && { published: { ...published, at: formatInstant(published.at) } }),
  };
}

export function presentAction(action: ActionState): ApiActionStatus {
  const { intent, receipt } = action;
  return {
    id: intent.id,
    check: intent.cause.check,
    transition: intent.cause.transition,
    ...(intent.cause.incident === undefined ? {} : { incident: intent.cause.incident }),
    what: describeIntent(intent),
    deed: deedOf(intent),
    state: action.state,
    attempts: action.attempts,
    at: formatInstant(action.at),
    ...(receipt ? { text: receipt.text } : {}),
    ...(receipt?.output === undefined ? {} : { output: receipt.output }),
    ...(receipt?.exitCode === undefined ? {} : { exitCode: receipt.exitCode }),
  };
}

export function hostOf(check: Check): string {
  return check.host ?? check.anchors?.join(', ') ?? '';
}

export function presentCheck(view: CheckView, store: TelemetryStore): ApiCheckSummary {
  const { check } = view;
  const last = store.last(check.name);
  return {
    name: check.name,
    type: check.type,
    host: hostOf(check),
    labels: check.labels,
    disabled: check.disabled,
    verdict: view.verdict,
    flapping: view.flapping,
    maintenance: view.maintenance !== undefined,
    intervalMs: check.interval,
    opinions: Object.fromEntries(Object.entries(view.opinions).map(([watcher, opinion]) => [watcher, opinion.state])),
    silent: [...view.silent],
    strip: store.strip(check.name, stripCells).map((cell) => ({
      from: formatInstant(cell.from),
      state: cell.worst,
      passed: cell.passed + cell.degraded,
      failed: cell.failed,
    })),
    ...(check.comment === undefined ? {} : { comment: check.comment }),
    ...(check.target === undefined ? {} : { target: check.target }),
    ...(view.since === undefined ? {} : { since: formatInstant(view.since) }),
    ...(view.reason === undefined ? {} : { reason: view.reason }),
    ...(view.snooze ? { snoozedUntil: formatInstant(view.snooze.until) } : {}),
    ...(view.suppressedBy === undefined ? {} : { suppressedBy: view.suppressedBy }),
    ...(last?.latencyMs === undefined ? {} : { latencyMs: last.latencyMs }),
    ...(last?.lossPercent === undefined ? {} : { lossPercent: last.lossPercent }),
    ...(last === undefined ? {} : { lastSampleAt: formatInstant(last.startedAt) }),
  };
}

const durationKeys =
  /^(interval|timeout|retry-interval|start-delay|startup-delay|hold-down|hold-down-max|packet-interval|thr-(max|avg|stdev|jitter|tcp-conn-time|http-time)|delayMs|timeoutMs)$/;

/** A check as configured, with defaults, durations written as people write them, and nothing that is a secret. */
export function presentConfiguration(check: Check): Record<string, unknown> {
  const { options, ...common } = check;
  return tidy({ ...common, ...options }) as Record<string, unknown>;
}

function tidy(value: unknown, key = ''): unknown {
  if (typeof value === 'number' && durationKeys.test(key)) return formatDuration(value);
  if (typeof value !== 'object' && /password|token|authorization/i.test(key) && !key.endsWith('-file'))
    return '[secret]';
  if (Array.isArray(value)) return value.map((item) => tidy(item));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([inner, one]) => [inner, tidy(one, inner)]));
}
