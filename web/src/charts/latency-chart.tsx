import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { shownTheme } from '../theme.ts';
import { formatClock, formatLatency, formatPercent, formatTick } from '../text/format.ts';
import { t } from '../text/text.ts';
import type { SeriesData } from './series-data.ts';

export interface LatencyChartProps {
  data: SeriesData;
  /** What the time axis spans, in seconds since 1970. */
  from: number;
  to: number;
  /** A part of the time axis was chosen by dragging. */
  onZoom: (from: number, to: number) => void;
  onReset: () => void;
}

const chartHeight = 260;
/** A drag shorter than this, in CSS pixels, is a click. */
const minDragPx = 6;
const rugHeightPx = 5;

const colour = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** Draws a mark at the bottom for each step in which a probe failed: it shows even where no latency was measured. */
function drawFailures(u: uPlot, failed: readonly (number | null)[], stepMs: number): void {
  const ratio = devicePixelRatio;
  const width = Math.max(
    2 * ratio,
    (u.bbox.width * stepMs) / 1000 / Math.max(1, (u.scales['x']?.max ?? 0) - (u.scales['x']?.min ?? 0)),
  );
  u.ctx.save();
  u.ctx.fillStyle = colour('--down');
  for (const [index, count] of failed.entries()) {
    const at = u.data[0][index];
    if (!count || at === undefined) continue;
    const x = u.valToPos(at, 'x', true);
    if (x < u.bbox.left || x > u.bbox.left + u.bbox.width) continue;
    u.ctx.fillRect(
      x,
      u.bbox.top + u.bbox.height - rugHeightPx * ratio,
      Math.min(width, u.bbox.left + u.bbox.width - x),
      rugHeightPx * ratio,
    );
  }
  u.ctx.restore();
}

/** Latency and loss over time. For readers there is a table beside it, so that the picture itself is hidden from them. */
export function LatencyChart({ data, from, to, onZoom, onReset }: LatencyChartProps) {
  const box = useRef<HTMLDivElement>(null);
  const readout = useRef<HTMLParagraphElement>(null);
  const chart = useRef<uPlot | undefined>(undefined);
  const current = useRef({ data, from, to, onZoom, onReset });
  current.current = { data, from, to, onZoom, onReset };
  const theme = shownTheme.value;

  useEffect(() => {
    const holder = box.current;
    if (!holder) return undefined;
    const font = `11px ${getComputedStyle(document.body).fontFamily}`;
    const axis: uPlot.Axis = {
      stroke: colour('--text-quiet'),
      font,
      grid: { stroke: colour('--line-soft'), width: 1 },
      ticks: { stroke: colour('--line-soft'), width: 1, size: 4 },
    };
    const loss = colour('--down');
    const latency = colour('--accent');
    const u = new uPlot(
      {
        width: holder.clientWidth,
        height: chartHeight,
        padding: [10, 0, 0, 0],
        legend: { show: false },
        cursor: { drag: { x: true, y: false, setScale: false, dist: minDragPx }, points: { size: 7 } },
        scales: {
          x: { time: true, range: () => [current.current.from, current.current.to] },
          // Without any latency the axis still needs some length.
          ms: { range: (_, __, max: number | null) => [0, max === null ? 1 : Math.max(0.01, max) * 1.12] },
          '%': { range: [0, 100] },
        },
        axes: [
          {
            ...axis,
            size: 30,
            values: (_, splits, __, ___, distance) => splits.map((at) => formatTick(at * 1000, distance * 1000)),
          },
          { ...axis, scale: 'ms', size: 64, values: (_, splits) => splits.map((ms) => formatLatency(ms)) },
          {
            ...axis,
            scale: '%',
            side: 1,
            size: 48,
            grid: { show: false },
            splits: () => [0, 50, 100],
            values: (_, splits) => splits.map((percent) => formatPercent(percent)),
          },
        ],
        series: [
          {},
          {
            scale: '%',
            stroke: loss,
            width: 0,
            fill: `color-mix(in srgb, ${loss} 32%, transparent)`,
            paths: uPlot.paths.bars?.({ size: [1, 60], align: 1 }) ?? null,
            points: { show: false },
          },
          { scale: 'ms', stroke: `color-mix(in srgb, ${latency} 45%, transparent)`, width: 1, points: { show: false } },
          {
            scale: 'ms',
            stroke: latency,
            width: 1.75,
            fill: `color-mix(in srgb, ${latency} 10%, transparent)`,
            points: { show: false },
          },
        ] as uPlot.Series[],
        hooks: {
          draw: [(self) => drawFailures(self, current.current.data.failed, current.current.data.stepMs)],
          setSelect: [
            (self) => {
              const { left, width } = self.select;
              if (width < minDragPx) return;
              current.current.onZoom(self.posToVal(left, 'x'), self.posToVal(left + width, 'x'));
              self.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
            },
          ],
          setCursor: [
            (self) => {
              if (readout.current) readout.current.textContent = readoutText(current.current.data, self.cursor.idx);
            },
          ],
        },
      },
      columns(current.current.data),
      holder,
    );
    chart.current = u;
    const reset = () => current.current.onReset();
    u.over.addEventListener('dblclick', reset);
    const sized = new ResizeObserver(() => u.setSize({ width: holder.clientWidth, height: chartHeight }));
    sized.observe(holder);
    return () => {
      sized.disconnect();
      u.destroy();
      chart.current = undefined;
    };
  }, [theme]);

  useEffect(() => {
    chart.current?.setData(columns(data));
  }, [data, from, to]);

  return (
    <figure class="chart" aria-hidden="true">
      <div ref={box} class="chart-box" />
      <figcaption class="chart-legend">
        <span class="legend-latency">{t('chart.average')}</span>
        <span class="legend-max">{t('chart.maximum')}</span>
        <span class="legend-loss">{t('chart.loss')}</span>
        <span class="legend-failed">{t('chart.failed')}</span>
        <span ref={readout} class="chart-readout" />
      </figcaption>
    </figure>
  );
}

const columns = (data: SeriesData): uPlot.AlignedData => [data.at, data.lossPercent, data.latencyMaxMs, data.latencyMs];

function readoutText(data: SeriesData, index: number | null | undefined): string {
  const at = index === null || index === undefined ? undefined : data.at[index];
  if (at === undefined || index === null || index === undefined) return '';
  const latency = data.latencyMs[index] ?? null;
  const loss = data.lossPercent[index] ?? null;
  return [
    formatClock(at * 1000, Date.now()),
    latency === null ? t('chart.noAnswer') : formatLatency(latency),
    ...(loss === null ? [] : [t('chart.lossOf', { loss: formatPercent(loss) })]),
  ].join(' · ');
}
