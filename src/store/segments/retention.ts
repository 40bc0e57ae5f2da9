import type { EpochMs } from '../../model/index.ts';
import type { RetentionPolicy, Segment } from './segment-store.ts';

/** Which segments go: first by age, then, while there are too many bytes, the oldest that nothing protects. */
export function chooseDrops(
  segments: readonly Segment[],
  { tables, maxBytes = Infinity }: RetentionPolicy,
  now: EpochMs,
): { drops: Segment[]; excessBytes: number } {
  const drops: Segment[] = [];
  let bytes = 0;
  for (const segment of segments) {
    const rule = tables[segment.table];
    if (rule && segment.to < (rule.before ?? now - rule.maxAgeMs)) drops.push(segment);
    else bytes += segment.bytes;
  }
  const aged = new Set(drops);
  for (const segment of segments.toSorted((a, b) => a.to - b.to)) {
    if (bytes <= maxBytes) break;
    const rule = tables[segment.table];
    if (!rule || aged.has(segment) || segment.to >= now - (rule.keepMs ?? 0)) continue;
    drops.push(segment);
    bytes -= segment.bytes;
  }
  return { drops, excessBytes: Math.max(0, bytes - maxBytes) };
}
