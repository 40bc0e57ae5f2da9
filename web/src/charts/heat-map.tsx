import { useMemo, useState } from 'preact/hooks';
import { formatClock, formatInteger } from '../text/format.ts';
import { t } from '../text/text.ts';
import { endOf, type BucketTable } from './buckets.ts';
import { drawTimeAxis, useCanvas, type Area } from './canvas.ts';
import { colour } from './colours.ts';
import { crosshair, stepAt } from './crosshair.ts';
import { formatValue, type Unit } from './units.ts';
import { useMark } from './use-mark.ts';

export interface HeatMapProps {
  at: readonly number[];
  stepMs: number;
  table: BucketTable;
  unit: Unit;
  fromMs: number;
  toMs: number;
  height: number;
}

const leftPx = 62;
const bottomPx = 26;
const topPx = 8;
const rightPx = 8;
/** The faintest cell that is not empty can still be told from the ground. */
const faintest = 0.14;
const labelSpacePx = 26;

const areaOf = (width: number, height: number): Area => ({
  left: leftPx,
  top: topPx,
  width: Math.max(1, width - leftPx - rightPx),
  height: Math.max(1, height - topPx - bottomPx),
});

function drawHeatMap(
  context: CanvasRenderingContext2D,
  area: Area,
  { at, stepMs, table, unit, fromMs, toMs }: HeatMapProps,
): void {
  const { bounds, counts, most } = table;
  const x = (ms: number) => area.left + ((ms - fromMs) / (toMs - fromMs)) * area.width;
  const rowHeight = area.height / Math.max(1, bounds.length);
  context.fillStyle = colour('--accent');
  for (const [step, row] of counts.entries()) {
    const start = at[step] ?? 0;
    const left = Math.max(area.left, x(start));
    const right = Math.min(area.left + area.width, x(start + stepMs));
    if (right <= left) continue;
    for (const [index, count] of row.entries()) {
      if (count === 0) continue;
      // By the root: one slow sample among thousands of quick ones is what one looks for.
      context.globalAlpha = faintest + (1 - faintest) * Math.sqrt(count / most);
      const top = area.top + area.height - (index + 1) * rowHeight;
      context.fillRect(left, top, Math.max(1, right - left - 0.5), Math.max(1, rowHeight - 0.5));
    }
  }
  context.globalAlpha = 1;
  context.fillStyle = colour('--text-quiet');
  context.textAlign = 'right';
  const each = Math.max(1, Math.ceil((bounds.length * labelSpacePx) / area.height));
  for (const [index, bound] of bounds.entries()) {
    if (index % each !== 0) continue;
    context.fillText(formatValue(bound, unit), area.left - 6, area.top + area.height - index * rowHeight);
  }
  drawTimeAxis(context, area, { fromMs, toMs });
}

/** How many samples took how long, over time. */
export function HeatMap(props: HeatMapProps) {
  const { at, stepMs, table, unit, fromMs, toMs, height } = props;
  const [read, setRead] = useState('');
  const canvas = useCanvas((context, width) => drawHeatMap(context, areaOf(width, height), props), height, [
    table,
    fromMs,
    toMs,
  ]);
  const mark = useMark('heat-map', (width) => areaOf(width, height), { fromMs, toMs });
  const onMove = (event: PointerEvent) => {
    const shown = canvas.current;
    if (!shown) return;
    const area = areaOf(shown.clientWidth, height);
    const atMs = fromMs + ((event.offsetX - area.left) / area.width) * (toMs - fromMs);
    const step = stepAt(at, stepMs, atMs - stepMs / 2);
    const bucket = Math.floor(((area.top + area.height - event.offsetY) / area.height) * table.bounds.length);
    const start = table.bounds[bucket];
    crosshair.value = { atMs, source: 'heat-map' };
    if (step === undefined || start === undefined) return setRead('');
    setRead(
      t('charts.cell', {
        time: formatClock(at[step] ?? 0, Date.now()),
        from: formatValue(start, unit),
        to: formatValue(endOf(table.bounds, bucket), unit),
        samples: formatInteger(table.counts[step]?.[bucket] ?? 0),
      }),
    );
  };
  const onLeave = () => {
    setRead('');
    crosshair.value = undefined;
  };
  const shades = useMemo(() => [0.2, 0.4, 0.6, 0.8, 1], []);
  return (
    <div aria-hidden="true">
      <div class="plot">
        <canvas ref={canvas} class="picture" onPointerMove={onMove} onPointerLeave={onLeave} />
        <div ref={mark} class="plot-mark" />
      </div>
      <p class="picture-legend quiet">
        <span>{t('charts.few')}</span>
        {shades.map((shade) => (
          <span key={shade} class="shade" style={{ opacity: String(shade) }} />
        ))}
        <span>{t('charts.many', { samples: formatInteger(table.most) })}</span>
        <span class="picture-readout">{read}</span>
      </p>
    </div>
  );
}
