import type { EpochMs } from '../../model/index.ts';
import type { MetricsStore } from '../telemetry/scope.ts';
import { loadRows, type RowSource } from './readings/load-rows.ts';
import { Sight } from './sight.ts';

/** How long a watcher saw nothing, written down at the end of that time. */
export const blindMetric = 'quorumwatch_alert_blind_seconds';
/** A time without sight that began within the span may end after it. */
const longestMs = 86_400_000;

/** When a watcher saw nothing, as it wrote down then. */
export async function readBlindSpans(
  source: RowSource,
  book: MetricsStore['book'],
  watcher: string,
  { from, to }: { from: EpochMs; to: EpochMs },
): Promise<Sight> {
  const sight = new Sight();
  const points = book.of(blindMetric).flatMap(({ id, labels }) => (labels['watcher'] === watcher ? [id] : []));
  if (points.length === 0) return sight;
  const until = { from, to: to + longestMs };
  await loadRows(source, { points, samples: [] }, until, {
    point: (_series, at, seconds) => sight.add(at - seconds * 1000, at),
    sample: () => {},
  });
  return sight;
}
