import { connection } from '../api/live.ts';
import { t } from '../text/text.ts';
import { Since } from './moment.tsx';

/** Whether what is on screen is true now. */
export function LiveIndicator() {
  const { state, since } = connection.value;
  return (
    <span class={`live live-${state}`} data-connection={state}>
      <span class="live-dot" aria-hidden="true" />
      <span role="status">{t(`connection.${state}`)}</span>
      {(state === 'stale' || state === 'reconnecting') && (
        <span class="live-since">
          {t('connection.since')} <Since time={new Date(since).toISOString()} ago />
        </span>
      )}
    </span>
  );
}
