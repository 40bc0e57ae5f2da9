import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { silentLog } from '../../src/platform/index.ts';
import { openDuckDb, samplesTable, type Query } from '../../src/store/index.ts';
import type { SegmentStore } from '../../src/store/segments/segment-store.ts';
import { median, rounded, type BenchOptions, type BenchRow } from '../bench.ts';
import { writeWithDuckDb } from './duckdb.ts';

const dayMs = 86_400_000;
const start = 20_000 * dayMs;
const days = 30;

/** The chart of 30 days of one check, from raw samples every ten seconds, while many other checks lie beside it. */
export async function month(
  { quick, log }: BenchOptions,
  open: (directory: string) => Promise<SegmentStore>,
): Promise<{ rows: BenchRow[]; notes: string[] }> {
  const checks = quick ? 10 : 100;
  const directory = mkdtempSync(join(tmpdir(), 'qw-bench-month-'));
  const segments = await open(directory);
  const engine = openDuckDb({ segments, log: silentLog });
  try {
    let bytes = 0;
    const writer = await writeWithDuckDb(directory);
    for (let day = 0; day < days; day++) {
      const from = start + day * dayMs;
      const replacement = segments.planReplacement(samplesTable, [], [{ from, level: 2, note: 'rolled' }]);
      const [output] = replacement.outputs;
      if (!output) throw new Error('no output was planned');
      await writer.copy(samplesOfDay(from, checks), samplesTable, output, basename(output.path));
      bytes += (await segments.replace(replacement)).reduce((sum, segment) => sum + segment.bytes, 0);
    }
    writer.close();
    const elapsed: number[] = [];
    for (let run = 0; run < 15; run++) {
      const startMs = performance.now();
      const { rows } = await engine.query(chartOf((run * 37) % checks));
      elapsed.push(performance.now() - startMs);
      if (rows.length !== days * 24) throw new Error(`${rows.length} points instead of ${days * 24}`);
    }
    log(`month: ${elapsed.map((one) => one.toFixed(0)).join(' ')} ms`);
    const [first = 0, ...warm] = elapsed;
    const rows = days * 8640 * checks;
    return {
      rows: [
        {
          name: `30 days of one check of ${checks}, from raw samples`,
          medianMs: rounded(median(warm)),
          firstMs: rounded(first),
          ofRows: rows,
          bytesPerSample: rounded(bytes / rows),
        },
      ],
      notes: [
        'month: 10 s period with up to 5 ms of jitter, log-normal latency of its own for each check, one failure in a hundred; one sorted file a day; `firstMs` includes the start of the query process',
      ],
    };
  } finally {
    await engine.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

function samplesOfDay(from: number, checks: number): string {
  const normal = 'sqrt(-2 * ln(1 - random())) * cos(2 * pi() * random())';
  return `SELECT ${from} + i * 10000 + CAST(random() * 5 AS INT) AS ts, series,
      CASE WHEN random() < 0.01 THEN 2 ELSE 0 END AS outcome, CAST(latency AS INT) AS latency_us,
      CAST(floor(log2(latency)) * 16 - 48 AS INT) + CAST(floor((latency / pow(2, floor(log2(latency))) - 1) * 16) AS INT)
        AS latency_bucket,
      0 AS loss_percent
    FROM (SELECT i, series, exp(9 + series / 50.0 + 0.3 * ${normal}) AS latency
      FROM range(8640) AS t(i), range(${checks}) AS u(series))`;
}

function chartOf(series: number): Query {
  const latency = { column: 'latency_us' };
  const failed = { left: { column: 'outcome' }, is: '=', right: { literal: 2 } } as const;
  return {
    table: samplesTable,
    from: start,
    to: start + days * dayMs,
    where: { left: { column: 'series' }, is: '=', right: { literal: series } },
    select: [
      { name: 'at', value: { floor: { column: 'ts' }, width: 3_600_000 } },
      { name: 'sum', value: { aggregate: 'sum', of: latency } },
      { name: 'max', value: { aggregate: 'max', of: latency } },
      { name: 'samples', value: { aggregate: 'count' } },
      { name: 'failed', value: { aggregate: 'count', where: failed } },
    ],
    orderBy: [{ name: 'at' }],
  };
}
