import { expect, test } from 'vitest';
import { readCapture } from '../flows/pcap.ts';
import { captureHeader, writeFrame, writtenBytes, type FrameToWrite } from './pcapng.ts';

/** UDP from 192.0.2.1 port 1000 to 192.0.2.2 port 2000 over Ethernet, carrying `payload`. */
function udpFrame(payload: string): Buffer {
  const frame = Buffer.alloc(42 + payload.length);
  frame.writeUInt16BE(0x0800, 12);
  frame.writeUInt8(0x45, 14);
  frame.writeUInt16BE(28 + payload.length, 16);
  frame.writeUInt8(17, 23);
  frame.set([192, 0, 2, 1, 192, 0, 2, 2], 26);
  frame.writeUInt16BE(1000, 34);
  frame.writeUInt16BE(2000, 36);
  frame.writeUInt16BE(8 + payload.length, 38);
  frame.write(payload, 42);
  return frame;
}

function fileOf(...frames: Partial<FrameToWrite>[]): Buffer {
  const header = captureHeader([{ name: 'eth0', link: 'ethernet', snapBytes: 96 }], 'quorumwatch', 'why');
  return Buffer.concat([
    header,
    ...frames.map((given) => {
      const frame = { interface: 0, seconds: 1, nanoseconds: 2, bytes: udpFrame('hello'), originalBytes: 47, ...given };
      const bytes = Buffer.alloc(writtenBytes(frame));
      expect(writeFrame(bytes, 0, frame)).toBe(bytes.length);
      return bytes;
    }),
  ]);
}

test('what is written is read again, in the order in which it came', () => {
  const file = fileOf({}, { seconds: 1_795_000_000, nanoseconds: 123_456_789, bytes: udpFrame('x'), outgoing: true });
  const found = [...readCapture(file)];
  expect(found.map(({ payload }) => Buffer.from(payload).toString())).toEqual(['hello', 'x']);
  expect(found[1]).toMatchObject({ source: '192.0.2.1', destination: '192.0.2.2', sourcePort: 1000 });
  expect(found[1]?.at).toBeCloseTo(1_795_000_000_123.456, 2);
});

test.each([
  [0, 0],
  [1, 999_999_999],
  [1_795_000_000, 1],
  [4_294_967_295, 999_999_999],
])('%d s and %d ns are exact', (seconds, nanoseconds) => {
  const header = fileOf().length;
  const file = fileOf({ seconds, nanoseconds });
  const high = BigInt(file.readUInt32LE(header + 12));
  const low = BigInt(file.readUInt32LE(header + 16));
  expect((high << 32n) | low).toBe(BigInt(seconds) * 1_000_000_000n + BigInt(nanoseconds));
});

test('a tag that the kernel took off stands where it was; a frame that was cut short keeps its length', () => {
  const header = fileOf().length;
  const file = fileOf({ tag: { type: 0x8100, control: 0x2007 }, originalBytes: 1500 });
  expect(file.readUInt32LE(header + 20)).toBe(47 + 4);
  expect(file.readUInt32LE(header + 24)).toBe(1504);
  expect(file.subarray(header + 28 + 12, header + 28 + 18).toString('hex')).toBe('810020070800');
  expect([...readCapture(file)].map(({ payload }) => Buffer.from(payload).toString())).toEqual(['hello']);
  const cut = fileOf({ tag: { type: 0x8100, control: 7 }, bytes: Buffer.alloc(8), originalBytes: 60 });
  expect(cut.readUInt32LE(header + 20)).toBe(8);
});

test('the file says who wrote it and what for', () => {
  const text = fileOf().toString('latin1');
  for (const part of ['quorumwatch', 'why', 'eth0']) expect(text).toContain(part);
});

test('each frame says which way it went, where that is known', () => {
  const flagsOf = (file: Buffer) => file.readUInt32LE(file.length - 12);
  expect(flagsOf(fileOf({ outgoing: false }))).toBe(1);
  expect(flagsOf(fileOf({ outgoing: true }))).toBe(2);
  expect(flagsOf(fileOf({}))).toBe(0);
});
