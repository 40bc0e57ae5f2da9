import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { flowsSchema, telemetrySchema } from '../../src/model/index.ts';
import { dataSet, message, templateSet, type MadeField } from '../../src/observe/flows/decode/message.fixture.ts';
import { openDatagrams, silentLog, systemClock } from '../../src/platform/index.ts';
import { flowAccountsTable, flowsTable } from '../../src/store/index.ts';
import { CollectorProcess } from '../../src/watcher/flows/collector/collector-process.ts';
import { ChdbServer, chdbMissing } from '../support/chdb.ts';

const missing = chdbMissing();
if (missing !== undefined) process.stderr.write(`Flows in ClickHouse: skipped: ${missing}\n`);

const patience = { timeout: 60_000, interval: 200 };
const fields: MadeField[] = [
  { id: 27, length: 16 },
  { id: 28, length: 16 },
  { id: 1, length: 8 },
];
const record = [new Uint8Array(16).fill(0xfe), new Uint8Array(16).fill(0x20), Uint8Array.of(0x10, 0, 0, 0, 0, 0, 0, 1)];

describe.skipIf(missing !== undefined)('flows in ClickHouse', () => {
  const directory = mkdtempSync(join(tmpdir(), 'qw-flows-clickhouse-'));
  let server: ChdbServer;
  beforeAll(async () => {
    server = await ChdbServer.start();
  }, 120_000);
  afterAll(async () => {
    await server?.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  test('what comes is there to be asked for, exact to 64 bits', { timeout: 180_000 }, async () => {
    const telemetry = telemetrySchema.parse({
      engine: 'clickhouse',
      clickhouse: { shards: [{ servers: [server.url] }] },
    });
    const flows = flowsSchema.parse({ listen: ['udp:127.0.0.1:0'] });
    const settings = { self: 'Test-1', directory, flows, telemetry };
    const collector = new CollectorProcess({ settings, clock: systemClock, log: silentLog });
    const socket = await openDatagrams({ host: '127.0.0.1', port: 0, onDatagram: () => undefined });
    try {
      await vi.waitFor(() => {
        expect(collector.status().listening, collector.status().problems.join()).toHaveLength(1);
      }, patience);
      const to = { address: '127.0.0.1', port: Number(/:(\d+)$/.exec(collector.status().listening[0] ?? '')?.[1]) };
      const exportSeconds = Math.floor(Date.now() / 1000);
      socket.send(to, message(10, [templateSet(10, 300, fields)], { exportSeconds }));
      socket.send(to, message(10, [dataSet(300, fields, [record, record])], { exportSeconds }));
      socket.send(to, message(10, [dataSet(300, fields, [record])], { exportSeconds, sequence: 5 }));
      const all = { from: 0, to: 4_000_000_000_000 };
      const column = (name: string) => ({ name, value: { column: name } });
      await vi.waitFor(async () => {
        const { rows } = await collector.query({
          ...all,
          table: flowsTable,
          select: [
            ...['exporter', 'source_high', 'source_low', 'destination_low', 'bytes', 'sampling'].map(column),
            { name: 'records', value: { aggregate: 'count' } },
          ],
        });
        const high = String(0xfefe_fefe_fefe_fefen);
        expect(rows).toEqual([[1, high, high, String(0x2020_2020_2020_2020n), String(0x1000_0000_0000_0001n), 1, 3]]);
      }, patience);
      await vi.waitFor(
        async () => {
          const { rows } = await collector.query({
            ...all,
            table: flowAccountsTable,
            select: ['exporter', 'messages', 'records', 'lost'].map(column),
          });
          expect(rows).toEqual([[1, '3', '3', '3']]);
        },
        { ...patience, timeout: 90_000 },
      );
    } finally {
      socket.close();
      await collector.close();
    }
  });
});
