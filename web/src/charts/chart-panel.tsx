import { useEffect, useMemo, useState } from 'preact/hooks';
import type { ApiSeries } from '../../../src/model/index.ts';
import { clockAheadMs, onSample } from '../api/live.ts';
import { request } from '../api/session.ts';
import { Icon } from '../parts/icon.tsx';
import { Section } from '../parts/page.tsx';
import { ProblemView, Waiting } from '../parts/problem-view.tsx';
import { useResource } from '../parts/use-resource.ts';
import { query, setQuery } from '../router.ts';
import { formatInteger, formatLatency, formatMoment, formatPercent } from '../text/format.ts';
import { t } from '../text/text.ts';
import { LatencyChart } from './latency-chart.tsx';
import { rangeFrom, ranges, type Range } from './range.ts';
import { seriesData, tableRows, withSample, type SeriesData } from './series-data.ts';

/** No more points than the picture can show: more would only smear. */
const maxShownPoints = 600;
const pointsFor = (widthPx: number) => Math.min(maxShownPoints, Math.max(120, Math.round(widthPx / 2.2)));
const tableSize = 60;
/** Averages of live steps are made exact by reading again. */
const refreshMs = 30_000;

const watcherNow = () => Date.now() + clockAheadMs.peek();

/** The chart of a check with its range, its zoom and its table. The range lives in the address. */
export function ChartPanel({ check }: { check: string }) {
  const address = query.value;
  const range = useMemo(() => rangeFrom(address), [address]);
  const key = `${check} ${range.kind === 'last' ? range.name : `${range.fromMs}-${range.toMs}`}`;
  const {
    data: read,
    problem,
    reload,
  } = useResource(
    key,
    async (signal) => {
      const toMs = range.kind === 'last' ? watcherNow() : range.toMs;
      const fromMs = range.kind === 'last' ? toMs - range.lengthMs : range.fromMs;
      const series = await request<ApiSeries>('GET', `/checks/${encodeURIComponent(check)}/series`, {
        query: {
          from: new Date(fromMs).toISOString(),
          to: new Date(toMs).toISOString(),
          points: pointsFor(innerWidth),
        },
        signal,
      });
      return { data: seriesData(series), fromMs, toMs };
    },
    range.kind === 'last' ? { refreshMs } : {},
  );
  const [grown, setGrown] = useState<{ base: object; data: SeriesData; toMs: number } | undefined>(undefined);

  useEffect(() => {
    if (range.kind !== 'last') return undefined;
    const { lengthMs } = range;
    return onSample(check, (sample) => {
      if (!read) return;
      const toMs = watcherNow();
      setGrown((before) => ({
        base: read,
        toMs,
        data: withSample(before?.base === read ? before.data : read.data, sample, (toMs - lengthMs) / 1000),
      }));
    });
  }, [check, range, read]);

  const shown = grown && grown.base === read ? grown : read;
  const toMs = shown?.toMs ?? 0;
  const fromMs = range.kind === 'last' ? toMs - range.lengthMs : range.fromMs;

  return (
    <Section
      id="chart-title"
      title={t('chart.title')}
      aside={<RangeControls range={range} fromMs={fromMs} toMs={toMs} />}
    >
      {!shown && problem && <ProblemView problem={problem} retry={reload} />}
      {!shown && !problem && (
        <div class="chart-waiting">
          <Waiting />
        </div>
      )}
      {shown && (
        <>
          <LatencyChart
            data={shown.data}
            from={fromMs / 1000}
            to={toMs / 1000}
            onZoom={(from, to) => zoomTo(from * 1000, to * 1000)}
            onReset={resetZoom}
          />
          <SeriesTable data={shown.data} />
        </>
      )}
    </Section>
  );
}

/** Zooming in stops here: a probe takes milliseconds, a chart of less shows nothing. */
const minSpanMs = 10_000;

function zoomTo(fromMs: number, toMs: number): void {
  const middle = (fromMs + toMs) / 2;
  const half = Math.max(minSpanMs, toMs - fromMs) / 2;
  setQuery({
    from: new Date(middle - half).toISOString(),
    to: new Date(Math.min(middle + half, watcherNow())).toISOString(),
  });
}

function resetZoom(): void {
  setQuery({ from: undefined, to: undefined });
}

/** What dragging does with a mouse, these do for the keyboard. */
function RangeControls({ range, fromMs, toMs }: { range: Range; fromMs: number; toMs: number }) {
  const span = toMs - fromMs;
  const zoomed = range.kind === 'between';
  return (
    <div class="range">
      <div class="segments" role="group" aria-label={t('chart.range')}>
        {ranges.map(({ name }) => (
          <button
            key={name}
            type="button"
            aria-pressed={!zoomed && range.name === name}
            onClick={() => setQuery({ range: name === '1h' ? undefined : name, from: undefined, to: undefined })}
          >
            {t(`range.${name}`)}
          </button>
        ))}
      </div>
      <div class="segments" role="group" aria-label={t('chart.move')}>
        <button
          type="button"
          aria-label={t('chart.earlier')}
          title={t('chart.earlier')}
          onClick={() => zoomTo(fromMs - span / 2, toMs - span / 2)}
        >
          <Icon name="left" />
        </button>
        <button
          type="button"
          aria-label={t('chart.zoomIn')}
          title={t('chart.zoomIn')}
          onClick={() => zoomTo(fromMs + span / 4, toMs - span / 4)}
        >
          <Icon name="plus" />
        </button>
        <button
          type="button"
          aria-label={t('chart.zoomOut')}
          title={t('chart.zoomOut')}
          onClick={() => zoomTo(fromMs - span / 2, toMs + span / 2)}
        >
          <Icon name="minus" />
        </button>
        <button
          type="button"
          aria-label={t('chart.later')}
          title={t('chart.later')}
          disabled={!zoomed}
          onClick={() => zoomTo(fromMs + span / 2, toMs + span / 2)}
        >
          <Icon name="right" />
        </button>
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
    </div>
  );
}

function SeriesTable({ data }: { data: SeriesData }) {
  const [open, setOpen] = useState(false);
  return (
    <details class="twin" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{t('chart.table')}</summary>
      {open && (
        <div class="table-scroll" tabIndex={0} role="region" aria-label={t('chart.table')}>
          <table class="table">
            <thead>
              <tr>
                <th scope="col">{t('column.time')}</th>
                <th scope="col" class="number">
                  {t('chart.average')}
                </th>
                <th scope="col" class="number">
                  {t('chart.maximum')}
                </th>
                <th scope="col" class="number">
                  {t('chart.loss')}
                </th>
                <th scope="col" class="number">
                  {t('chart.failed')}
                </th>
              </tr>
            </thead>
            <tbody>
              {tableRows(data, tableSize).map((row) => (
                <tr key={row.atSeconds}>
                  <th scope="row">{formatMoment(row.atSeconds * 1000)}</th>
                  <td class="number">{row.latencyMs === null ? '–' : formatLatency(row.latencyMs)}</td>
                  <td class="number">{row.latencyMaxMs === null ? '–' : formatLatency(row.latencyMaxMs)}</td>
                  <td class="number">{row.lossPercent === null ? '–' : formatPercent(row.lossPercent)}</td>
                  <td class="number">{formatInteger(row.failed)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </details>
  );
}
