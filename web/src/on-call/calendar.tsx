import type { ApiOnCall } from '../../../src/model/index.ts';
import { timeTicks } from '../charts/canvas.ts';
import { watcherNow } from '../dashboards/use-window.ts';
import { Name } from '../parts/bidi.tsx';
import { formatMoment, formatTick } from '../text/format.ts';
import { t } from '../text/text.ts';

const lengthMs = 14 * 86_400_000;
/** As many as there are colours for lines. */
const colours = 8;

type Items = ApiOnCall['items'];

/** Each rota as a strip of turns from now on; the same person has the same colour in all of them. */
export function Calendar({ items }: { items: Items }) {
  const fromMs = watcherNow();
  const toMs = fromMs + lengthMs;
  const share = (ms: number) => (Math.min(Math.max(ms, fromMs), toMs) - fromMs) / lengthMs;
  const people = [...new Set(items.flatMap(({ turns }) => turns.flatMap(({ receiver }) => receiver ?? [])))];
  return (
    <>
      <div class="calendar" aria-hidden="true">
        {items.map(({ rota, turns }) => (
          <div key={rota} class="calendar-row">
            <Name text={rota} />
            <div class="calendar-strip">
              {turns.map(({ from, to, receiver, override }) => {
                const left = share(Date.parse(from));
                if (receiver === undefined) return null;
                const colour = (people.indexOf(receiver) % colours) + 1;
                return (
                  <span
                    key={from}
                    class={`calendar-turn ${override === undefined ? '' : 'calendar-override'}`}
                    style={{
                      left: `${left * 100}%`,
                      width: `${(share(Date.parse(to)) - left) * 100}%`,
                      borderColor: `var(--series-${colour})`,
                    }}
                    title={lineOf(rota, { from, to, receiver })}
                  >
                    <bdi>{receiver}</bdi>
                  </span>
                );
              })}
            </div>
          </div>
        ))}
        <div class="calendar-row">
          <span />
          <div class="calendar-strip backtest-axis">
            {timeTicks(fromMs, toMs, 900).map(({ atMs, distanceMs }) =>
              share(atMs) > 0.92 ? null : (
                <span key={atMs} style={{ left: `${share(atMs) * 100}%` }}>
                  {formatTick(atMs, distanceMs)}
                </span>
              ),
            )}
          </div>
        </div>
      </div>
      <details class="twin">
        <summary>{t('onCall.turns')}</summary>
        <div class="table-scroll" tabIndex={0} role="region" aria-label={t('onCall.calendar')}>
          <table class="table">
            <thead>
              <tr>
                <th scope="col">{t('onCall.rota')}</th>
                <th scope="col">{t('onCall.person')}</th>
                <th scope="col">{t('onCall.from')}</th>
                <th scope="col">{t('onCall.to')}</th>
              </tr>
            </thead>
            <tbody>
              {items.flatMap(({ rota, turns }) =>
                turns.map(({ from, to, receiver }) => (
                  <tr key={`${rota} ${from}`}>
                    <th scope="row">
                      <Name text={rota} />
                    </th>
                    <td>{receiver === undefined ? t('onCall.nobody') : <Name text={receiver} />}</td>
                    <td>{formatMoment(from)}</td>
                    <td>{formatMoment(to)}</td>
                  </tr>
                )),
              )}
            </tbody>
          </table>
        </div>
      </details>
    </>
  );
}

function lineOf(rota: string, { from, to, receiver }: { from: string; to: string; receiver: string }): string {
  return t('onCall.turn', { rota, receiver, from: formatMoment(from) ?? from, to: formatMoment(to) ?? to });
}
