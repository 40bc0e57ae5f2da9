/** A chart of letters, for terminals of any width. */

const blocks = ['', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;
const plain = ['', '.', ':', '|'] as const;

export interface ChartOptions {
  /** In characters. */
  width: number;
  height: number;
  unicode: boolean;
}

/** Values over time as bars, the greatest as high as the chart. Lines from the top on, without labels. */
export function drawBars(values: readonly number[], { width, height, unicode }: ChartOptions): string[] {
  const levels = unicode ? blocks : plain;
  const steps = levels.length - 1;
  const columns = resampled(values, width);
  const most = Math.max(...columns, 0);
  const filled = columns.map((value) => (most === 0 ? 0 : Math.round((value / most) * height * steps)));
  return Array.from({ length: height }, (_, line) => {
    const below = (height - 1 - line) * steps;
    return filled
      .map((level, at) => {
        const here = Math.min(steps, level - below);
        // What is there at all is seen, however small it is.
        if (below === 0 && here <= 0 && (columns[at] ?? 0) > 0) return levels[1] ?? '';
        return here <= 0 ? ' ' : (levels[here] ?? '');
      })
      .join('');
  });
}

/** As many columns as there is room for: where steps share a column, the greatest of them, so that no peak is lost. */
function resampled(values: readonly number[], width: number): number[] {
  if (values.length === 0) return [];
  return Array.from({ length: width }, (_, column) => {
    const from = Math.floor((column * values.length) / width);
    const to = Math.max(from + 1, Math.floor(((column + 1) * values.length) / width));
    return Math.max(...values.slice(from, to));
  });
}
