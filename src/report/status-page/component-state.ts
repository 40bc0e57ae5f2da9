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
  const counts = noChecks();
  const last = noChecks();
  for (const { verdict, lastKnown = 'unknown', maintenance } of checks) {
    counts[maintenance ? 'maintenance' : verdict]++;
    last[maintenance ? 'maintenance' : lastKnown]++;
  }
  const state = stateOf(counts);
  return state.unknown ? { status: stateOf(last).status, unknown: true } : state;
}

/** How many checks have which verdict, those in maintenance apart. */
export type CheckCounts = Record<VerdictState | 'maintenance', number>;

export function noChecks(): CheckCounts {
  return { up: 0, degraded: 0, partial: 0, down: 0, unknown: 0, maintenance: 0 };
}

/** Rules 1 and 2, from the numbers alone. */
export function stateOf({ up, degraded, partial, down, maintenance }: CheckCounts): ComponentState {
  const known = up + degraded + partial + down;
  const status = statusOf({ known, degraded, partial, down });
  if (maintenance > 0 && (known === 0 || status === 'operational'))
    return { status: 'under_maintenance', unknown: false };
  return { status, unknown: known === 0 };
}

function statusOf({
  known,
  degraded,
  partial,
  down,
}: Record<'known' | 'degraded' | 'partial' | 'down', number>): ComponentStatus {
  if (down > 0 && down === known) return 'major_outage';
  if (down > 0 || partial > 0) return 'partial_outage';
  return degraded > 0 ? 'degraded_performance' : 'operational';
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
