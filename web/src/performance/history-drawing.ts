import type { ApiPathDetail } from '../../../src/model/index.ts';

type History = ApiPathDetail['history'];

export interface Drawing {
  rtt: string;
  p95: string;
  loss: string;
  /** The top of the axis of times, and of that of loss. */
  topMs: number;
  topLoss: number;
  leastMs: number | undefined;
  mostMs: number | undefined;
  mostLoss: number;
}

/** Loss below this is drawn small, so that a lost packet does not look like an outage. */
const leastTopLoss = 0.05;
/** Of the height, for the bars of loss. */
const lossShare = 0.3;

/** Lines that end where there are no figures, and bars of loss from below; in a box of this size. */
export function drawHistory(history: History, { width, height }: { width: number; height: number }): Drawing {
  const { at, rttMs, rttP95Ms, forwardLossRatio, backLossRatio } = history;
  const known = rttMs.flatMap((one) => one ?? []);
  const topMs = Math.max(...rttP95Ms.map((one) => one ?? 0), ...known, 0.001) * 1.05;
  const losses = at.map((_, step) => Math.max(forwardLossRatio[step] ?? 0, backLossRatio[step] ?? 0));
  const mostLoss = Math.max(0, ...losses);
  const topLoss = Math.max(leastTopLoss, mostLoss);
  const stepWidth = width / Math.max(1, at.length);
  const round = (value: number) => Math.round(value * 10) / 10;
  const line = (values: readonly (number | null)[]) => {
    let path = '';
    let pen = false;
    for (const [step, value] of values.entries()) {
      if (value === null) {
        pen = false;
        continue;
      }
      const [x, y] = [round((step + 0.5) * stepWidth), round(height - (value / topMs) * height)];
      // A step alone is a short line, or it would not be seen.
      path += pen ? `L${x} ${y}` : `M${round(x - stepWidth / 2)} ${y}L${x} ${y}`;
      pen = true;
    }
    return path;
  };
  const bars = losses.map((loss, step) => {
    if (loss === 0) return '';
    const barHeight = round(Math.max(1, (loss / topLoss) * lossShare * height));
    return `M${round(step * stepWidth)} ${height}v${-barHeight}h${round(Math.max(1, stepWidth))}v${barHeight}z`;
  });
  return {
    rtt: line(rttMs),
    p95: line(rttP95Ms),
    loss: bars.join(''),
    topMs,
    topLoss,
    leastMs: known.length === 0 ? undefined : Math.min(...known),
    mostMs: known.length === 0 ? undefined : Math.max(...known),
    mostLoss,
  };
}
