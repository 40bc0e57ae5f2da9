import { lookup } from 'node:dns/promises';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '../../src/platform/index.ts';
import { makeBatch, openDuckDb, samplesTable, type ColumnBatch, type Query } from '../../src/store/index.ts';
import type { SegmentStore } from '../../src/store/segments/segment-store.ts';
import { percentile, rounded, type BenchOptions, type BenchRow } from '../bench.ts';

const rowsPerSecond = 50_000;
const batchMs = 100;
const tickMs = 10;
const lookupMs = 50;
const queriesAtOnce = 4;

/** How late a process is that stores much while others ask much: what a watcher that probes and votes would feel. */
export async function lag(
  { quick, log }: BenchOptions,
  open: (directory: string) => Promise<SegmentStore>,
): Promise<{ rows: BenchRow[]; notes: string[] }> {
  const seconds = quick ? 4 : 10;
  const directory = mkdtempSync(join(tmpdir(), 'qw-bench-lag-'));
  const engine = openDuckDb({ segments: await open(directory), log: silentLog });
  try {
    const idle = await felt('idle', seconds, () => Promise.resolve({}));
    log(JSON.stringify(idle));
    for (let part = 0; part < 20; part++) await engine.append(batchOf(rowsPerSecond));
    const busy = await felt(
      `${rowsPerSecond} rows/s and ${queriesAtOnce} heavy questions at once`,
      seconds,
      async (isOver) => {
        const rows = (rowsPerSecond * batchMs) / 1000;
        const appended: Promise<number>[] = [];
        const append = () =>
          engine.append(batchOf(rows)).then(
            () => rows,
            () => 0,
          );
        const ingest = setInterval(() => appended.push(append()), batchMs);
        let answered = 0;
        const ask = async () => {
          while (!isOver()) {
            await engine.query(heavy());
            answered++;
          }
        };
        await Promise.all(Array.from({ length: queriesAtOnce }, ask));
        clearInterval(ingest);
        const stored = await Promise.all(appended);
        return { offeredRows: rows * stored.length, storedRows: stored.reduce((sum, one) => sum + one, 0), answered };
      },
    );
    log(JSON.stringify(busy));
    return {
      rows: [idle, busy],
      notes: [
        'lag: of a timer of 10 ms, and of dns.lookup("localhost"), in the process that stores; questions run in the query process',
      ],
    };
  } finally {
    await engine.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

async function felt(
  name: string,
  seconds: number,
  work: (isOver: () => boolean) => Promise<BenchRow | Record<string, never>>,
): Promise<BenchRow> {
  const [late, lookups]: [number[], number[]] = [[], []];
  let lastMs = performance.now();
  const tick = setInterval(() => {
    const nowMs = performance.now();
    late.push(Math.max(0, nowMs - lastMs - tickMs));
    lastMs = nowMs;
  }, tickMs);
  const look = setInterval(() => {
    const startMs = performance.now();
    void lookup('localhost').then(() => lookups.push(performance.now() - startMs));
  }, lookupMs);
  const endMs = performance.now() + seconds * 1000;
  const figures = await work(() => performance.now() >= endMs);
  await new Promise((resolve) => setTimeout(resolve, Math.max(0, endMs - performance.now())));
  clearInterval(tick);
  clearInterval(look);
  return {
    name,
    lagP50Ms: rounded(percentile(late, 50)),
    lagP99Ms: rounded(percentile(late, 99)),
    lagMaxMs: rounded(Math.max(...late)),
    lookupP99Ms: rounded(percentile(lookups, 99)),
    lookupMaxMs: rounded(Math.max(...lookups)),
    ...figures,
  };
}

let made = 0;

function batchOf(rows: number): ColumnBatch {
  const batch = makeBatch(samplesTable, rows);
  const { ts, series, latency_us: latency } = batch.columns;
  const now = BigInt(Date.now());
  for (let row = 0; row < rows; row++) {
    (ts as BigUint64Array)[row] = now;
    (series as Uint32Array)[row] = made++ % 10_000;
    (latency as Uint32Array)[row] = 1000 + ((row * 7919) % 50_000);
  }
  return batch;
}

/** Over every row there is, with as many groups as there are series. */
function heavy(): Query {
  return {
    table: samplesTable,
    from: Date.now() - 3_600_000,
    to: Date.now() + 60_000,
    select: [
      { name: 'series', value: { column: 'series' } },
      { name: 'values', value: { aggregate: 'distinct', of: { column: 'latency_us' } } },
      { name: 'newest', value: { aggregate: 'last', of: { column: 'latency_us' }, by: { column: 'ts' } } },
    ],
    orderBy: [{ name: 'values', descending: true }, { name: 'series' }],
    limit: 100,
  };
}
