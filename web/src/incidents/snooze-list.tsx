import { useEffect } from 'preact/hooks';
import type { ApiSnooze } from '../../../src/model/index.ts';
import { now, onLedgerEvent } from '../api/live.ts';
import { mayAct, request } from '../api/session.ts';
import { ProblemView } from '../parts/problem-view.tsx';
import { useResource } from '../parts/use-resource.ts';
import { formatMoment } from '../text/format.ts';
import { isolated } from '../text/isolated.ts';
import { t } from '../text/text.ts';
import { useAct } from './use-act.ts';

/** Snoozes that act now, each with its end; nothing while there are none. */
export function SnoozeList({ shows = () => true }: { shows?: (snooze: ApiSnooze) => boolean }) {
  const { data, reload } = useResource('snoozes', (signal) =>
    request<{ items: ApiSnooze[] }>('GET', '/snoozes', { signal }),
  );
  useEffect(() => onLedgerEvent((event) => event.kind === 'snooze' && reload()), []);
  const { busy, problem, send } = useAct(reload);
  const items = (data?.items ?? []).filter((one) => Date.parse(one.until) > now.value && shows(one));
  if (items.length === 0) return null;
  return (
    <section class="notice notice-quiet snoozes" aria-labelledby="snoozes-title">
      <h2 id="snoozes-title">{t('handling.snooze.list')}</h2>
      <ul class="plain">
        {items.map((snooze) => (
          <li key={snooze.id} class="snooze">
            <strong>{nameOf(snooze)}</strong>
            <span class="quiet">
              <time dateTime={snooze.until}>{t('handling.snooze.ends', { time: formatMoment(snooze.until) })}</time> ·{' '}
              <bdi>{snooze.by}</bdi>
              {snooze.comment !== '' && (
                <>
                  {' '}
                  · <bdi>{snooze.comment}</bdi>
                </>
              )}
            </span>
            {mayAct() && (
              <button
                type="button"
                class="button"
                disabled={busy}
                aria-label={t('handling.snooze.endOne', { what: nameOf(snooze) })}
                onClick={() => void send('DELETE', `/snoozes/${encodeURIComponent(snooze.id)}`)}
              >
                {t('handling.snooze.end')}
              </button>
            )}
          </li>
        ))}
      </ul>
      {problem && <ProblemView problem={problem} />}
    </section>
  );
}

function nameOf({ policy, check, select, incident }: ApiSnooze): string {
  if (policy !== undefined) return t('handling.snooze.scope.policy', { name: isolated(policy) });
  if (check !== undefined) return t('handling.snooze.scope.check', { name: isolated(check) });
  if (select !== undefined) return t('handling.snooze.scope.select', { name: isolated(select) });
  return t('handling.snooze.scope.incident', { name: incident ?? '' });
}
