import { expect, test } from 'vitest';
import { failoverSchema } from '../../model/index.ts';
import { ManualClock, type LoggedPacket, type TrackedFlow } from '../../platform/index.ts';
import { numbersOf } from './numbers.ts';
import { Replayer, replayPrefix } from './replayer.ts';

const numbers = numbersOf(failoverSchema.parse({}));
const syn = (port: number) => {
  const bytes = Buffer.from('450000280001000040060000c0a8010b08080808c000005000000001000000005002fafa00000000', 'hex');
  bytes.writeUInt16BE(port, 20);
  return bytes;
};
const flow = (sourcePort: number, status: number): TrackedFlow => {
  const original = { source: '192.168.1.11', destination: '8.8.8.8', sourcePort, destinationPort: 80 };
  return { family: 4, protocol: 6, original, reply: original, mark: 0x10000, id: 1, status, timeoutSeconds: 9 };
};

function rig(flows: TrackedFlow[] = [], classMarks: number[] = []) {
  const clock = new ManualClock();
  const sent: { port: number; mark: number; atMs: number }[] = [];
  const removed: TrackedFlow[] = [];
  const waiting: LoggedPacket[] = [];
  let open = 0;
  const replayer = new Replayer({
    clock,
    numbers,
    keepMs: 400,
    limitBytes: 1_000_000,
    classMarks: new Set(classMarks),
    packetLog: {
      read: (onPacket) => {
        waiting.splice(0).forEach(onPacket);
        return true;
      },
      close: () => open--,
    },
    parts: {
      conntrack: { list: () => flows, flush: () => undefined, remove: (gone) => removed.push(...gone) },
      openRawSender: (mark) => {
        open++;
        return {
          send: (packet) => {
            sent.push({ port: Buffer.from(packet).readUInt16BE(20), mark, atMs: clock.monotonic() });
            return true;
          },
          close: () => open--,
        };
      },
    },
  });
  open++;
  const copy = (bytes: Buffer, place = 0, mark = 0, prefix = replayPrefix) =>
    waiting.push({ prefix: `${prefix}${place}`, mark, bytes });
  return { clock, sent, removed, replayer, copy, openCount: () => open };
}

test('only what the dead uplink took since then is sent again, each once', () => {
  const { clock, sent, replayer, copy } = rig();
  copy(syn(1));
  clock.advance(100);
  copy(syn(2));
  copy(syn(2));
  copy(syn(3), 1);
  copy(syn(4), 0, 0, 'somebody else ');
  clock.advance(30);
  expect(replayer.replay(4, 0, 50)).toBe(1);
  expect(replayer.replay(6, 0, 0)).toBe(0);
  expect(replayer.replay(4, 0, 0)).toBe(0);
  expect(sent.map(({ port }) => port)).toEqual([2]);
});

test('a packet between route and copy follows a moment later', () => {
  const { clock, sent, replayer, copy } = rig();
  expect(replayer.replay(4, 0, 0)).toBe(0);
  copy(syn(9));
  clock.advance(15);
  expect(sent.map(({ port }) => port)).toEqual([9]);
});

test('a connection that was answered is left alone, an unanswered one is forgotten first', () => {
  const { sent, removed, replayer, copy } = rig([flow(1, 2), flow(2, 0)]);
  copy(syn(1));
  copy(syn(2));
  expect(replayer.replay(4, 0, 0)).toBe(1);
  expect(sent.map(({ port }) => port)).toEqual([2]);
  expect(removed.map(({ original }) => original.sourcePort)).toEqual([2]);
});

test('a crowd is spread over time and cut at a bound', () => {
  const { clock, sent, replayer, copy } = rig();
  for (let port = 1; port <= 1500; port++) copy(syn(port));
  expect(replayer.replay(4, 0, 0)).toBe(1000);
  expect(sent).toHaveLength(100);
  clock.advance(100);
  expect(sent).toHaveLength(1000);
  expect(sent.at(-1)?.atMs).toBeGreaterThanOrEqual(45);
});

test('a class’s packet takes its class’s way; any other mark says nothing', () => {
  const mark = 0x200000;
  const { sent, replayer, copy } = rig([], [mark]);
  copy(syn(1), 0, (mark | 0x800001) >>> 0);
  copy(syn(2), 0, 0x10000);
  replayer.replay(4, 0, 0);
  expect(sent.map((one) => [one.port, one.mark])).toEqual([
    [1, mark],
    [2, 0],
  ]);
});

test('closed, it holds nothing open and sends nothing more', () => {
  const { clock, sent, replayer, copy, openCount } = rig();
  replayer.replay(4, 0, 0);
  copy(syn(1));
  replayer.close();
  clock.advance(1000);
  expect(sent).toEqual([]);
  expect(openCount()).toBe(0);
});
