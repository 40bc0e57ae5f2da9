import { useState } from 'preact/hooks';
import { formatClock } from '../text/format.ts';
import { isolated } from '../text/isolated.ts';
import { t } from '../text/text.ts';
import { drawTimeAxis, useCanvas, type Area } from './canvas.ts';
import { colour } from './colours.ts';
import { crosshair } from './crosshair.ts';
import type { ChartLine } from './lines.ts';
import { carried, stateName, stretchesOf } from './state-names.ts';
import { useMark } from './use-mark.ts';

export interface StatusHistoryProps {
  at: readonly number[];
  stepMs: number;
  lines: readonly ChartLine[];
  metric: string;
  fromMs: number;
  toMs: number;
  /** Of what fits; more rows make it longer. */
  height: number;
}

const rowPx = 22;
const barPx = 14;
const bottomPx = 26;
const mostNamePx = 190;

const areaOf = (width: number, height: number): Area => {
  const left = Math.min(mostNamePx, width * 0.3);
  return { left, top: 4, width: Math.max(1, width - left - 8), height: height - bottomPx - 4 };
};

/** As much of a name as there is room for. */
function fitted(context: CanvasRenderingContext2D, name: string, width: number): string {
  if (context.measureText(name).width <= width) return name;
  let text = name.slice(0, 60);
  while (text.length > 1 && context.measureText(`${text}…`).width > width) text = text.slice(0, -1);
  return `${text}…`;
}

/** One strip for each line: what state it was in, when. */
export function StatusHistory(props: StatusHistoryProps) {
  const { at, stepMs, lines, metric, fromMs, toMs } = props;
  const [read, setRead] = useState('');
  const height = Math.max(rowPx * Math.max(1, lines.length) + bottomPx + 4, Math.min(props.height, 90));
  const canvas = useCanvas(
    (context, width) => {
      const area = areaOf(width, height);
      const x = (ms: number) =>
        Math.min(
          area.left + area.width,
          Math.max(area.left, area.left + ((ms - fromMs) / (toMs - fromMs)) * area.width),
        );
      for (const [row, line] of lines.entries()) {
        const top = area.top + row * rowPx;
        context.fillStyle = colour('--text');
        context.textAlign = 'left';
        context.fillText(isolated(fitted(context, line.name, area.left - 10)), 0, top + rowPx / 2);
        context.fillStyle = colour('--line-soft');
        context.fillRect(area.left, top + rowPx / 2 - 0.5, area.width, 1);
        for (const { fromStep, toStep, state } of stretchesOf(metric, carried(line.values, stepMs))) {
          if (!state) continue;
          const left = x(at[fromStep] ?? 0);
          const right = x((at[toStep - 1] ?? 0) + stepMs);
          context.fillStyle = colour(state.colour);
          context.fillRect(left, top + (rowPx - barPx) / 2, Math.max(1, right - left), barPx);
        }
      }
      drawTimeAxis(context, { ...area, height: height - bottomPx - 4 }, { fromMs, toMs });
    },
    height,
    [lines, fromMs, toMs],
  );
  const mark = useMark('status-history', (width) => areaOf(width, height), { fromMs, toMs });
  const onMove = (event: PointerEvent) => {
    const shown = canvas.current;
    if (!shown) return;
    const area = areaOf(shown.clientWidth, height);
    const atMs = fromMs + ((event.offsetX - area.left) / area.width) * (toMs - fromMs);
    const line = lines[Math.floor((event.offsetY - area.top) / rowPx)];
    const step = Math.floor((atMs - (at[0] ?? 0)) / Math.max(1, stepMs));
    crosshair.value = { atMs, source: 'status-history' };
    const state = line && stateName(metric, carried(line.values, stepMs)[step] ?? null);
    setRead(
      line === undefined || event.offsetX < area.left
        ? ''
        : [line.name, formatClock(atMs, Date.now()), state ? t(`charts.states.${state.name}`) : t('charts.gap')].join(
            ' · ',
          ),
    );
  };
  return (
    <div aria-hidden="true">
      <div class="plot">
        <canvas
          ref={canvas}
          class="picture"
          onPointerMove={onMove}
          onPointerLeave={() => {
            setRead('');
            crosshair.value = undefined;
          }}
        />
        <div ref={mark} class="plot-mark" />
      </div>
      <p class="picture-legend quiet">
        {namesIn(props).map((state) => (
          <span key={state.name} class="state-key">
            <span class="state-swatch" style={{ background: `var(${state.colour})` }} />
            {t(`charts.states.${state.name}`)}
          </span>
        ))}
        <span class="picture-readout">{read}</span>
      </p>
    </div>
  );
}

/** The states that occur, for the key below. */
function namesIn({ lines, metric }: StatusHistoryProps) {
  const found = new Map(
    lines.flatMap(({ values }) =>
      values.flatMap((value) => {
        const state = stateName(metric, value);
        return state ? [[state.name, state] as const] : [];
      }),
    ),
  );
  return [...found.values()];
}
