import { useEffect, useRef, useState } from 'preact/hooks';
import { path, query, setQuery } from '../router.ts';
import { t } from '../text/text.ts';
import { exampleOf } from './conditions.ts';
import { stepChanges, type Step } from './view.ts';

/** Questions that come up again and again, as links. */

type ReadyView = 'monitoring' | 'cost' | 'capacity' | 'security' | 'nat' | 'drops';

const usual: Step = { by: ['source', 'destination'], filter: '', conditions: [] };
const addresses: Readonly<Record<ReadyView, Readonly<Record<string, string>>>> = {
  monitoring: { ...stepChanges({ ...usual, by: ['service'] }), range: '6h', compare: '1d' },
  cost: { show: 'costs', range: '30d' },
  capacity: {
    ...stepChanges({ ...usual, by: ['exporter', 'output'] }),
    range: '7d',
    statistic: 'p95',
    lines: 'single',
  },
  security: { show: 'insights', range: '24h' },
  nat: { ...stepChanges({ ...usual, by: ['event', 'source'], filter: 'kind nat' }), measure: 'flows' },
  drops: {
    ...stepChanges({ ...usual, by: ['reason', 'source'], filter: 'kind in [firewall, drop]' }),
    measure: 'flows',
  },
};

const hrefOf = (address: Readonly<Record<string, string>>) =>
  `${path.value}?${new URLSearchParams(Object.entries(address).filter(([, value]) => value !== '')).toString()}`;

export function ReadyViews() {
  const menu = useRef<HTMLDetailsElement>(null);
  const address = query.value;
  const close = () => {
    if (menu.current) menu.current.open = false;
  };
  // Whatever was chosen is in the address.
  useEffect(close, [address]);
  return (
    <details
      ref={menu}
      class="moments ready-views"
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || menu.current?.open !== true) return;
        close();
        menu.current.querySelector('summary')?.focus();
      }}
    >
      <summary class="button">{t('flows.ready.title')}</summary>
      <div class="menu ready-menu">
        <ul>
          {(Object.keys(addresses) as ReadyView[]).map((name) => (
            <li key={name}>
              <a href={hrefOf(addresses[name])}>
                <strong>{t(`flows.ready.names.${name}`)}</strong>
                <span class="quiet">{t(`flows.ready.about.${name}`)}</span>
              </a>
            </li>
          ))}
        </ul>
        <Forensics />
      </div>
    </details>
  );
}

/** Who talked to somebody between two moments: the form of the question that comes after an incident. */
function Forensics() {
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
          show: 'records',
          where: `host=${host.trim()}`,
          filter: undefined,
          trail: undefined,
          from: new Date(fromMs).toISOString(),
          to: new Date(toMs).toISOString(),
        });
      }}
    >
      <h3>{t('flows.ready.forensics')}</h3>
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
