import { useState } from 'preact/hooks';
import { setQuery } from '../router.ts';
import { t } from '../text/text.ts';
import { exampleOf } from './conditions.ts';

/** Who talked to somebody between two moments: the form of the question that comes after an incident. */
export function Forensics() {
  const [host, setHost] = useState('');
  const [from, setFrom] = useState('');
  const [to, setTo] = useState('');
  const [fromMs, toMs] = [new Date(from).getTime(), new Date(to).getTime()];
  const isReady = host.trim() !== '' && fromMs < toMs;
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault();
        if (!isReady) return;
        setQuery({
          saved: undefined,
          show: 'records',
          where: `host=${host.trim()}`,
          filter: undefined,
          trail: undefined,
          from: new Date(fromMs).toISOString(),
          to: new Date(toMs).toISOString(),
        });
      }}
    >
      <h3>{t('flowViews.forensics')}</h3>
      <label class="field">
        <span class="field-label">{t('flows.filter.fields.host')}</span>
        <input
          type="text"
          value={host}
          placeholder={t('flows.filter.example', { value: exampleOf('host') })}
          maxLength={200}
          autocomplete="off"
          onInput={(event) => setHost(event.currentTarget.value)}
        />
      </label>
      <label class="field">
        <span class="field-label">{t('charts.from')}</span>
        <input type="datetime-local" step="1" value={from} onInput={(event) => setFrom(event.currentTarget.value)} />
      </label>
      <label class="field">
        <span class="field-label">{t('charts.to')}</span>
        <input type="datetime-local" step="1" value={to} onInput={(event) => setTo(event.currentTarget.value)} />
      </label>
      <button type="submit" class="button button-main" disabled={!isReady}>
        {t('charts.show')}
      </button>
    </form>
  );
}
