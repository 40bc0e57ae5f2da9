import { expect, test } from 'vitest';
import { columnText, PlainNames } from './cloud.fixture.ts';
import { CloudLogReader } from './reader.ts';
import type { CloudFormat } from '../../../model/index.ts';
import type { ColumnBatch } from '../../../store/index.ts';

const minuteMs = 60_000;
const at = 1_418_530_020;

function accountsOf(format: CloudFormat, ...files: string[]) {
  const batches: ColumnBatch[] = [];
  const reader = new CloudLogReader({
    format,
    names: new PlainNames(),
    onRows: () => undefined,
    onAccounts: (accounts) => batches.push(accounts),
  });
  for (const file of files) {
    reader.write(new TextEncoder().encode(file), 7 * minuteMs);
    reader.end();
  }
  reader.flush();
  return batches.flatMap((batch) => columnText(batch));
}

const line = (interfaceId: string, end: number, rest = 'ACCEPT OK') =>
  `2 1 ${interfaceId} 10.0.0.1 192.0.2.9 49761 443 6 20 100 ${end - 60} ${end} ${rest}\n`;
const health = (interfaceId: string, end: number, status: string) =>
  `2 1 ${interfaceId} - - - - - - - ${end - 60} ${end} - ${status}\n`;

test('by interface and minute: intervals with records or none, and those that were skipped', () => {
  const log = [
    line('eni-1', at),
    line('eni-1', at),
    health('eni-1', at + 60, 'NODATA'),
    health('eni-1', at + 120, 'SKIPDATA'),
    health('eni-2', at, 'SKIPDATA'),
    '2 1 eni-2 - - - - - - - - - - SKIPDATA\n',
  ];
  expect(accountsOf('aws', log.join(''))).toEqual([
    { ts: at * 1000, exporter: 1, messages: 1, records: 2, lost_of: 3 },
    { ts: (at + 60) * 1000, exporter: 1, messages: 1, lost_of: 3 },
    { ts: (at + 120) * 1000, exporter: 1, lost: 1, lost_of: 3 },
    { ts: at * 1000, exporter: 2, lost: 1, lost_of: 3 },
  ]);
});

test('entries that nobody can read count where the log was, those before the first one with it', () => {
  const found = accountsOf('aws', `broken\n${line('eni-1', at)}broken\n${line('eni-1', at + 60)}`, 'broken\n');
  expect(found.filter(({ malformed }) => malformed)).toEqual([
    { ts: at * 1000, exporter: 1, lost: 2, malformed: 2 },
    { ts: 7 * minuteMs, lost: 1, malformed: 1 },
  ]);
});

test('a log of another cloud has accounts too', () => {
  const entry = {
    jsonPayload: {
      connection: { src_ip: '10.0.0.1', dest_ip: '192.0.2.9', src_port: 1, dest_port: 2, protocol: 6 },
      reporter: 'SRC',
      bytes_sent: '10',
      packets_sent: '1',
      start_time: '2026-03-01T12:00:00Z',
      end_time: '2026-03-01T12:00:05Z',
    },
  };
  expect(accountsOf('gcp', `${JSON.stringify(entry)}\n{"jsonPayload":\n`)).toEqual([
    { ts: Date.parse('2026-03-01T12:00:00Z'), exporter: 1, messages: 1, records: 1, lost_of: 3 },
    { ts: Date.parse('2026-03-01T12:00:00Z'), exporter: 1, lost: 1, malformed: 1 },
  ]);
});
