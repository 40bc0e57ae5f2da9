import type { ApiObjective } from '../../../src/model/index.ts';
import { StateMark } from '../parts/state.tsx';
import { formatDuration, formatFinePercent, formatNumber, formatPercent } from '../text/format.ts';
import { t } from '../text/text.ts';

const marks = { met: 'up', 'at-risk': 'degraded', missed: 'down', unknown: 'unknown' } as const;

/** Mark and word, as those of checks. */
export function ObjectiveState({ state, large }: { state: ApiObjective['state']; large?: boolean }) {
  return (
    <span class={`state state-${marks[state]} ${large === true ? 'state-large' : ''}`}>
      <StateMark state={marks[state]} />
      <span>{t(`objectives.states.${state}`)}</span>
    </span>
  );
}

/** What is left of the budget, as a bar beside its figure: nobody needs the colour. */
export function BudgetBar({ objective }: { objective: Pick<ApiObjective, 'budget' | 'state'> }) {
  const { budget, state } = objective;
  const { leftPercent } = budget;
  if (leftPercent === undefined) return <span class="quiet">–</span>;
  return (
    <span class="budget-bar">
      <svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
        <rect class="budget-ground" width="100" height="10" />
        <rect class={`budget-left-${state}`} width={Math.max(0, Math.min(100, leftPercent))} height="10" />
      </svg>
      <span>{formatPercent(leftPercent)}</span>
    </span>
  );
}

export const reached = (percent: number | undefined): string =>
  percent === undefined ? '–' : formatFinePercent(percent);
export const rate = (value: number | undefined): string => (value === undefined ? '–' : formatNumber(value));
/** Of totals and budgets. */
export const amount = (value: number, unit: ApiObjective['unit']): string =>
  unit === 'ms' ? formatDuration(value) : formatNumber(value);
