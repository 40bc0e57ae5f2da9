import type { ApiActionStatus, ApiIncident, ApiProbeResult } from '../../../src/model/index.ts';
import type { RowState } from '../overview/rows.ts';
import { formatList } from '../text/format.ts';
import { t } from '../text/text.ts';

/** States are told apart by shape and word first, by colour only in addition. */

const marks: Record<RowState, string> = {
  up: 'M4.6 8.3 7 10.7l4.5-5',
  degraded: 'M8 4.4v4.4M8 11.2v.3',
  partial: 'M8 1.5v13M8 1.5a6.5 6.5 0 0 1 0 13z',
  down: 'M5.3 5.3l5.4 5.4M10.7 5.3l-5.4 5.4',
  unknown: 'M6.2 6.3a1.9 1.9 0 1 1 2.6 1.8c-.6.3-.8.6-.8 1.2M8 11.6v.2',
  disabled: 'M6.2 5.5v5M9.8 5.5v5',
};
const outlines: Record<RowState, string> = {
  up: 'M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13z',
  degraded: 'M8 1.4 15 14H1z',
  partial: 'M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13z',
  down: 'M5.3 1.5h5.4l3.8 3.8v5.4l-3.8 3.8H5.3l-3.8-3.8V5.3z',
  unknown: 'M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13z',
  disabled: 'M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13z',
};

export function StateMark({ state }: { state: RowState }) {
  return (
    <svg class={`mark mark-${state}`} viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">
      <path class="mark-body" d={outlines[state]} />
      <path class="mark-sign" d={marks[state]} />
    </svg>
  );
}

/** Mark and word. */
export function State({ state, large }: { state: RowState; large?: boolean }) {
  return (
    <span class={`state state-${state} ${large ? 'state-large' : ''}`}>
      <StateMark state={state} />
      <span>{t(`state.${state}`)}</span>
    </span>
  );
}

const roundState = { pass: 'up', degraded: 'degraded', fail: 'down', unknown: 'unknown' } as const;

/** What a watcher saw in its last rounds, oldest first. */
export function Rounds({ rounds }: { rounds: readonly ApiProbeResult['outcome'][] }) {
  const shown = rounds.slice(-20);
  const words = formatList(shown.map((outcome) => t(`outcome.${outcome}`)));
  return (
    <span class="rounds" role="img" aria-label={t('check.rounds', { words: words || t('none') })} title={words}>
      {shown.map((outcome) => (
        <StateMark state={roundState[outcome]} />
      ))}
    </span>
  );
}

export function Outcome({ outcome }: { outcome: ApiProbeResult['outcome'] }) {
  const state = roundState[outcome];
  return (
    <span class={`state state-${state}`}>
      <StateMark state={state} />
      <span>{t(`outcome.${outcome}`)}</span>
    </span>
  );
}

const incidentState = { investigating: 'down', identified: 'degraded', monitoring: 'partial', resolved: 'up' } as const;

export function IncidentState({ status }: { status: ApiIncident['status'] }) {
  return (
    <span class={`state incident-state state-${incidentState[status]}`}>
      <StateMark state={incidentState[status]} />
      <span>{t(`incidentStatus.${status}`)}</span>
    </span>
  );
}

const actionState = {
  waiting: 'disabled',
  running: 'partial',
  done: 'up',
  failed: 'down',
  unknown: 'unknown',
  dropped: 'disabled',
} as const satisfies Record<ApiActionStatus['state'], RowState>;

export function ActionState({ state }: { state: ApiActionStatus['state'] }) {
  return (
    <span class={`state state-${actionState[state]}`}>
      <StateMark state={actionState[state]} />
      <span>{t(`actionState.${state}`)}</span>
    </span>
  );
}
