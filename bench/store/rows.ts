import {
  latencyBucket,
  makeBatch,
  samplesTable,
  type Column,
  type ColumnBatch,
  type Table,
} from '../../src/store/index.ts';

/** Rows that look like those of a watch, the same ones at every run. */

/** A record of network flow as exporters send it: many columns, few of them alike. */
const flowsTable: Table = {
  name: 'flows',
  columns: {
    ts: 'u64',
    duration_ms: 'u32',
    exporter: 'u16',
    source_high: 'u64',
    source_low: 'u64',
    destination_high: 'u64',
    destination_low: 'u64',
    source_port: 'u16',
    destination_port: 'u16',
    protocol: 'u8',
    bytes: 'u64',
    packets: 'u32',
    flags: 'u8',
    input: 'u16',
    output: 'u16',
    source_as: 'u32',
    destination_as: 'u32',
    source_zone: 'u8',
    destination_zone: 'u8',
    rtt_us: 'u32',
  },
  sortedBy: ['source_low', 'ts'],
};

/** Numbers in [0, 1) from a seed (Marsaglia, Xorshift RNGs, 2003). */
function randomFrom(seed: number): () => number {
  let state = seed | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 0x1_0000_0000;
  };
}

/** Box and Muller, 1958. */
function normalFrom(random: () => number): () => number {
  return () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

const start = 1_700_000_000_000 - (1_700_000_000_000 % 3_600_000);
const periodMs = 10_000;

/**
 * Samples of so many checks in the order in which they arrive: every 10 s with up to 5 ms of jitter, log-normal latency
 * around a middle of each check's own, half a percent lost. A whole minute a batch, or `rows` of it.
 */
export function samples(checks: number, rounds: number, firstRound = 0): ColumnBatch {
  const random = randomFrom(7 + firstRound);
  const normal = normalFrom(random);
  const batch = makeBatch(samplesTable, checks * rounds);
  const { ts, series, outcome, latency_us, latency_bucket, loss_percent } = batch.columns as Record<string, Column>;
  let row = 0;
  for (let round = 0; round < rounds; round++) {
    for (let check = 0; check < checks; check++, row++) {
      const at = start + (firstRound + round) * periodMs + Math.floor((check * periodMs) / checks + random() * 5);
      const isLost = random() < 0.005;
      const latency = isLost ? 0 : Math.round(Math.exp(8 + (check % 37) / 15 + 0.2 * normal()));
      fill(ts, row, BigInt(at));
      fill(series, row, 1 + check);
      fill(outcome, row, isLost ? 2 : 0);
      fill(latency_us, row, latency);
      fill(latency_bucket, row, latencyBucket(latency));
      fill(loss_percent, row, isLost ? 100 : 0);
    }
  }
  return batch;
}

/** Flows of 20,000 hosts with a long tail, a second of them every 10,000. */
export function flows(rows: number, firstRow: number): ColumnBatch {
  const random = randomFrom(11 + firstRow);
  const normal = normalFrom(random);
  const batch = makeBatch(flowsTable, rows);
  const host = (count: number) => Math.floor(count * random() ** 3);
  for (let row = 0; row < rows; row++) {
    const packets = 1 + Math.floor(Math.exp(1 + 1.5 * normal() ** 2));
    const values: Record<string, number> = {
      ts: start + Math.floor((firstRow + row) / 10) + Math.floor(random() * 50),
      duration_ms: Math.floor(Math.exp(6 + 2 * normal())),
      exporter: Math.floor(random() * 4),
      source_high: 0,
      source_low: 0xffff_0a00_0000 + host(20_000),
      destination_high: 0,
      destination_low: 0xffff_5000_0000 + host(500_000) * 37,
      source_port: 32_768 + Math.floor(random() * 28_000),
      destination_port: [443, 80, 53, 22, 123, 8443][Math.floor(6 * random() ** 2)] ?? 443,
      protocol: random() < 0.7 ? 6 : 17,
      bytes: packets * (40 + Math.floor(random() * 1400)),
      packets,
      flags: Math.floor(random() * 4) * 8 + 2,
      input: Math.floor(random() * 8),
      output: Math.floor(random() * 8),
      source_as: 64_512,
      destination_as: 1000 + host(3000),
      source_zone: Math.floor(random() * 12),
      destination_zone: Math.floor(random() * 12),
      rtt_us: Math.round(Math.exp(9 + 0.7 * normal())),
    };
    for (const [name, type] of Object.entries(flowsTable.columns)) {
      fill(batch.columns[name], row, type === 'u64' ? BigInt(values[name] ?? 0) : (values[name] ?? 0));
    }
  }
  return batch;
}

function fill(column: Column | undefined, row: number, value: number | bigint): void {
  column?.fill(value as never, row, row + 1);
}
