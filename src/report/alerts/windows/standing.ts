import {
  matchesSelector,
  type AlertCondition,
  type ConditionReading,
  type EpochMs,
  type VerdictState,
} from '../../../model/index.ts';
import type { Labels } from './window-query.ts';

/** Conditions that look at no metric: 1 where it is as they ask, 0 where it is not. */

export interface StandingVerdict {
  check: string;
  labels: Labels;
  verdict: VerdictState;
}

/** How many members are missing: none, some, as many as may be, more than that. */
const quorumStates = ['whole', 'reduced', 'critical', 'lost'] as const;
export type QuorumState = (typeof quorumStates)[number];

/** One reading for each check that is chosen. `resourceOf` gives the same labels for the same name. */
export function readVerdicts(
  { checks, select, is }: NonNullable<AlertCondition['verdict']>,
  verdicts: Iterable<StandingVerdict>,
  at: EpochMs,
  resourceOf: (check: string) => Labels,
): ConditionReading[] {
  const named = checks && new Set(checks);
  const readings: ConditionReading[] = [];
  for (const { check, labels, verdict } of verdicts) {
    if (named ? !named.has(check) : select !== undefined && !matchesSelector(select, labels)) continue;
    readings.push({ labels: resourceOf(check), value: is.some((state) => state === verdict) ? 1 : 0, newestAt: at });
  }
  return readings;
}

const noLabels: Labels = {};

/** At least as bad as the condition says; nothing is seen where the state cannot be told. */
export function readQuorum(
  { is }: NonNullable<AlertCondition['quorum']>,
  state: QuorumState | undefined,
  at: EpochMs,
): ConditionReading[] {
  if (state === undefined) return [{ labels: noLabels, value: undefined, newestAt: undefined }];
  const value = quorumStates.indexOf(state) >= quorumStates.indexOf(is) ? 1 : 0;
  return [{ labels: noLabels, value, newestAt: at }];
}
