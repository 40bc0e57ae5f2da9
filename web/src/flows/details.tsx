import { useEffect, useState } from 'preact/hooks';
import type { FlowAnswer, FlowKey, FlowRow } from '../../../src/model/index.ts';
import { request } from '../api/session.ts';
import type { Window } from '../charts/question.ts';
import { formatValue } from '../charts/units.ts';
import { Name } from '../parts/bidi.tsx';
import { path, query, withQuery } from '../router.ts';
import { formatShare } from '../text/format.ts';
import { t } from '../text/text.ts';
import { both } from './conditions.ts';
import { drillTo, questionOf, type FlowView } from './view.ts';
import { keyName, unitOf, valueText } from './words.ts';

/** What one asks of a piece of traffic, the likeliest first. */
const candidates: readonly FlowKey[] = [
  'source',
  'destination',
  'service',
  'protocol',
  'destination-port',
  'source-country',
  'destination-country',
  'source-network',
  'destination-network',
  'source-name',
  'destination-name',
  'exporter',
  'output',
  'tcp-flags',
  'kind',
];
const mostValues = 3;

interface Suggestion {
  key: FlowKey;
  rows: readonly FlowRow[];
  more: number;
  total: number;
}

/** Asks one after the other: what the suggestions are about is on screen already, nobody waits for them. */
function useSuggestions(view: FlowView, window: Window, isOpen: boolean): { found: Suggestion[]; busy: boolean } {
  const [state, setState] = useState<{ found: Suggestion[]; busy: boolean }>({ found: [], busy: false });
  const question = { ...questionOf(view, window.fromMs, window.toMs), limit: mostValues, charted: 0, compareMs: 0 };
  // A window that moves on with the clock would begin everything anew before it is through.
  const { from: _from, to: _to, ...lasting } = question;
  const asked = JSON.stringify(lasting);
  useEffect(() => {
    if (!isOpen) return undefined;
    const abort = new AbortController();
    const ask = async () => {
      setState({ found: [], busy: true });
      for (const key of candidates.filter((one) => !view.by.includes(one))) {
        try {
          const { rows, omitted, total } = await request<FlowAnswer>('POST', '/flows/query', {
            body: { ...question, groupBy: [key] },
            signal: abort.signal,
          });
          if (abort.signal.aborted) return;
          if (rows.length < 2) continue;
          const one = { key, rows, more: omitted, total: total[view.measure] };
          setState(({ found }) => ({ found: [...found, one], busy: true }));
        } catch {
          if (abort.signal.aborted) return;
          // Whatever was wrong with one question is wrong with the others as well: the filter, or the watcher.
          break;
        }
      }
      setState(({ found }) => ({ found, busy: false }));
    };
    void ask();
    return () => abort.abort();
  }, [asked, isOpen]);
  return state;
}

/** Where to look next: fields that are not used yet and in which this traffic differs. */
export function Details({ view, window }: { view: FlowView; window: Window }) {
  const isDown = view.trail.length > 0;
  const [isOpen, setOpen] = useState(isDown);
  useEffect(() => setOpen(isDown), [isDown]);
  const { found, busy } = useSuggestions(view, window, isOpen);
  const unit = unitOf(view.measure);
  const address = query.value;
  return (
    <details class="panel flows-details" open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <h2>{t('flows.details.title')}</h2>
      </summary>
      <p class="quiet">{t('flows.details.text')}</p>
      <ul class="flows-suggestions" aria-busy={busy}>
        {found.map(({ key, rows, more, total }) => (
          <li key={key}>
            <h3>
              <a href={withQuery(address, drillTo(view, { by: [key] }), path.value)}>
                {t('flows.details.by', { key: keyName(key, view.view) })}
              </a>
            </h3>
            <ol>
              {rows.map((row) => {
                const down = drillTo(view, { filter: both(view.filter, row.filter) });
                return (
                  <li key={row.values[0]}>
                    <a href={withQuery(address, down, path.value)}>
                      <Name text={valueText(key, row.values[0] ?? '', row.labels[0])} />
                    </a>
                    <span class="number">
                      {formatValue(row[view.measure], unit)}
                      {total > 0 && ` (${formatShare(row[view.measure] / total)})`}
                    </span>
                  </li>
                );
              })}
              {more > 0 && <li class="quiet">{t('flows.details.more', { count: more })}</li>}
            </ol>
          </li>
        ))}
      </ul>
      {!busy && isOpen && found.length === 0 && <p class="quiet">{t('flows.details.none')}</p>}
    </details>
  );
}
