import type { ApiObjectiveDetail } from '../../../src/model/index.ts';
import { formatPercent, formatTick } from '../text/format.ts';
import { t } from '../text/text.ts';
import { amount } from './objective-state.tsx';

const height = 100;
const width = 400;
const dayMs = 86_400_000;

/** The lowest value that is drawn: 0, or the next hundred below where more was spent than there was. */
export function bottomOf(leftPercent: readonly number[]): number {
  return Math.max(-500, Math.min(0, Math.floor(Math.min(0, ...leftPercent) / 100) * 100));
}

/** Points of the line, from what was left at the beginning of the first day. */
export function pointsOf(leftPercent: readonly number[]): string {
  const bottom = bottomOf(leftPercent);
  const y = (value: number) => (height * (100 - Math.max(bottom, value))) / (100 - bottom);
  return [100, ...leftPercent]
    .map((value, place) => `${((width * place) / Math.max(1, leftPercent.length)).toFixed(1)},${y(value).toFixed(1)}`)
    .join(' ');
}

/** What was left of the budget day by day, as a line and as a table. */
export function BurnDown({ objective }: { objective: ApiObjectiveDetail }) {
  const { at, bad, leftPercent } = objective.series;
  const [first] = at;
  const last = at.at(-1);
  const left = leftPercent.at(-1);
  if (first === undefined || last === undefined || left === undefined) return null;
  const bottom = bottomOf(leftPercent);
  const zero = (height * 100) / (100 - bottom);
  const [from, to] = [formatTick(first, dayMs), formatTick(last, dayMs)];
  return (
    <>
      <figure class="burn-down">
        <div class="burn-down-scale" aria-hidden="true">
          <span>{formatPercent(100)}</span>
          <span>{formatPercent(bottom)}</span>
        </div>
        <svg
          viewBox={`0 0 ${width} ${height}`}
          preserveAspectRatio="none"
          role="img"
          aria-label={t('objectives.burnDownText', { from, to, left: formatPercent(left) })}
        >
          <line class="burn-down-grid" x1="0" x2={width} y1="0" y2="0" />
          <line class="burn-down-grid" x1="0" x2={width} y1={zero} y2={zero} />
          <polyline class="burn-down-line" points={pointsOf(leftPercent)} />
        </svg>
        <div class="burn-down-times" aria-hidden="true">
          <span>{from}</span>
          <span>{to}</span>
        </div>
      </figure>
      <details>
        <summary>{t('objectives.asTable')}</summary>
        <div class="table-scroll" role="region" aria-label={t('objectives.burnDown')} tabIndex={0}>
          <table class="table">
            <thead>
              <tr>
                <th scope="col">{t('objectives.day')}</th>
                <th scope="col" class="number">
                  {t('objectives.bad')}
                </th>
                <th scope="col" class="number">
                  {t('objectives.left')}
                </th>
              </tr>
            </thead>
            <tbody>
              {at.map((time, place) => (
                <tr key={time}>
                  <th scope="row">{formatTick(time, dayMs)}</th>
                  <td class="number">{amount(bad[place] ?? 0, objective.unit)}</td>
                  <td class="number">{formatPercent(leftPercent[place] ?? 100)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </>
  );
}
