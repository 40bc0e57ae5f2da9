import { formatInteger } from '../text/format.ts';
import { t } from '../text/text.ts';

/** How far the order has run between the last stable checkpoint and where it must wait for the next. */
export function WaterMarks({ low, high, sequence }: { low: number; high: number; sequence: number }) {
  const span = Math.max(1, high - low);
  const share = Math.min(1, Math.max(0, (sequence - low) / span));
  const values = { low: formatInteger(low), high: formatInteger(high), sequence: formatInteger(sequence) };
  return (
    <div class="water" role="img" aria-label={t('cluster.waterMarks', values)}>
      <div class="water-bar">
        <div class="water-level" style={{ inlineSize: `${100 * share}%` }} />
      </div>
      <div class="water-ends quiet">
        <span>h = {values.low}</span>
        <span>n = {values.sequence}</span>
        <span>H = {values.high}</span>
      </div>
    </div>
  );
}
