import fc from 'fast-check';
import { createSocket } from 'node:dgram';
import { expect, onTestFinished, test } from 'vitest';
import { freePorts } from '../../platform/index.ts';
import { QwError } from '../../model/index.ts';
import { openTunnelReceiver } from './tunnel-receiver.ts';
import { readGeneve, readVxlan } from './tunnel.ts';

const frame = Buffer.from('0200000000010200000000020800450000140000000040060000c0000201c0000202', 'hex');

function datagram(vni: number, inner: Buffer = frame, flags = 0x08): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt8(flags, 0);
  header.writeUIntBE(vni, 4, 3);
  return Buffer.concat([header, inner]);
}

test('a frame is taken out of its tunnel', () => {
  expect(readVxlan(datagram(0xabcdef))).toEqual({ vni: 0xabcdef, frame });
});

test.each([
  ['too short for a frame', datagram(1, frame.subarray(0, 13))],
  ['without identifier', datagram(1, frame, 0x00)],
  ['empty', Buffer.alloc(0)],
])('%s: refused with a reason', (_what, given) => {
  expect(readVxlan(given)).toMatchObject({ code: 'BAD_INPUT' });
});

test('any bytes are a frame or refused, and never thrown', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      const found = readVxlan(Buffer.from(bytes));
      const isFrame = bytes.length >= 22 && ((bytes[0] ?? 0) & 8) !== 0;
      expect(found instanceof QwError).toBe(!isFrame);
      if (!(found instanceof QwError)) expect(found.frame).toHaveLength(bytes.length - 8);
    }),
  );
});

/** RFC 8926, section 3.4, with options of so many words. */
function geneve(vni: number, { type = 0x6558, content = frame, words = 0, version = 0, flags = 0 } = {}): Buffer {
  const header = Buffer.alloc(8 + 4 * words);
  header.writeUInt8((version << 6) | words, 0);
  header.writeUInt8(flags, 1);
  header.writeUInt16BE(type, 2);
  header.writeUIntBE(vni, 4, 3);
  return Buffer.concat([header, content]);
}

test('GENEVE is read over its options, critical ones too', () => {
  expect(readGeneve(geneve(0xabcdef))).toEqual({ vni: 0xabcdef, frame });
  expect(readGeneve(geneve(7, { words: 3, flags: 0x40 }))).toEqual({ vni: 7, frame });
});

test('a packet of GENEVE without a frame gets one', () => {
  const content = frame.subarray(14);
  const expected = Buffer.concat([Buffer.alloc(12), Buffer.of(8, 0), content]);
  expect(readGeneve(geneve(7, { type: 0x0800, content }))).toEqual({ vni: 7, frame: expected });
});

test.each([
  ['of another version', geneve(1, { version: 1 })],
  ['of the tunnel itself', geneve(1, { flags: 0x80 })],
  ['of something else', geneve(1, { type: 0x0806 })],
  ['with options longer than itself', geneve(1, { words: 63 }).subarray(0, 100)],
  ['cut within its header', geneve(1).subarray(0, 7)],
])('GENEVE %s: refused with a reason', (_what, given) => {
  expect(readGeneve(given)).toMatchObject({ code: 'BAD_INPUT' });
});

test('any bytes of GENEVE are a frame or refused, and never thrown', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      const found = readGeneve(Buffer.from(bytes));
      if (!(found instanceof QwError)) expect(found.frame.length).toBeGreaterThanOrEqual(14);
    }),
  );
});

test('the receiver takes what is of its network, and counts what is not', async () => {
  const [port = 0] = await freePorts(1);
  const taken: string[] = [];
  let arrived: () => void = () => undefined;
  const receiver = await openTunnelReceiver({
    kind: 'vxlan',
    host: '127.0.0.1',
    port,
    vni: 7,
    onFrame: ({ vni, from, frame: inner }) => {
      taken.push(`${vni} ${from} ${inner.toString('hex')}`);
      arrived();
    },
  });
  onTestFinished(() => receiver.close());
  const sender = createSocket('udp4');
  onTestFinished(() => void sender.close());
  const last = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  for (const bytes of [datagram(8), Buffer.from('junk'), datagram(7)]) sender.send(bytes, receiver.port, '127.0.0.1');
  await last;
  expect(taken).toEqual([`7 127.0.0.1 ${frame.toString('hex')}`]);
  expect(receiver.refused).toBe(2);
});
