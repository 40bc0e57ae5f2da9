import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { FlowDecoder, readCapture, SflowDecoder, type FlowRows } from '../index.ts';
import { captureHead, capturedDatagram } from './capture.ts';
import { generatedFormats, type GeneratedFormat } from './formats.ts';
import { generateDatagrams, type GenerateOptions } from './generate.ts';
import { Random, Weighted, zipf } from './random.ts';
import { Traffic } from './traffic.ts';

const startAt = 1_700_000_000_000;

function decoded(options: GenerateOptions) {
  const kept: FlowRows[] = [];
  const onRows = (rows: FlowRows) => void kept.push(rows);
  const decoder = options.format === 'sflow' ? new SflowDecoder({ onRows }) : new FlowDecoder({ onRows });
  let datagrams = 0;
  for (const { bytes, at } of generateDatagrams(options)) {
    datagrams++;
    expect(bytes.length).toBeLessThanOrEqual(1472);
    decoder.decode(bytes, { exporter: '192.0.2.1', receivedAt: at });
  }
  decoder.flush();
  const { malformed } = decoder.counts;
  expect(typeof malformed === 'number' ? malformed : malformed.size).toBe(0);
  return { kept, datagrams, rows: kept.reduce((sum, { rows }) => sum + rows, 0), decoder };
}

const made = (options: Partial<GenerateOptions> = {}): GenerateOptions => ({
  format: 'v9',
  records: 5000,
  startAt,
  ...options,
});

describe.each(generatedFormats)('%s', (format: GeneratedFormat) => {
  test('its records are the flows of the seed', () => {
    const { kept, rows } = decoded(made({ format, domain: 7 }));
    expect(rows).toBe(5000);
    const traffic = new Traffic(1);
    for (const { rows: count, narrow, words, start, end } of kept) {
      for (let row = 0; row < count; row++) {
        const flow = traffic.next();
        const isIcmp = flow.protocol === 1;
        expect([words.source_low[2 * row], words.destination_low[2 * row]]).toEqual([flow.source, flow.destination]);
        expect(narrow.protocol[row]).toBe(flow.protocol);
        expect(narrow.source_port[row]).toBe(isIcmp ? 0 : flow.sourcePort);
        expect(narrow.destination_port[row]).toBe(isIcmp ? 0 : flow.destinationPort);
        expect(narrow.tos[row]).toBe(flow.tos);
        expect([narrow.input[row], narrow.output[row]]).toEqual([flow.input, flow.output]);
        if (format === 'sflow') continue;
        expect([words.bytes[2 * row], words.packets[2 * row]]).toEqual([flow.bytes, flow.packets]);
        expect((end[row] as number) - (start[row] as number)).toBe(flow.durationMs);
      }
    }
  });

  test('the same seed gives the same bytes, another one others', () => {
    const hash = (seed: number) => {
      const sum = createHash('sha256');
      for (const { bytes } of generateDatagrams(made({ format, records: 500, seed }))) sum.update(bytes);
      return sum.digest('hex');
    };
    expect(hash(1)).toBe(hash(1));
    expect(hash(1)).not.toBe(hash(2));
  });

  test('no number of its sequence is missing', () => {
    const { decoder } = decoded(made({ format, records: 3000 }));
    const sequences = [...decoder.sessions].flatMap((session) => ('sequence' in session ? [session.sequence] : []));
    expect(sequences).toHaveLength(1);
    expect(sequences[0]).toMatchObject({ lost: 0, restarts: 0 });
  });
});

test('a datagram may have one record only', () => {
  const all = [...generateDatagrams(made({ records: 100, recordsOfDatagram: 1 }))];
  expect(all.map(({ records }) => records)).toEqual(Array(100).fill(1));
});

test('records come at the rate that was asked for, by their own clock', () => {
  const all = [...generateDatagrams(made({ records: 50_000, perSecond: 10_000 }))];
  expect(all.at(-1)?.at).toBe(startAt + 5000);
  const { kept } = decoded(made({ records: 50_000, perSecond: 10_000 }));
  const times = kept.flatMap(({ rows, wide }) => Array.from(wide.ts.subarray(0, rows), Number));
  const [first, last] = [Math.min(...times), Math.max(...times)];
  expect(first).toBeGreaterThan(startAt - 7000);
  // NetFlow v9 tells its time in seconds.
  expect(last).toBeLessThanOrEqual(startAt + 5000);
  expect(last).toBeGreaterThan(startAt + 3000);
});

test('a capture holds the datagrams', () => {
  const ends = { source: 0x7f00_0001, destination: 0x7f00_0002, sourcePort: 4000, destinationPort: 2055 };
  const datagrams = [...generateDatagrams(made({ records: 100 }))];
  const capture = Buffer.concat([
    captureHead(),
    ...datagrams.map(({ bytes, at }) => capturedDatagram(bytes, at, ends)),
  ]);
  const found = [...readCapture(capture)];
  const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
  expect(found.map(({ at, payload }) => [at, hex(payload)])).toEqual(
    datagrams.map(({ at, bytes }) => [at, hex(bytes)]),
  );
  expect(found[0]).toMatchObject({
    source: '127.0.0.1',
    destination: '127.0.0.2',
    sourcePort: 4000,
    destinationPort: 2055,
  });
});

test('places are drawn as often as they weigh', () => {
  const random = new Random(3);
  const weighted = new Weighted(zipf(4, 1));
  const counts = [0, 0, 0, 0];
  for (let draw = 0; draw < 25_000; draw++) counts[weighted.draw(random)]!++;
  const shares = counts.map((count) => count / 25_000);
  for (const [place, share] of shares.entries()) expect(share).toBeCloseTo(12 / 25 / (place + 1), 1);
  expect(shares[0]).toBeGreaterThan(0.46);
  expect(shares[3]).toBeLessThan(0.14);
});
