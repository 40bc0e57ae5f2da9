import type { EpochMs, Milliseconds } from '../../model/index.ts';
import { pointsTable } from '../../store/index.ts';
import type { MetricsStore } from '../telemetry/scope.ts';
import { Sight } from './sight.ts';

/** How long a watcher saw nothing, written down at the end of that time. */
export const blindMetric = 'quorumwatch_alert_blind_seconds';
/** A time without sight that began before the end may end so long after it. */
const longestMs: Milliseconds = 86_400_000;
const deadlineMs: Milliseconds = 30_000;

/** What every watcher writes down of itself every few seconds. */
const presentMetric = 'quorumwatch_process_resident_memory_bytes';
/** Who was away for longer begins as a new one. */
const longestAwayMs: Milliseconds = 30 * 86_400_000;

/** When a watcher that starts now was last there; undefined where the store knows nothing of it. */
export async function lastSeenAt(
  { engine, book }: Pick<MetricsStore, 'engine' | 'book'>,
  watcher: string,
  now: EpochMs,
): Promise<EpochMs | undefined> {
  const ids = seriesOf(book, presentMetric, watcher);
  if (ids.length === 0) return undefined;
  const { rows } = await engine.query(
    {
      table: pointsTable,
      from: now - longestAwayMs,
      to: now,
      where: { in: { column: 'series' }, values: ids },
      select: [
        { name: 'series', value: { column: 'series' } },
        { name: 'newest', value: { aggregate: 'max', of: { column: 'ts' } } },
      ],
    },
    { deadlineMs },
  );
  const times = rows.map(([, newest]) => Number(newest));
  return times.length === 0 ? undefined : Math.max(...times);
}

/** When a watcher saw nothing, as it wrote down then; of very many times the last ones. */
export async function readBlindSpans(
  { engine, book }: Pick<MetricsStore, 'engine' | 'book'>,
  watcher: string,
  { from, to }: { from: EpochMs; to: EpochMs },
  signal?: AbortSignal,
): Promise<Sight> {
  const sight = new Sight();
  const ids = seriesOf(book, blindMetric, watcher);
  if (ids.length === 0) return sight;
  const { rows } = await engine.query(
    {
      table: pointsTable,
      from,
      to: to + longestMs,
      where: { in: { column: 'series' }, values: ids },
      select: ['ts', 'value'].map((name) => ({ name, value: { column: name } })),
      orderBy: [{ name: 'ts' }],
    },
    { deadlineMs, ...(signal && { signal }) },
  );
  for (const [at, seconds] of rows) sight.add(Number(at) - Number(seconds) * 1000, Number(at));
  return sight;
}

function seriesOf(book: MetricsStore['book'], metric: string, watcher: string): number[] {
  return book.of(metric).flatMap(({ id, labels }) => (labels['watcher'] === watcher ? [id] : []));
}
