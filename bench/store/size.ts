import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { systemClock } from '../../src/platform/index.ts';
import { openSegments, samplesTable } from '../../src/store/index.ts';
import { rounded, type BenchOptions, type BenchRow } from '../bench.ts';
import { writeWithDuckDb } from './duckdb.ts';
import { samples } from './rows.ts';

const hourRounds = 360;

/** Bytes of a probe sample as it is sealed every five seconds, and when an hour of them was sorted into one file. */
export async function size({ quick, log }: BenchOptions): Promise<{ rows: BenchRow[]; notes: string[] }> {
  const rows: BenchRow[] = [];
  for (const checks of quick ? [1000] : [100, 1000, 5000]) {
    const directory = mkdtempSync(join(tmpdir(), 'qw-bench-size-'));
    const store = await openSegments({ directory, clock: systemClock });
    const writer = await writeWithDuckDb(directory);
    try {
      for (let round = 0; round < hourRounds; round++) {
        // Half of a round is what five seconds bring.
        const { columns } = samples(checks, 1, round);
        const half = checks / 2;
        for (const [from, to] of [[0, half] as const, [half, checks] as const]) {
          const part = Object.entries(columns).map(([name, column]) => [name, column.slice(from, to)] as const);
          const done = store.append({ table: samplesTable, rows: to - from, columns: Object.fromEntries(part) });
          await store.seal();
          await done;
        }
      }
      const hot = store.segments();
      const names = hot.map(({ name }) => `'${directory}/${name}'`).join(', ');
      const replacement = store.planReplacement(samplesTable, hot, [{ from: hot[0]?.from ?? 0, level: 1 }]);
      for (const output of replacement.outputs) {
        await writer.copy(`SELECT * FROM read_parquet([${names}])`, samplesTable, output, basename(output.path));
      }
      const total = hot.reduce((sum, { bytes }) => sum + bytes, 0);
      const count = hot.reduce((sum, one) => sum + one.rows, 0);
      const [compacted] = await store.replace(replacement);
      log(`${checks} checks: ${total} bytes hot, ${compacted?.bytes} compacted, ${count} samples`);
      rows.push({
        checks,
        samplesOfFile: checks / 2,
        hotBytesPerSample: rounded(total / count),
        compactedBytesPerSample: rounded((compacted?.bytes ?? 0) / count),
      });
    } finally {
      writer.close();
      await store.close();
      rmSync(directory, { recursive: true });
    }
  }
  return {
    rows,
    notes: [
      'size: an hour of checks every 10 s with up to 5 ms of jitter, log-normal latency (sigma 0.2) around a middle of each check’s own, half a percent lost; hot: a file every 5 s, footers included; compacted: one file an hour, sorted by check and time',
    ],
  };
}
