import fc from 'fast-check';
import { expect, it } from 'vitest';
import { FrameDecoder, type FrameFault } from './frame-decoder.ts';
import { transportLimits } from './limits.ts';
import { Outbox } from './outbox.ts';
import { lanes } from './transport.ts';
import { firstFlag, headerBytes, lastFlag, maxChunkBytes, wireBytes, writeHeader } from './wire.ts';

const caps = [64, 1000, 300_000];

interface Read {
  frames: { lane: number; frame: Buffer }[];
  fault: FrameFault | undefined;
  mostHeldBytes: number;
}

/** Feeds the pieces one after the other, as a network would deliver them. */
function read(pieces: readonly Buffer[], maxFrameBytes = caps): Read {
  const frames: Read['frames'] = [];
  const decoder = new FrameDecoder(maxFrameBytes, {
    onChunk: () => undefined,
    onFrame: (lane, frame) => frames.push({ lane, frame }) > 0,
  });
  let fault: FrameFault | undefined;
  let mostHeldBytes = 0;
  for (const piece of pieces) {
    fault = decoder.feed(piece);
    mostHeldBytes = Math.max(mostHeldBytes, decoder.heldBytes);
  }
  return { frames, fault, mostHeldBytes };
}

function cut(bytes: Buffer, at: readonly number[]): Buffer[] {
  const places = [0, ...at.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return places.slice(1).map((end, index) => bytes.subarray(places[index], end));
}

function chunk(lane: number, flags: number, content: Buffer): Buffer {
  const header = Buffer.alloc(headerBytes);
  writeHeader(header, 0, lane, flags, content.length);
  return Buffer.concat([header, content]);
}

const whole = (lane: number, content: Buffer) => chunk(lane, firstFlag | lastFlag, content);
const total = (bytes: number) => {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes);
  return length;
};
const full = Buffer.alloc(maxChunkBytes);
const beginning = (bytes: number) => chunk(2, firstFlag, Buffer.concat([total(bytes), full.subarray(4)]));

it('gives back what an outbox wrote, however it was cut on its way', () => {
  const sizes = fc.oneof(
    fc.nat(300),
    fc.integer({ min: 65_500, max: 65_600 }),
    fc.integer({ min: 131_000, max: 200_000 }),
  );
  const frame = fc.record({ lane: fc.constantFrom(...lanes), size: sizes, fill: fc.integer({ min: 1, max: 255 }) });
  fc.assert(
    fc.property(fc.array(frame, { maxLength: 12 }), fc.array(fc.nat(), { maxLength: 30 }), (sent, places) => {
      const outbox = new Outbox(transportLimits.lanes);
      for (const { lane, size, fill } of sent) outbox.push(lane, Buffer.alloc(size, fill), 0, undefined, true);
      const written: Buffer[] = [];
      for (let bytes = outbox.next(0); bytes; bytes = outbox.next(0)) written.push(bytes);
      const stream = Buffer.concat(written);
      expect(stream.length).toBe(sent.reduce((sum, { size }) => sum + wireBytes(size), 0));
      const { frames, fault } = read(cut(stream, places), [
        64,
        ...lanes.map((lane) => transportLimits.lanes[lane].maxFrameBytes),
      ]);
      expect(fault).toBeUndefined();
      for (const [at, lane] of lanes.entries()) {
        const came = frames.filter((one) => one.lane === at + 1).map((one) => one.frame);
        const expected = sent.filter((one) => one.lane === lane);
        expect(came.map(({ length }) => length)).toEqual(expected.map(({ size }) => size));
        expect(came.every((bytes, index) => bytes.every((byte) => byte === expected[index]?.fill))).toBe(true);
      }
    }),
    { numRuns: 60 },
  );
});

it('neither throws nor grows on any bytes in any pieces, and ends the same way for all cuts', () => {
  const nearlyRight = fc
    .record({
      lane: fc.nat(4),
      flags: fc.constantFrom(0, firstFlag, lastFlag, firstFlag | lastFlag),
      size: fc.nat(400),
    })
    .map(({ lane, flags, size }) => chunk(lane, flags, Buffer.alloc(size, 7)));
  const bytes = fc
    .array(
      fc.oneof(
        fc.uint8Array({ maxLength: 200 }).map((raw) => Buffer.from(raw)),
        nearlyRight,
        fc.constant(beginning(200_000)),
      ),
      {
        maxLength: 8,
      },
    )
    .map((parts) => Buffer.concat(parts));
  fc.assert(
    fc.property(bytes, fc.array(fc.nat(), { maxLength: 20 }), (stream, places) => {
      const pieces = read(cut(stream, places));
      const once = read([stream]);
      expect(pieces.mostHeldBytes).toBeLessThanOrEqual(caps.reduce((sum, cap) => sum + cap, 0));
      expect(pieces.fault).toBe(once.fault);
      expect(pieces.frames).toEqual(once.frames);
    }),
    { numRuns: 500 },
  );
});

it.each<[string, FrameFault, Buffer]>([
  ['a lane that does not exist', 'BAD_FRAME', whole(3, Buffer.alloc(1))],
  ['a reserved bit', 'BAD_FRAME', whole(1 | 0x20, Buffer.alloc(1))],
  ['more of a frame that never began', 'BAD_FRAME', chunk(2, lastFlag, Buffer.alloc(10))],
  ['a second beginning', 'BAD_FRAME', Buffer.concat([beginning(200_000), beginning(200_000)])],
  ['a whole frame within another one', 'BAD_FRAME', Buffer.concat([beginning(200_000), whole(2, Buffer.alloc(5))])],
  [
    'a chunk in the middle that is not full',
    'BAD_FRAME',
    Buffer.concat([beginning(200_000), chunk(2, 0, Buffer.alloc(9))]),
  ],
  ['several chunks for what fits into one', 'BAD_FRAME', beginning(maxChunkBytes - 4)],
  [
    'an end that comes too early',
    'BAD_FRAME',
    Buffer.concat([beginning(200_000), chunk(2, lastFlag, Buffer.alloc(9))]),
  ],
  ['an empty end', 'BAD_FRAME', Buffer.concat([beginning(maxChunkBytes), chunk(2, lastFlag, Buffer.alloc(0))])],
  ['a chunk that is longer than any', 'BAD_FRAME', whole(2, Buffer.alloc(maxChunkBytes + 1))],
  ['a frame beyond its lane', 'FRAME_TOO_LARGE', whole(1, Buffer.alloc(1001))],
  ['a frame that says it will be beyond its lane', 'FRAME_TOO_LARGE', beginning(300_001)],
  ['the largest length there is', 'FRAME_TOO_LARGE', beginning(0xffff_ffff)],
])('refuses %s, and reads nothing behind it', (_name, fault, bytes) => {
  const pieces = [whole(1, Buffer.from('before')), bytes, whole(1, Buffer.from('behind'))];
  const result = read(pieces);
  expect(result.fault).toBe(fault);
  expect(result.frames.map(({ frame }) => frame.toString())).toEqual(['before']);
  expect(read(cut(Buffer.concat(pieces), [...pieces.keys(), 1, 2, 3, 8])).fault).toBe(fault);
});

it('takes memory for a large frame only when its length is allowed', () => {
  const half = beginning(250_000);
  expect(read([half]).mostHeldBytes).toBe(250_000);
  expect(read([half.subarray(0, headerBytes + 3)]).mostHeldBytes).toBe(0);
  expect(read([beginning(300_001)]).mostHeldBytes).toBe(0);
});

it('stops where its sink stops it', () => {
  const seen: string[] = [];
  const decoder = new FrameDecoder(caps, {
    onChunk: () => undefined,
    onFrame: (_lane, frame) => seen.push(frame.toString()) < 2,
  });
  const frames = ['one', 'two', 'three'].map((text) => whole(1, Buffer.from(text)));
  expect(decoder.feed(Buffer.concat(frames))).toBeUndefined();
  expect(decoder.feed(whole(1, Buffer.from('four')))).toBeUndefined();
  expect(seen).toEqual(['one', 'two']);
});
