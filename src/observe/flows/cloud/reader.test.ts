import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cloudFormats } from '../../../model/index.ts';
import { PlainNames, readLog } from './cloud.fixture.ts';
import { CloudLogReader } from './reader.ts';

const seeds = {
  aws: 'version srcaddr dstaddr end bytes log-status\n2 10.0.0.1 10.0.0.2 1418530070 100 OK\n2 - - 1418530070 - NODATA\n',
  gcp: `${JSON.stringify({
    jsonPayload: {
      connection: { src_ip: '10.0.0.1', dest_ip: '::1', protocol: 6 },
      reporter: 'SRC',
      bytes_sent: '5',
      end_time: '2026-06-14T03:45:37.3Z',
      src_location: { country: 'usa' },
    },
  })}\n`.repeat(3),
  azure: JSON.stringify({
    records: [
      { resourceId: '/a/b', properties: { flows: [{ flows: [{ flowTuples: ['1,10.0.0.1,10.0.0.2,1,2,T,O,A'] }] }] } },
    ],
  }),
};
const encoder = new TextEncoder();

test.each(cloudFormats)('bytes of %s come in pieces of any size', (format) => {
  const whole = readLog(format, seeds[format]);
  expect(whole.rows.length).toBeGreaterThan(0);
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1 }), (sizes) => {
      const names = new PlainNames();
      let rows = 0;
      const reader = new CloudLogReader({ format, names, onRows: (full) => void (rows += full.rows), rowsAtOnce: 2 });
      const bytes = encoder.encode(seeds[format]);
      // Which kind of file it is shows in its first bytes.
      for (let at = 0, turn = 0; at < bytes.length; turn++) {
        const size = turn === 0 ? 90 : (sizes[turn % sizes.length] ?? 1);
        reader.write(bytes.subarray(at, at + size), 0);
        at += size;
      }
      reader.end();
      reader.flush();
      expect(rows).toBe(whole.rows.length);
      expect(reader.counts.malformed.size).toBe(0);
    }),
  );
});

test.each(cloudFormats)('whatever bytes a log of %s has, they are rows or counted', (format) => {
  const seed = encoder.encode(seeds[format]);
  const mutated = fc
    .tuple(
      fc.array(fc.tuple(fc.nat(seed.length - 1), fc.integer({ min: 0, max: 255 })), { maxLength: 8 }),
      fc.nat(seed.length),
      fc.boolean(),
    )
    .map(([changes, length, isCut]) => {
      const copy = Uint8Array.from(seed);
      for (const [at, value] of changes) copy[at] = value;
      return isCut ? copy.subarray(0, length) : copy;
    });
  const anything = fc.oneof(
    mutated,
    fc.uint8Array({ maxLength: 300 }),
    fc.json().map((text) => encoder.encode(text)),
  );
  let faults = 0;
  fc.assert(
    fc.property(anything, (bytes) => {
      const { malformed } = readLog(format, bytes);
      faults += Object.keys(malformed).length;
    }),
    { numRuns: Number(process.env['QW_FUZZ_RUNS'] ?? 1000) },
  );
  expect(faults).toBeGreaterThan(50);
});

test('an entry that is too long is not kept in memory', () => {
  const names = new PlainNames();
  const reader = new CloudLogReader({ format: 'azure', names, onRows: () => undefined });
  reader.write(encoder.encode('{"records":[{"a":"'), 0);
  const filler = new Uint8Array(1024 * 1024).fill(0x61);
  for (let turn = 0; turn < 20; turn++) reader.write(filler, 0);
  reader.write(encoder.encode('"},{"b":1}]}'), 0);
  reader.end();
  expect(Object.fromEntries(reader.counts.malformed)).toEqual({ 'too-long': 1, 'not-an-entry': 1 });
});
