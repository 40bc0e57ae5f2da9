import { useState } from 'preact/hooks';
import type { ApiDrillAnswer, ApiProblem, ApiUplink, ApiUplinks } from '../../../src/model/index.ts';
import { clockAheadMs, now } from '../api/live.ts';
import { problemOf } from '../api/problem.ts';
import { request } from '../api/session.ts';
import { Dialog } from '../parts/dialog.tsx';
import { ProblemView } from '../parts/problem-view.tsx';
import { formatDuration } from '../text/format.ts';
import { isolated } from '../text/isolated.ts';
import { t } from '../text/text.ts';

const lengthsMs = [5000, 10_000, 30_000, 60_000];
const usualLengthMs = 10_000;

/** Asks before an uplink is failed on purpose, and says what that means. */
export function DrillDialog({
  uplink,
  onClose,
  onStarted,
}: {
  uplink: ApiUplink;
  onClose: () => void;
  onStarted: () => void;
}) {
  const [forMs, setForMs] = useState(usualLengthMs);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ApiProblem | undefined>(undefined);
  const { name } = uplink;
  const start = async () => {
    setBusy(true);
    setProblem(undefined);
    try {
      await request<ApiDrillAnswer>('POST', '/uplinks/drill', { body: { uplink: name, forMs } });
      onStarted();
      onClose();
    } catch (thrown) {
      setProblem(problemOf(thrown));
      setBusy(false);
    }
  };
  const carries = uplink.families.some(({ serving }) => serving === true);
  return (
    <Dialog title={t('uplinks.drill.title', { uplink: isolated(name) })} onClose={onClose}>
      <form
        class="ask"
        onSubmit={(event) => {
          event.preventDefault();
          void start();
        }}
      >
        <h3>{t('uplinks.drill.happens')}</h3>
        <ul class="effects">
          <li>{t('uplinks.drill.fails', { uplink: isolated(name) })}</li>
          <li>{t(carries ? 'uplinks.drill.carries' : 'uplinks.drill.standsBy')}</li>
          <li>{t('uplinks.drill.measured')}</li>
          <li>{t('uplinks.drill.restored')}</li>
        </ul>
        <label class="field ask-field">
          <span class="field-label">{t('uplinks.drill.length')}</span>
          <select value={String(forMs)} onChange={(event) => setForMs(Number(event.currentTarget.value))}>
            {lengthsMs.map((ms) => (
              <option key={ms} value={String(ms)}>
                {formatDuration(ms)}
              </option>
            ))}
          </select>
        </label>
        {problem && <ProblemView problem={problem} />}
        <div class="buttons ask-buttons">
          <button type="submit" class="button button-danger button-large" disabled={busy}>
            {t('uplinks.drill.confirm')}
          </button>
          <button type="button" class="button button-large" onClick={onClose}>
            {t('uplinks.switch.cancel')}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

/** The drill that is running, counted down in the watcher's time. */
export function RunningDrill({ drill }: { drill: NonNullable<ApiUplinks['drill']> }) {
  const startMs = Date.parse(drill.startedAt);
  const endMs = Date.parse(drill.endsAt);
  // The clock of the page ticks once a second, and may be behind the beginning.
  const leftMs = Math.min(endMs - startMs, endMs - (now.value + clockAheadMs.value));
  const share = Math.min(1, Math.max(0, leftMs / Math.max(1, endMs - startMs)));
  const left = formatDuration(Math.ceil(leftMs / 1000) * 1000);
  return (
    <div class="notice notice-warn drill-running">
      <p>
        <strong>{t('uplinks.drill.running', { uplink: isolated(drill.uplink) })}</strong>
        {', '}
        <span role="timer" aria-live="off">
          {leftMs > 0 ? t('uplinks.drill.left', { left }) : t('uplinks.drill.ending')}
        </span>{' '}
        <span class="quiet">· {t('uplinks.drill.runningBy', { by: drill.by })}</span>
      </p>
      <div class="drill-bar" aria-hidden="true">
        <div style={{ inlineSize: `${100 * share}%` }} />
      </div>
    </div>
  );
}

/** Uplinks of which nobody knows whether they would carry the traffic. */
export function OverdueDrills({ uplinks }: { uplinks: readonly ApiUplink[] }) {
  const overdue = uplinks.filter(({ drillOverdue }) => drillOverdue);
  if (overdue.length === 0) return null;
  return (
    <div class="notice">
      <p>
        {t('uplinks.drill.overdue')}{' '}
        {overdue.map(({ name }, index) => (
          <>
            {index > 0 && ', '}
            <strong>
              <bdi>{name}</bdi>
            </strong>
          </>
        ))}
        {'. '}
        <span class="quiet">{t('uplinks.drill.why')}</span>
      </p>
    </div>
  );
}
