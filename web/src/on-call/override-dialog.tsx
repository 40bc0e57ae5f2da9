import { useState } from 'preact/hooks';
import { useAct } from '../incidents/use-act.ts';
import { watcherNow } from '../dashboards/use-window.ts';
import { Dialog } from '../parts/dialog.tsx';
import { ProblemView } from '../parts/problem-view.tsx';
import { t } from '../text/text.ts';

const hourMs = 3_600_000;

/** In local time, as a field of the type datetime-local has it. */
function fieldTime(ms: number): string {
  const local = new Date(ms - new Date(ms).getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 16);
}

/** Asks who takes a turn, and for how long. */
export function OverrideDialog({
  rota,
  receivers,
  onClose,
  onMade,
}: {
  rota: string;
  receivers: readonly string[];
  onClose: () => void;
  onMade: () => void;
}) {
  const [receiver, setReceiver] = useState(receivers[0] ?? '');
  const [from, setFrom] = useState('');
  const [to, setTo] = useState(() => fieldTime(watcherNow() + 8 * hourMs));
  const { busy, problem, send } = useAct(onMade);
  return (
    <Dialog title={`${t('onCall.takeOverTitle')}: ${rota}`} onClose={onClose}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          const begins = from === '' ? {} : { from: new Date(from).toISOString() };
          void send('POST', '/on-call/overrides', { rota, receiver, ...begins, to: new Date(to).toISOString() });
        }}
      >
        <p>{t('onCall.takeOverText')}</p>
        <label class="field">
          <span class="field-label">{t('onCall.who')}</span>
          <select value={receiver} onChange={(event) => setReceiver(event.currentTarget.value)}>
            {receivers.map((one) => (
              <option key={one} value={one} selected={one === receiver}>
                {one}
              </option>
            ))}
          </select>
        </label>
        <div class="fields-two">
          <label class="field">
            <span class="field-label">{t('onCall.begins')}</span>
            <input type="datetime-local" value={from} onInput={(event) => setFrom(event.currentTarget.value)} />
            <span class="quiet field-hint">{t('onCall.beginsHint')}</span>
          </label>
          <label class="field">
            <span class="field-label">{t('onCall.ends')}</span>
            <input type="datetime-local" required value={to} onInput={(event) => setTo(event.currentTarget.value)} />
            <span class="quiet field-hint">{t('onCall.endsHint')}</span>
          </label>
        </div>
        {problem && <ProblemView problem={problem} />}
        <div class="buttons">
          <button type="submit" class="button button-main" disabled={busy || receiver === '' || to === ''}>
            {t('onCall.save')}
          </button>
          <button type="button" class="button" onClick={onClose}>
            {t('onCall.cancel')}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
