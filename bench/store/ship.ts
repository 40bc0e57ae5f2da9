import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createClient } from '@clickhouse/client';
import { silentLog, systemClock } from '../../src/platform/index.ts';
import { openClickHouse, type ColumnBatch, type Table } from '../../src/store/index.ts';
import { clickhouseMissing, ClickHouseServers } from '../../test/support/clickhouse.ts';
import { median, rounded, type BenchOptions, type BenchRow } from '../bench.ts';
import { flows, samples } from './rows.ts';

const batchRows = 10_000;

/** Processor time of this process for a row on its way to a ClickHouse server, ours and the official client's in turns. */
export async function ship({ quick, log }: BenchOptions): Promise<{ rows: BenchRow[]; notes: string[] }> {
  const missing = clickhouseMissing();
  if (missing !== undefined) return { rows: [], notes: [`ship: not measured: ${missing}`] };
  const batches = quick ? 5 : 90;
  const rounds = quick ? 1 : 3;
  const kinds: Record<string, ColumnBatch[]> = {
    samples: Array.from({ length: batches }, (_, at) => samples(1000, batchRows / 1000, (at * batchRows) / 1000)),
    flows: Array.from({ length: batches }, (_, at) => flows(batchRows, at * batchRows)),
  };
  const tables = Object.values(kinds).flatMap(([batch]) => batch?.table ?? []);
  const directory = mkdtempSync(join(tmpdir(), 'qw-bench-ship-'));
  const servers = await ClickHouseServers.start(1);
  const rows: BenchRow[] = [];
  try {
    const url = servers.urls[0] ?? '';
    for (const [name, given] of Object.entries(kinds)) {
      const costs = { ours: [] as number[], client: [] as number[] };
      // The first round warms the compiler up and does not count.
      for (let round = 0; round <= rounds; round++) {
        const ours = await cpuOf(batches, () => withOurs(url, join(directory, `${name}${round}`), tables, given));
        const client = await cpuOf(batches, () => withClient(url, given));
        log(`${name}, round ${round} of ${rounds}: ${ours.toFixed(2)} ${client.toFixed(2)} us a row`);
        if (round === 0) continue;
        costs.ours.push(ours);
        costs.client.push(client);
      }
      const [ours, client] = [median(costs.ours), median(costs.client)];
      rows.push({
        ship: name,
        rows: batches * batchRows,
        oursCpuUs: rounded(ours),
        clientCpuUs: rounded(client),
        ofClient: rounded(ours / client),
      });
    }
  } finally {
    await servers.stop();
    rmSync(directory, { recursive: true, force: true });
  }
  return {
    rows,
    notes: [
      'ship: batches of 10,000 rows to one server of Debian’s ClickHouse; ours: a durable spool, then Native format, an insert for each 100,000 rows; @clickhouse/client: JSONEachRow, which it takes as objects, an insert a batch and no spool',
      'ship: processor time of the sending process, all its threads, in turns in one process',
    ],
  };
}

async function cpuOf(batches: number, work: () => Promise<void>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / (batches * batchRows);
}

async function withOurs(
  url: string,
  directory: string,
  tables: readonly Table[],
  batches: readonly ColumnBatch[],
): Promise<void> {
  const shards = [{ name: 'shard1', database: 'bench', servers: [url] }];
  const engine = await openClickHouse({ shards, tables, directory, clock: systemClock, log: silentLog });
  await Promise.all(batches.map((batch) => engine.append(batch)).concat(engine.seal()));
  while (readdirSync(join(directory, 'spool')).length > 0) await pause(20);
  await engine.close();
}

async function withClient(url: string, batches: readonly ColumnBatch[]): Promise<void> {
  const client = createClient({ url, database: 'bench' });
  for (const batch of batches) {
    await client.insert({ table: batch.table.name, values: objectsOf(batch), format: 'JSONEachRow' });
  }
  await client.close();
}

function objectsOf({ rows, columns }: ColumnBatch): object[] {
  const named = Object.entries(columns);
  return Array.from({ length: rows }, (_, row) =>
    Object.fromEntries(
      named.map(([name, column]) => {
        const value = column[row] ?? 0;
        return [name, typeof value === 'bigint' ? String(value) : value];
      }),
    ),
  );
}
