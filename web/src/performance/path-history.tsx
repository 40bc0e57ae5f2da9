import type { ApiPathDetail } from '../../../src/model/index.ts';
import { formatLatency, formatMoment, formatPercent } from '../text/format.ts';
import { t } from '../text/text.ts';
import { drawHistory } from './history-drawing.ts';

const width = 900;
const height = 180;

/** Round trip and loss over time; the same in one sentence for those who don't see it. */
export function PathHistory({ history }: { history: ApiPathDetail['history'] }) {
  const drawing = drawHistory(history, { width, height });
  const { leastMs, mostMs, topMs, mostLoss } = drawing;
  if (leastMs === undefined || mostMs === undefined)
    return <p class="quiet">{history.problem ?? t('performance.historyNone')}</p>;
  const [from, to] = [history.at[0] ?? 0, (history.at.at(-1) ?? 0) + history.stepMs];
  const words = t('performance.historyChart', {
    least: formatLatency(leastMs),
    most: formatLatency(mostMs),
    loss: formatPercent(mostLoss * 100),
    from: formatMoment(from) ?? '',
    to: formatMoment(to) ?? '',
  });
  return (
    <figure class="path-chart">
      <svg viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" role="img" aria-label={words}>
        <path class="path-loss" d={drawing.loss} />
        <path class="path-p95" d={drawing.p95} />
        <path class="path-rtt" d={drawing.rtt} />
      </svg>
      <figcaption class="quiet">
        <span>{words}</span>
        <span>{t('performance.top', { top: formatLatency(topMs) })}</span>
        <span>
          {t('performance.legendRtt')} —, {t('performance.legendP95')} - -, {t('performance.legendLoss')} ▮
        </span>
      </figcaption>
    </figure>
  );
}
