import { useState } from 'preact/hooks';
import { Icon } from '../parts/icon.tsx';
import { setQuery } from '../router.ts';
import { formatDuration } from '../text/format.ts';
import { t } from '../text/text.ts';
import { readDuration, writeDuration } from './duration.ts';
import { refreshChoices, usualRefreshMs } from './pace.ts';
import { ranges, type Range } from './range.ts';
import type { Window } from './question.ts';

export interface TimeControlsProps {
  range: Range;
  window: Window;
  /** What is shown when the address says nothing. */
  usualMs: number;
  refreshMs: number | undefined;
  /** How often it is read anew when the address says nothing; with it, there is a button to stand still. */
  paceMs?: number;
  nowMs: () => number;
}

/** Zooming in stops here: probes are seldom closer than this. */
const minSpanMs = 10_000;

export function zoomTo({ fromMs, toMs }: Window, nowMs: number): void {
  const span = Math.max(minSpanMs, toMs - fromMs);
  const end = Math.min((fromMs + toMs) / 2 + span / 2, nowMs);
  setQuery({ from: new Date(end - span).toISOString(), to: new Date(end).toISOString() });
}

export const resetZoom = (): void => setQuery({ from: undefined, to: undefined });

/** In local time, as a field of the type datetime-local has it. */
function fieldTime(ms: number): string {
  const local = new Date(ms - new Date(ms).getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 19);
}

/** What part of time all charts show: quick ranges, two moments, moves for the keyboard, and how often it is read anew. */
export function TimeControls({ range, window, usualMs, refreshMs, paceMs, nowMs }: TimeControlsProps) {
  const usualRefresh = writeDuration(paceMs ?? usualRefreshMs);
  const setRefresh = (wanted: string) => setQuery({ refresh: wanted === usualRefresh ? undefined : wanted }, 'replace');
  const { fromMs, toMs } = window;
  const span = toMs - fromMs;
  const zoomed = range.kind === 'between';
  const last = range.kind === 'last' ? range.lengthMs : undefined;
  const choices = [
    ...new Set([...ranges.map(({ lengthMs }) => lengthMs), usualMs, ...(last === undefined ? [] : [last])]),
  ]
    .sort((a, b) => a - b)
    .map((ms) => [writeDuration(ms), ms] as const);
  const chosen = refreshMs === undefined ? 'off' : writeDuration(refreshMs);
  const refreshes = [...new Set<string>([...refreshChoices, usualRefresh])].sort(
    (one, other) => (readDuration(one) ?? 0) - (readDuration(other) ?? 0),
  );
  const moves = [
    ['left', 'earlier', fromMs - span / 2, toMs - span / 2, false],
    ['plus', 'zoomIn', fromMs + span / 4, toMs - span / 4, false],
    ['minus', 'zoomOut', fromMs - span / 2, toMs + span / 2, false],
    ['right', 'later', fromMs + span / 2, toMs + span / 2, !zoomed],
  ] as const;
  return (
    <div class="time-controls">
      <label class="inline-field">
        <span class="hidden-text">{t('chart.range')}</span>
        <select
          value={zoomed ? '' : writeDuration(last ?? usualMs)}
          onChange={(event) => {
            const wanted = event.currentTarget.value;
            if (wanted === '') return;
            setQuery({
              range: readDuration(wanted) === usualMs ? undefined : wanted,
              from: undefined,
              to: undefined,
            });
          }}
        >
          {zoomed && <option value="">{t('charts.chosenTime')}</option>}
          {choices.map(([text, ms]) => (
            <option key={text} value={text} selected={!zoomed && ms === last}>
              {t('charts.lastFor', { duration: formatDuration(ms) })}
            </option>
          ))}
        </select>
      </label>
      <Moments key={`${zoomed} ${fromMs}`} window={window} />
      <div class="segments" role="group" aria-label={t('chart.move')}>
        {moves.map(([icon, name, from, to, disabled]) => (
          <button
            key={name}
            type="button"
            aria-label={t(`chart.${name}`)}
            title={t(`chart.${name}`)}
            disabled={disabled}
            onClick={() => zoomTo({ fromMs: from, toMs: to }, nowMs())}
          >
            <Icon name={icon} />
          </button>
        ))}
        <button
          type="button"
          aria-label={t('chart.reset')}
          title={t('chart.reset')}
          disabled={!zoomed}
          onClick={resetZoom}
        >
          <Icon name="reset" />
        </button>
      </div>
      <label class="inline-field">
        <span class="hidden-text">{t('charts.refresh')}</span>
        <select disabled={zoomed} value={chosen} onChange={(event) => setRefresh(event.currentTarget.value)}>
          {refreshes.map((choice) => (
            <option key={choice} value={choice} selected={choice === chosen}>
              {choice === 'off'
                ? t('charts.standing')
                : t('charts.each', { duration: formatDuration(readDuration(choice) ?? 0) })}
            </option>
          ))}
        </select>
      </label>
      {paceMs !== undefined && !zoomed && (
        <button
          type="button"
          class="icon-button"
          aria-pressed={refreshMs === undefined}
          aria-label={t('charts.pause')}
          title={t('charts.pause')}
          onClick={() => setRefresh(refreshMs === undefined ? usualRefresh : 'off')}
        >
          <Icon name={refreshMs === undefined ? 'play' : 'pause'} />
        </button>
      )}
    </div>
  );
}

/** Two moments to show what lies between. */
function Moments({ window }: { window: Window }) {
  const [from, setFrom] = useState(() => fieldTime(window.fromMs));
  const [to, setTo] = useState(() => fieldTime(window.toMs));
  const fromMs = new Date(from).getTime();
  const toMs = new Date(to).getTime();
  const valid = fromMs < toMs;
  return (
    <details class="moments">
      <summary class="button">{t('charts.between')}</summary>
      <form
        class="menu"
        onSubmit={(event) => {
          event.preventDefault();
          if (valid) setQuery({ from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString() });
        }}
      >
        <label class="field">
          <span class="field-label">{t('charts.from')}</span>
          <input type="datetime-local" step="1" value={from} onInput={(event) => setFrom(event.currentTarget.value)} />
        </label>
        <label class="field">
          <span class="field-label">{t('charts.to')}</span>
          <input type="datetime-local" step="1" value={to} onInput={(event) => setTo(event.currentTarget.value)} />
        </label>
        {!valid && <p class="field-problem">{t('charts.order')}</p>}
        <button type="submit" class="button button-main" disabled={!valid}>
          {t('charts.show')}
        </button>
      </form>
    </details>
  );
}
