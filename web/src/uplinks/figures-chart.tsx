import type { ApiUplinkFamily } from '../../../src/model/index.ts';
import { formatDuration, formatLatency, formatPercent } from '../text/format.ts';
import { t } from '../text/text.ts';
import { drawingOf, spanMs, type Figure } from './recent.ts';

const width = 360;
const height = 56;

/** Round trip and loss over the last minutes, against what is usual; the same in one sentence for those who don't see it. */
export function FiguresChart({
  of: { uplink, family, usualRttMs },
  figures,
  nowMs,
}: {
  of: ApiUplinkFamily;
  figures: readonly Figure[];
  nowMs: number;
}) {
  const duration = formatDuration(spanMs);
  const drawing = drawingOf(figures, { nowMs, usualRttMs, width, height });
  return (
    <figure class="uplink-chart">
      <svg
        viewBox={`0 0 ${width} ${height}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={t('uplinks.chart', { uplink, family, duration, ...wordsOf(figures) })}
      >
        <path class="uplink-loss" d={drawing.loss} />
        {drawing.usualY !== undefined && (
          <line class="uplink-usual" x1="0" x2={width} y1={drawing.usualY} y2={drawing.usualY} />
        )}
        <path class="uplink-line" d={drawing.line} />
      </svg>
      <figcaption class="quiet" aria-hidden="true">
        <span>{t('uplinks.chartSpan', { duration })}</span>
        {usualRttMs !== undefined && (
          <span class="legend-usual">{t('uplinks.usual', { usual: formatLatency(usualRttMs) })}</span>
        )}
        <span>{t('uplinks.chartTop', { top: formatLatency(drawing.topMs) })}</span>
      </figcaption>
    </figure>
  );
}

function wordsOf(figures: readonly Figure[]): { range: string; loss: string } {
  const answered = figures.flatMap(({ rttMs }) => (rttMs === null ? [] : [rttMs]));
  const range =
    answered.length === 0
      ? t('uplinks.chartSilent')
      : t('uplinks.chartRange', {
          least: formatLatency(Math.min(...answered)),
          most: formatLatency(Math.max(...answered)),
        });
  return { range, loss: formatPercent(Math.max(0, ...figures.map(({ lossPercent }) => lossPercent))) };
}
