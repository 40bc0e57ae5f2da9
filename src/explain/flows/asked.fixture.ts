import { ManualClock } from '../../platform/index.ts';
import { openMemoryEngine, type TelemetryEngine } from '../../store/index.ts';
import { parseAddress } from '../../model/index.ts';
import { FlowBook } from './book.ts';
import { noRecord, type PlainRecord } from './filter/naive.fixture.ts';
import { batchOf } from './filter/random.fixture.ts';
import type { FlowNames, FlowSource } from './source.ts';

/** Records, names and where they are asked for, of tests. */

export const from = Date.parse('2026-03-01T12:00:00.000Z');
export const minuteMs = 60_000;
const labels = new Map<number, Record<string, string>>([
  [1, { kind: 'exporter', address: '192.0.2.1', protocol: 'netflow9', domain: '0' }],
  [2, { kind: 'exporter', address: '192.0.2.2', protocol: 'ipfix', domain: '7' }],
  [10, { kind: 'name', text: 'web' }],
  [11, { kind: 'name', text: 'mail "in" \\' }],
  [20, { kind: 'network', text: 'Head office' }],
  [30, { kind: 'reason', text: 'no port' }],
]);
export const names: FlowNames = { labels, exporters: new Map([[1, { name: 'core', interfaces: { '2': 'wan' } }]]) };
export const book = new FlowBook(names);

export async function sourceOf(
  records: readonly PlainRecord[],
): Promise<FlowSource & { append: TelemetryEngine['append'] }> {
  const engine = openMemoryEngine({ clock: new ManualClock() });
  await engine.append(batchOf(records));
  return {
    query: (query, limits) => engine.query(query, limits),
    names: () => Promise.resolve(names),
    append: (batch) => engine.append(batch),
  };
}

const host = (text: string) => parseAddress(text) ?? { high: 0n, low: 0n };
export function record(
  given: Partial<Record<keyof PlainRecord, number>> & { source?: string; destination?: string; afterMs?: number },
): PlainRecord {
  const { source = '10.0.0.1', destination = '10.0.0.2', afterMs = 0, ...rest } = given;
  const [a, b] = [host(source), host(destination)];
  return {
    ...noRecord,
    ts: BigInt(from + afterMs),
    source_high: a.high,
    source_low: a.low,
    destination_high: b.high,
    destination_low: b.low,
    sampling_from: 5n,
    protocol: 6n,
    packets: 1n,
    exporter: 1n,
    ...Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, BigInt(value)])),
  };
}
