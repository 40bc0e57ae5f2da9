import { expect, test } from 'vitest';
import { flowLatencyQuestionSchema, flowRecordsQuestionSchema } from '../../model/index.ts';
import { latencyBucket } from '../../store/index.ts';
import { from, minuteMs, record, sourceOf } from './asked.fixture.ts';
import { analyzeLatency } from './latency.ts';
import { listRecords } from './records.ts';

const range = { from: new Date(from).toISOString(), to: new Date(from + 10 * minuteMs).toISOString() };
const measured = (us: number, source: string) => record({ rtt_us: us, rtt_bucket: latencyBucket(us), source });

test('round trips by row: percentiles, mean and spread of what was measured', async () => {
  const records = [
    ...Array.from({ length: 99 }, () => measured(10_000, '10.0.0.1')),
    measured(50_000, '10.0.0.1'),
    ...Array.from({ length: 5 }, () => measured(20_000, '10.0.0.3')),
    ...Array.from({ length: 4 }, () => measured(90_000, '10.0.0.4')),
    record({ source: '10.0.0.5' }),
  ];
  const ask = (by: string) => flowLatencyQuestionSchema.parse({ ...range, groupBy: ['source'], by });
  const answer = await analyzeLatency(ask('p95'), await sourceOf(records));
  expect(answer.rows.map(({ values, records: count }) => [...values, count])).toEqual([
    ['10.0.0.3', 5],
    ['10.0.0.1', 100],
  ]);
  const row = answer.rows[1];
  expect(row).toMatchObject({ averageMs: 10.4, maxMs: 50, filter: 'src host 10.0.0.1' });
  expect(row?.deviationMs).toBeCloseTo(Math.sqrt((99 * 0.4 ** 2 + 39.6 ** 2) / 100), 9);
  for (const percentile of ['medianMs', 'p95Ms', 'p99Ms'] as const) {
    expect(Math.abs((row?.[percentile] ?? 0) - 10)).toBeLessThan(10 / 32);
  }
  const byMax = await analyzeLatency(ask('max'), await sourceOf(records));
  expect(byMax.rows.map(({ values }) => values[0])).toEqual(['10.0.0.1', '10.0.0.3']);
  expect(byMax.omitted).toBe(0);
});

test('single records, newest first, with names for numbers and a name for the flow', async () => {
  const source = await sourceOf([
    record({
      bytes: 100,
      afterMs: 1000,
      duration_ms: 500,
      source_port: 50_000,
      destination_port: 443,
      tcp_flags: 0x1_12,
      output: 2,
      source_name: 10,
      source_country: 0x44_45,
      source_as: 64_500,
    }),
    record({ kind: 1, event: 12, afterMs: 2000, reason: 30, protocol: 17 }),
    record({ afterMs: 3000, source: '2001:db8::1', destination: '2001:db8::2', nat_source_low: 5 }),
  ]);
  const ask = (given: object) => listRecords(flowRecordsQuestionSchema.parse({ ...range, ...given }), source);
  const { items, next } = await ask({});
  expect(next).toBeUndefined();
  expect(items.map(({ end }) => Date.parse(end) - from)).toEqual([3000, 2000, 1000]);
  expect(items[2]).toEqual({
    start: new Date(from + 500).toISOString(),
    end: new Date(from + 1000).toISOString(),
    source: '10.0.0.1',
    sourcePort: 50_000,
    destination: '10.0.0.2',
    destinationPort: 443,
    protocol: 'tcp',
    bytes: '100',
    packets: '1',
    sampling: 1,
    tcpFlags: 'SA',
    exporter: 'core',
    input: '',
    output: 'wan',
    kind: 'traffic',
    event: '',
    communityId: '1:B4H0bMN0Rih3qr9C82AA7esBYLM=',
    more: { source_as: '64500', source_name: 'web', source_country: 'DE', sampling_from: '5' },
  });
  expect(items[1]).toMatchObject({ kind: 'nat', event: 'nat-ports-exhausted', more: { reason: 'no port' } });
  expect(items[0]?.more).toMatchObject({ nat_source: '::5' });
  const page = await ask({ limit: 1, filter: 'ipv4', before: `${new Date(from + 2500).toISOString()}~0` });
  expect(page.items.map(({ kind }) => kind)).toEqual(['nat']);
  expect(page.next).toBe(`${new Date(from + 2000).toISOString()}~1`);
});

test('pages list each record once, also where many ended in one millisecond', async () => {
  const records = Array.from({ length: 25 }, (_none, at) =>
    record({ source_port: at + 1, afterMs: at < 20 ? 1000 : 1001 }),
  );
  const source = await sourceOf(records);
  const seen: number[] = [];
  let before: string | undefined;
  do {
    const question = flowRecordsQuestionSchema.parse({ ...range, limit: 7, ...(before !== undefined && { before }) });
    const { items, next } = await listRecords(question, source);
    seen.push(...items.map(({ sourcePort }) => sourcePort));
    before = next;
  } while (before !== undefined);
  expect(seen.toSorted((a, b) => a - b)).toEqual(records.map((_none, at) => at + 1));
});
