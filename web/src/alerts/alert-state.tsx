import type { ApiAlertFinding, ApiAlertSummary } from '../../../src/model/index.ts';
import { StateMark } from '../parts/state.tsx';
import { t } from '../text/text.ts';

const marks = {
  firing: 'down',
  disputed: 'partial',
  fine: 'up',
  unknown: 'unknown',
  disabled: 'disabled',
  closed: 'disabled',
} as const;

export type AnyAlertState = ApiAlertSummary['state'] | ApiAlertFinding['state'];

/** Mark and word, as those of checks. */
export function AlertState({ state, large }: { state: AnyAlertState; large?: boolean }) {
  return (
    <span class={`state state-${marks[state]} ${large === true ? 'state-large' : ''}`}>
      <StateMark state={marks[state]} />
      <span>{t(`alerts.states.${state}`)}</span>
    </span>
  );
}

/** The labels of a resource; without any it is all that the policy looks at. */
export function ResourceLabels({ labels }: { labels: Readonly<Record<string, string>> }) {
  const entries = Object.entries(labels);
  if (entries.length === 0) return <span class="quiet">{t('alerts.everything')}</span>;
  return (
    <span class="label-list">
      {entries.map(([key, value]) => (
        <bdi key={key} class="label-pair">
          {key}={value}
        </bdi>
      ))}
    </span>
  );
}
