import { useEffect, useId, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { Chart } from '../../../src/model/index.ts';
import { formatTick } from '../text/format.ts';
import { shownTheme } from '../theme.ts';
import { colour, colourNames } from './colours.ts';
import { crosshair } from './crosshair.ts';
import { stacked, type ChartLine } from './lines.ts';
import { attachPan } from './pan.ts';
import type { Window } from './question.ts';
import { formatValue, roundUp } from './units.ts';

export interface PlotProps {
  at: readonly number[];
  lines: readonly ChartLine[];
  /** Keys of lines that are not drawn. */
  hidden: ReadonlySet<string>;
  areas: boolean;
  fromMs: number;
  toMs: number;
  thresholds: Chart['thresholds'];
  /** Stretches of time that are shaded. */
  spans?: readonly Window[] | undefined;
  min?: number | undefined;
  max?: number | undefined;
  height: number;
  onZoom: (fromMs: number, toMs: number) => void;
  onReset: () => void;
}

/** A drag shorter than this, in CSS pixels, is a click. */
const minDragPx = 6;
const axisSizePx = 62;
/** Half the width of the usual tick, and the free space right of the picture. */
const tickHalfPx = 16;
const edgePx = 8;

/** Distances between ticks of sizes, in bytes: each twice the one before. */
const sizes = Array.from({ length: 54 }, (_, power) => 2 ** power);

type Column = (number | null)[];

/** Columns for uPlot; areas are laid upon each other and drawn from the top one down, so that each covers the next. */
function columnsOf({ at, lines, areas }: PlotProps, shown: readonly ChartLine[]): uPlot.AlignedData {
  const x = at.map((ms) => ms / 1000);
  if (!areas) return [x, ...lines.map(({ values }) => values as Column)];
  const sums = new Map(stacked(shown).map((values, index) => [shown[index]?.key, values]));
  const gaps: Column = at.map(() => null);
  return [x, ...lines.toReversed().map(({ key }) => sums.get(key) ?? gaps)];
}

function rangeOf({ min, max, thresholds, lines }: PlotProps, dataMax: number | null): [number, number] {
  const unit = lines[0]?.unit ?? 'count';
  const marks = thresholds.map(({ value }) => value);
  const least = Math.min(0, ...lines.flatMap((line) => (line.min === null ? [] : [line.min])));
  const bottom = min ?? (least < 0 ? -roundUp(-least, unit) : 0);
  // A threshold far above everything would press the lines flat: only near ones are kept in sight.
  const near = marks.filter((mark) => dataMax !== null && mark <= dataMax * 3);
  const top = max ?? roundUp(Math.max(dataMax ?? 0, ...near) * 1.05, unit);
  return top > bottom ? [bottom, top] : [bottom, bottom + 1];
}

/** Behind everything else, so that lines and grid stay as they are. */
function shadeSpans(u: uPlot, spans: readonly Window[]): void {
  if (spans.length === 0) return;
  u.ctx.save();
  u.ctx.beginPath();
  u.ctx.rect(u.bbox.left, u.bbox.top, u.bbox.width, u.bbox.height);
  u.ctx.clip();
  u.ctx.fillStyle = colour('--down-soft');
  for (const { fromMs, toMs } of spans) {
    const left = u.valToPos(fromMs / 1000, 'x', true);
    const right = u.valToPos(toMs / 1000, 'x', true);
    u.ctx.fillRect(left, u.bbox.top, Math.max(devicePixelRatio, right - left), u.bbox.height);
  }
  u.ctx.restore();
}

function drawThresholds(u: uPlot, thresholds: Chart['thresholds']): void {
  const ratio = devicePixelRatio;
  u.ctx.save();
  for (const { value, severity, label } of thresholds) {
    const y = u.valToPos(value, 'y', true);
    if (y < u.bbox.top - 1 || y > u.bbox.top + u.bbox.height + 1) continue;
    u.ctx.strokeStyle = u.ctx.fillStyle = colour(severity === 'critical' ? '--down' : '--degraded');
    u.ctx.lineWidth = ratio;
    u.ctx.setLineDash([5 * ratio, 4 * ratio]);
    u.ctx.beginPath();
    u.ctx.moveTo(u.bbox.left, y);
    u.ctx.lineTo(u.bbox.left + u.bbox.width, y);
    u.ctx.stroke();
    if (label === undefined) continue;
    u.ctx.font = `${11 * ratio}px ${getComputedStyle(document.body).fontFamily}`;
    u.ctx.textAlign = 'right';
    u.ctx.fillText(label, u.bbox.left + u.bbox.width - 4 * ratio, y - 4 * ratio, u.bbox.width / 2);
  }
  u.ctx.restore();
}

function axesOf(current: { readonly current: PlotProps }): uPlot.Axis[] {
  const axis: uPlot.Axis = {
    stroke: colour('--text-quiet'),
    font: `11px ${getComputedStyle(document.body).fontFamily}`,
    grid: { stroke: colour('--line-soft'), width: 1 },
    ticks: { show: false },
  };
  const unit = () => current.current.lines[0]?.unit ?? 'count';
  return [
    {
      ...axis,
      size: 26,
      space: 64,
      // A word that is cut off at the edge says something else.
      values: (u, splits, _, __, distance) =>
        splits.map((at) =>
          u.valToPos(at, 'x') > u.bbox.width / devicePixelRatio - tickHalfPx + edgePx
            ? ''
            : formatTick(at * 1000, distance * 1000),
        ),
    },
    {
      ...axis,
      size: axisSizePx,
      space: 34,
      ...(unit().startsWith('bytes') ? { incrs: sizes } : {}),
      values: (_, splits) => splits.map((value) => formatValue(value, unit())),
    },
  ];
}

/** Places of values without a neighbour. */
function isolatedPoints(u: uPlot, series: number): number[] {
  const values = u.data[series] ?? [];
  const found: number[] = [];
  for (const [index, value] of values.entries()) {
    if (typeof value === 'number' && typeof values[index - 1] !== 'number' && typeof values[index + 1] !== 'number')
      found.push(index);
  }
  return found;
}

function seriesOf({ lines, areas, hidden }: PlotProps): uPlot.Series[] {
  const names = colourNames(lines);
  const drawn = lines.map((line, index): uPlot.Series => {
    const stroke = colour(names[index] ?? '--accent');
    return {
      label: line.key,
      show: !hidden.has(line.key),
      stroke,
      width: line.past ? 1.25 : 1.6,
      spanGaps: false,
      ...(line.past ? { dash: [5, 4], alpha: 0.75 } : {}),
      ...(areas ? { fill: `color-mix(in srgb, ${stroke} 45%, ${colour('--surface')})`, width: 1 } : {}),
      // A value between two gaps has no line to show it.
      points: { show: true, size: 4, fill: stroke, filter: isolatedPoints },
    };
  });
  return [{}, ...(areas ? drawn.toReversed() : drawn)];
}

/** Lines or stacked areas over time. Readers have the table beside it, so that the picture itself is hidden from them. */
export function Plot(props: PlotProps) {
  const box = useRef<HTMLDivElement>(null);
  const mark = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | undefined>(undefined);
  const current = useRef(props);
  current.current = props;
  const source = useId();
  const theme = shownTheme.value;
  const { lines, areas, hidden, height } = props;
  const shape = `${theme} ${areas} ${height} ${lines.map(({ key }) => key).join('\n')} | ${[...hidden].join('\n')}`;

  useEffect(() => {
    const holder = box.current;
    if (!holder) return undefined;
    const shown = () => current.current.lines.filter(({ key }) => !current.current.hidden.has(key));
    const u = new uPlot(
      {
        width: Math.max(80, holder.clientWidth),
        height: current.current.height,
        padding: [8, edgePx, 0, 0],
        legend: { show: false },
        cursor: { y: false, drag: { x: true, y: false, setScale: false, dist: minDragPx }, points: { size: 6 } },
        scales: {
          x: { time: true, range: () => [current.current.fromMs / 1000, current.current.toMs / 1000] },
          y: { range: (_, __, max: number | null) => rangeOf(current.current, max) },
        },
        axes: axesOf(current),
        series: seriesOf(current.current),
        hooks: {
          drawClear: [(self) => shadeSpans(self, current.current.spans ?? [])],
          draw: [(self) => drawThresholds(self, current.current.thresholds)],
          setSelect: [
            (self) => {
              const { left, width } = self.select;
              if (width < minDragPx) return;
              current.current.onZoom(self.posToVal(left, 'x') * 1000, self.posToVal(left + width, 'x') * 1000);
              self.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
            },
          ],
          setCursor: [
            (self) => {
              const { left } = self.cursor;
              if (left === undefined || left < 0) {
                if (crosshair.peek()?.source === source) crosshair.value = undefined;
              } else crosshair.value = { atMs: self.posToVal(left, 'x') * 1000, source };
            },
          ],
        },
      },
      columnsOf(current.current, shown()),
      holder,
    );
    chart.current = u;
    const reset = () => current.current.onReset();
    u.over.addEventListener('dblclick', reset);
    const stopPan = attachPan(u, (fromMs, toMs) => current.current.onZoom(fromMs, toMs));
    const sized = new ResizeObserver(() => {
      u.setSize({ width: Math.max(80, holder.clientWidth), height: current.current.height });
    });
    sized.observe(holder);
    // What another chart points at is marked here as well, without drawing anything anew.
    const stopMark = crosshair.subscribe((value) => {
      const line = mark.current;
      if (!line) return;
      const x = value === undefined || value.source === source ? -1 : u.valToPos(value.atMs / 1000, 'x');
      const inside = x >= 0 && x <= u.over.clientWidth;
      line.style.display = inside ? 'block' : 'none';
      if (inside) line.style.transform = `translateX(${u.over.offsetLeft + x}px)`;
    });
    return () => {
      stopMark();
      stopPan();
      sized.disconnect();
      u.destroy();
      chart.current = undefined;
    };
  }, [shape]);

  useEffect(() => {
    const visible = lines.filter(({ key }) => !hidden.has(key));
    chart.current?.setData(columnsOf(props, visible));
  }, [lines, hidden, props.at, props.fromMs, props.toMs, props.spans?.length]);

  return (
    <div class="plot" aria-hidden="true">
      <div ref={box} style={{ minHeight: `${height}px` }} />
      <div ref={mark} class="plot-mark" />
    </div>
  );
}
