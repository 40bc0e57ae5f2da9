import { useState } from 'preact/hooks';
import type { ApiIncident } from '../../../src/model/index.ts';
import { clockAheadMs } from '../api/live.ts';
import { Dialog } from '../parts/dialog.tsx';
import { ProblemView } from '../parts/problem-view.tsx';
import { isolated } from '../text/isolated.ts';
import { t } from '../text/text.ts';
import { policyOf } from './policy-of.ts';
import { useAct } from './use-act.ts';

const minuteMs = 60_000;
const lengthsMs = {
  '30m': 30 * minuteMs,
  '2h': 120 * minuteMs,
  '8h': 480 * minuteMs,
  '1d': 1440 * minuteMs,
  '7d': 10_080 * minuteMs,
} as const;
type Length = keyof typeof lengthsMs;
const lengths = Object.keys(lengthsMs) as Length[];

/** Asks what shall be quiet, for how long and why. */
export function SnoozeDialog({ incident, onClose }: { incident: ApiIncident; onClose: () => void }) {
  const policy = policyOf(incident);
  const [what, setWhat] = useState<'incident' | 'all'>('incident');
  const [length, setLength] = useState<Length>('2h');
  const [comment, setComment] = useState('');
  const { busy, problem, send } = useAct(onClose);
  const all = policy === undefined ? { check: incident.check } : { policy };
  const allText =
    policy === undefined
      ? t('handling.snooze.check', { check: isolated(incident.check) })
      : t('handling.snooze.policy', { policy: isolated(policy) });
  return (
    <Dialog title={t('handling.snooze.title')} onClose={onClose}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          const until = new Date(Date.now() + clockAheadMs.peek() + lengthsMs[length]).toISOString();
          const scope = what === 'incident' ? { incident: incident.id } : all;
          void send('POST', '/snoozes', { ...scope, until, comment: comment.trim() });
        }}
      >
        <p>{t('handling.snooze.text')}</p>
        <fieldset class="choices-column">
          <legend class="field-label">{t('handling.snooze.what')}</legend>
          <label>
            <input type="radio" name="what" checked={what === 'incident'} onChange={() => setWhat('incident')} />{' '}
            {t('handling.snooze.incident')}
          </label>
          <label>
            <input type="radio" name="what" checked={what === 'all'} onChange={() => setWhat('all')} /> {allText}
          </label>
        </fieldset>
        <label class="field">
          <span class="field-label">{t('handling.snooze.until')}</span>
          <select value={length} onChange={(event) => setLength(event.currentTarget.value as Length)}>
            {lengths.map((one) => (
              <option key={one} value={one} selected={one === length}>
                {t(`handling.snooze.lasts.${one}`)}
              </option>
            ))}
          </select>
        </label>
        <label class="field">
          <span class="field-label">{t('handling.snooze.comment')}</span>
          <input value={comment} maxLength={1000} onInput={(event) => setComment(event.currentTarget.value)} />
        </label>
        {problem && <ProblemView problem={problem} />}
        <div class="buttons">
          <button type="submit" class="button button-main" disabled={busy}>
            {t('handling.snooze.start')}
          </button>
          <button type="button" class="button" onClick={onClose}>
            {t('handling.cancel')}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
