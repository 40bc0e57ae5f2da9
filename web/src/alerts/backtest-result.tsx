import type { ApiBacktest } from '../../../src/model/index.ts';
import { timeTicks } from '../charts/canvas.ts';
import { formatClock, formatDuration, formatInteger, formatList, formatMoment, formatTick } from '../text/format.ts';
import { incidentTitle } from '../text/incident-title.ts';
import { t } from '../text/text.ts';

/** Incidents that would have been, on a time line and as a table with whom they would have told what. */
export function BacktestResult({ result }: { result: ApiBacktest }) {
  const { incidents, omittedIncidents, problems, complete, evaluations, elapsedMs } = result;
  const now = Date.parse(result.to);
  return (
    <>
      <p class="backtest-summary">
        <strong>{t('alerts.test.found', { count: incidents.length + omittedIncidents })}</strong>{' '}
        <span class="quiet">
          {t('alerts.test.summary', { count: evaluations, duration: formatDuration(elapsedMs) })}
        </span>
      </p>
      {!complete && (
        <p class="notice notice-warn">{t('alerts.test.incomplete', { time: formatMoment(result.to) ?? result.to })}</p>
      )}
      {problems.map((problem) => (
        <p key={problem} class="notice notice-bad">
          {t('alerts.test.problem')} <bdi lang="en">{problem}</bdi>
        </p>
      ))}
      <Line result={result} />
      {incidents.length === 0 ? (
        <p class="quiet">{t('alerts.test.none')}</p>
      ) : (
        <div class="table-scroll" tabIndex={0} role="region" aria-label={t('alerts.incidents')}>
          <table class="table">
            <thead>
              <tr>
                <th scope="col">{t('alerts.column.from')}</th>
                <th scope="col">{t('alerts.column.to')}</th>
                <th scope="col">{t('alerts.column.severity')}</th>
                <th scope="col">{t('alerts.column.incident')}</th>
                <th scope="col">{t('alerts.column.told')}</th>
              </tr>
            </thead>
            <tbody>
              {incidents.map((incident) => (
                <tr key={incident.id}>
                  <td title={formatMoment(incident.openedAt)}>{formatClock(incident.openedAt, now)}</td>
                  <td title={formatMoment(incident.resolvedAt ?? '')}>
                    {incident.resolvedAt === undefined ? t('alerts.test.open') : formatClock(incident.resolvedAt, now)}
                  </td>
                  <td>
                    {incident.severity && <span class="badge">{t(`alerts.form.severities.${incident.severity}`)}</span>}
                  </td>
                  <th scope="row" class="wrap">
                    <bdi>{incidentTitle(incident)}</bdi>
                  </th>
                  <td class="wrap">
                    <Told notices={incident.notices} nowMs={now} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {omittedIncidents > 0 && <p class="quiet">{t('alerts.test.omitted', { count: omittedIncidents })}</p>}
    </>
  );
}

const words = ['firing', 'reminder', 'escalated', 'assigned', 'resolved'] as const;
/** Reminders go on for as long as it fires; the first of them say how it is. */
const mostMessages = 50;

/** Whom it would have told how often; opened, what and when. */
function Told({ notices, nowMs }: { notices: ApiBacktest['incidents'][number]['notices']; nowMs: number }) {
  if (notices.length === 0) return <span class="quiet">{t('alerts.test.nobody')}</span>;
  const counts = new Map<string, number>();
  for (const { receiver } of notices) counts.set(receiver, (counts.get(receiver) ?? 0) + 1);
  const sums = [...counts].map(([receiver, count]) =>
    count === 1 ? receiver : `${receiver} ×${formatInteger(count)}`,
  );
  return (
    <details class="twin">
      <summary>
        <bdi>{formatList(sums)}</bdi>
      </summary>
      <ul class="duty-steps">
        {notices.slice(0, mostMessages).map(({ at, receiver, message }, index) => {
          const word = words.find((one) => one === message);
          return (
            <li key={index}>
              {formatClock(at, nowMs)} <bdi>{receiver}</bdi>: {word ? t(`alerts.test.messages.${word}`) : message}
            </li>
          );
        })}
        {notices.length > mostMessages && <li>…</li>}
      </ul>
    </details>
  );
}

const width = 1000;
const rowHeight = 10;
const mostRows = 8;
const axisHeight = 18;

/** Rows, so that incidents that were open at the same time stand below each other; beyond the last they lie upon each other. */
function rowsOf(incidents: ApiBacktest['incidents'], endMs: number): number[] {
  const ends: number[] = [];
  return incidents.map(({ openedAt, resolvedAt }) => {
    const fromMs = Date.parse(openedAt);
    const free = ends.findIndex((end) => end <= fromMs);
    const row = free === -1 ? Math.min(ends.length, mostRows - 1) : free;
    ends[row] = resolvedAt === undefined ? endMs : Date.parse(resolvedAt);
    return row;
  });
}

function Line({ result: { from, to, incidents } }: { result: ApiBacktest }) {
  const fromMs = Date.parse(from);
  const toMs = Date.parse(to);
  if (!(toMs > fromMs)) return null;
  const x = (ms: number) => ((ms - fromMs) / (toMs - fromMs)) * width;
  const sorted = incidents.toSorted((a, b) => Date.parse(a.openedAt) - Date.parse(b.openedAt));
  const rows = rowsOf(sorted, toMs);
  const height = rowHeight * Math.max(1, Math.max(0, ...rows) + 1) + 4;
  const ticks = timeTicks(fromMs, toMs, 700);
  return (
    <div class="backtest-line">
      <svg
        viewBox={`0 0 ${width} ${height}`}
        height={height}
        preserveAspectRatio="none"
        role="img"
        aria-label={t('alerts.test.line')}
      >
        <rect class="backtest-ground" width={width} height={height} />
        {sorted.map(({ id, openedAt, resolvedAt, severity = 'error' }, index) => {
          const left = x(Date.parse(openedAt));
          const right = x(resolvedAt === undefined ? toMs : Date.parse(resolvedAt));
          return (
            <rect
              key={id}
              class={`backtest-${severity}`}
              x={left}
              y={(rows[index] ?? 0) * rowHeight + 3}
              width={Math.max(2, right - left)}
              height={rowHeight - 2}
            />
          );
        })}
      </svg>
      <div class="backtest-axis" style={{ height: `${axisHeight}px` }} aria-hidden="true">
        {ticks.map(({ atMs, distanceMs }) => {
          const share = (atMs - fromMs) / (toMs - fromMs);
          if (share > 0.96) return null;
          return (
            <span key={atMs} style={{ left: `${share * 100}%` }}>
              {formatTick(atMs, distanceMs)}
            </span>
          );
        })}
      </div>
    </div>
  );
}
