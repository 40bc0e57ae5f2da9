import { t } from '../text/text.ts';
import { formatInteger } from '../text/format.ts';
import { endOf, totalsOf, type BucketTable } from './buckets.ts';
import { useCanvas } from './canvas.ts';
import { colour } from './colours.ts';
import { formatValue, roundUp, type Unit } from './units.ts';

const leftPx = 62;
const bottomPx = 26;
const topPx = 8;
const labelSpacePx = 70;
const gridLines = 4;

/** How many samples took how long, of the whole time. */
export function Histogram({ table, unit, height }: { table: BucketTable; unit: Unit; height: number }) {
  const totals = totalsOf(table);
  const top = roundUp(Math.max(1, ...totals), 'count');
  const canvas = useCanvas(
    (context, width) => {
      const areaWidth = Math.max(1, width - leftPx - 8);
      const areaHeight = height - topPx - bottomPx;
      const bar = areaWidth / Math.max(1, totals.length);
      context.textAlign = 'right';
      for (let line = 0; line <= gridLines; line++) {
        const y = topPx + areaHeight - (line / gridLines) * areaHeight;
        context.fillStyle = colour('--line-soft');
        context.fillRect(leftPx, Math.round(y), areaWidth, 1);
        context.fillStyle = colour('--text-quiet');
        context.fillText(formatValue((top * line) / gridLines, 'count'), leftPx - 6, y);
      }
      context.fillStyle = colour('--series-1');
      for (const [index, count] of totals.entries()) {
        const barHeight = (count / top) * areaHeight;
        context.fillRect(leftPx + index * bar, topPx + areaHeight - barHeight, Math.max(1, bar - 1), barHeight);
      }
      context.fillStyle = colour('--text-quiet');
      context.textAlign = 'center';
      const each = Math.max(1, Math.ceil((totals.length * labelSpacePx) / areaWidth));
      for (const [index, bound] of table.bounds.entries())
        if (index % each === 0)
          context.fillText(formatValue(bound, unit), leftPx + index * bar, height - bottomPx + 14);
    },
    height,
    [table],
  );
  return (
    <div aria-hidden="true">
      <canvas ref={canvas} class="picture" />
    </div>
  );
}

/** Buckets with their counts, for readers and for those who want the figure. */
export function bucketRows(table: BucketTable, unit: Unit): string[][] {
  const totals = totalsOf(table);
  const all = totals.reduce((sum, count) => sum + count, 0);
  return totals.map((count, index) => [
    t('charts.fromTo', {
      from: formatValue(table.bounds[index] ?? 0, unit),
      to: formatValue(endOf(table.bounds, index), unit),
    }),
    formatInteger(count),
    formatValue(all === 0 ? 0 : count / all, 'ratio'),
  ]);
}
