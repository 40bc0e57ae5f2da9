import type { VerdictState } from '../../model/index.ts';

/**
 * What a component is, from the verdicts of what it stands for. Names are those of common status pages.
 *
 * 1. Checks in maintenance are left out. When there are some, and nothing is wrong with the others, it is
 *    `under_maintenance`.
 * 2. Of the others, only those count whose verdict is known. All of them down: `major_outage`. Some down, or partial
 *    (watchers disagree, so some places reach it and some don't): `partial_outage`. Some degraded:
 *    `degraded_performance`. Else `operational`.
 * 3. When no verdict is known, nobody knows: rule 2 is applied to what was known last, and the page says so.
 */

export const componentStatuses = [
  'operational',
  'degraded_performance',
  'partial_outage',
  'major_outage',
  'under_maintenance',
] as const;
export type ComponentStatus = (typeof componentStatuses)[number];

/** One check as it counts for a component. */
export interface CountedCheck {
  verdict: VerdictState;
  /** The last verdict that was known; equal to the verdict where that is. */
  lastKnown?: VerdictState;
  maintenance: boolean;
}

export interface ComponentState {
  status: ComponentStatus;
  /** The status rests on what was known last, or on nothing. */
  unknown: boolean;
}

export function componentState(checks: readonly CountedCheck[]): ComponentState {
  const others = checks.filter(({ maintenance }) => !maintenance);
  const known = others.map(({ verdict }) => verdict).filter((verdict) => verdict !== 'unknown');
  const unknown = known.length === 0 && others.length > 0;
  const last = others.flatMap(({ lastKnown = 'unknown' }) => (lastKnown === 'unknown' ? [] : [lastKnown]));
  const status = statusOf(unknown ? last : known);
  if (others.length < checks.length && (unknown || status === 'operational'))
    return { status: 'under_maintenance', unknown: false };
  return { status, unknown: unknown || checks.length === 0 };
}

function statusOf(verdicts: readonly VerdictState[]): ComponentStatus {
  const down = verdicts.filter((verdict) => verdict === 'down').length;
  if (down > 0 && down === verdicts.length) return 'major_outage';
  if (down > 0 || verdicts.includes('partial')) return 'partial_outage';
  return verdicts.includes('degraded') ? 'degraded_performance' : 'operational';
}

/** From best to worst, maintenance between what is well and what is not. */
export const severityOrder: readonly ComponentStatus[] = [
  'operational',
  'under_maintenance',
  'degraded_performance',
  'partial_outage',
  'major_outage',
];

export type Indicator = 'none' | 'minor' | 'major' | 'critical';

/**
 * Of the whole page: `critical` when every component has a major outage, `major` when one has an outage, `minor` when one
 * is degraded, else `none`.
 */
export function indicatorOf(statuses: readonly ComponentStatus[]): Indicator {
  if (statuses.length > 0 && statuses.every((status) => status === 'major_outage')) return 'critical';
  if (statuses.includes('major_outage') || statuses.includes('partial_outage')) return 'major';
  return statuses.includes('degraded_performance') ? 'minor' : 'none';
}
