import { expect, it } from 'vitest';
import { FrameDecoder } from './frame-decoder.ts';
import { transportLimits } from './limits.ts';
import { Outbox } from './outbox.ts';
import { lanes, type Lane } from './transport.ts';
import { maxChunkBytes } from './wire.ts';

const mebi = 1_048_576;

/** An outbox, and what a receiver makes of each write. */
function makePair() {
  const outbox = new Outbox(transportLimits.lanes);
  let nowMs = 0;
  const frames: { lane: Lane; bytes: number; text: string }[] = [];
  const chunks = new Map<Lane, number>();
  const decoder = new FrameDecoder([64, ...lanes.map((lane) => transportLimits.lanes[lane].maxFrameBytes)], {
    onChunk: (number, bytes) => {
      const lane = lanes[number - 1];
      if (lane) chunks.set(lane, (chunks.get(lane) ?? 0) + bytes);
    },
    onFrame: (number, frame) => {
      const lane = lanes[number - 1];
      if (lane) frames.push({ lane, bytes: frame.length, text: frame.subarray(0, 20).toString() });
      return true;
    },
  });
  return {
    outbox,
    frames,
    /** Bytes that each lane has written. */
    chunks,
    push: (lane: Lane, frame: Buffer, expiresMs?: number) => outbox.push(lane, frame, nowMs, expiresMs, true),
    /** One write; its length. */
    write: () => {
      const bytes = outbox.next(nowMs);
      if (bytes) expect(decoder.feed(bytes)).toBeUndefined();
      return bytes?.length ?? 0;
    },
    wait: (forMs: number) => {
      nowMs += forMs;
    },
  };
}

it('lets a vote wait for one chunk at most, whatever floods the other lanes', () => {
  const { push, write, frames } = makePair();
  for (const lane of ['bodies', 'transfer', 'clients'] as const)
    for (let at = 0; at < 3; at++) push(lane, Buffer.alloc(4 * mebi));
  for (let votes = 1; votes <= 50; votes++) {
    write();
    push('votes', Buffer.from(`vote ${votes}`));
    write();
    expect(frames.filter(({ lane }) => lane === 'votes')).toHaveLength(votes);
  }
  expect(frames.some(({ lane }) => lane !== 'votes')).toBe(false);
});

it('shares the link among the other lanes by their weights', () => {
  const { push, write, chunks } = makePair();
  for (const lane of ['bodies', 'transfer', 'clients'] as const)
    for (let at = 0; at < 2; at++) push(lane, Buffer.alloc(8 * mebi));
  for (let writes = 0; writes < 7 * 10; writes++) write();
  const share = (lane: Lane) => (chunks.get(lane) ?? 0) / maxChunkBytes / 10;
  expect(share('bodies')).toBeCloseTo(4, 0);
  expect(share('clients')).toBeCloseTo(2, 0);
  expect(share('transfer')).toBeCloseTo(1, 0);
});

it('shares by bytes: many small frames get no more than few large ones', () => {
  const { push, write, chunks } = makePair();
  for (let at = 0; at < 4000; at++) push('clients', Buffer.alloc(2000));
  push('transfer', Buffer.alloc(8 * mebi));
  for (let writes = 0; writes < 90; writes++) write();
  expect((chunks.get('clients') ?? 0) / (chunks.get('transfer') ?? 1)).toBeCloseTo(2, 0);
});

it('saves nothing up for a lane that had nothing to send', () => {
  const { push, write, chunks } = makePair();
  push('transfer', Buffer.alloc(8 * mebi));
  for (let writes = 0; writes < 100; writes++) write();
  push('bodies', Buffer.alloc(8 * mebi));
  const before = chunks.get('transfer') ?? 0;
  for (let writes = 0; writes < 50; writes++) write();
  expect(((chunks.get('transfer') ?? 0) - before) / maxChunkBytes).toBeGreaterThan(8);
});

it('puts many small frames into one write', () => {
  const { push, write, frames } = makePair();
  for (let at = 0; at < 300; at++) push('votes', Buffer.alloc(200));
  const bytes = write();
  expect(bytes).toBe(300 * 204);
  expect(frames).toHaveLength(300);
  expect(write()).toBe(0);
});

it('drops the oldest of a full lane, by frames and by bytes', () => {
  const { outbox, push, write, frames } = makePair();
  for (let at = 0; at < 9000; at++) push('votes', Buffer.from(`${at}`));
  for (let at = 0; at < 40; at++) push('bodies', Buffer.alloc(mebi, `${at} `));
  expect(outbox.status('votes')).toMatchObject({ queuedFrames: 8192, droppedFull: 808 });
  expect(outbox.status('bodies')).toMatchObject({ queuedFrames: 32, queuedBytes: 32 * mebi, droppedFull: 8 });
  while (write() > 0);
  expect(frames[0]?.text).toBe('808');
  expect(frames.find(({ lane }) => lane === 'bodies')?.text.startsWith('8 ')).toBe(true);
  expect(frames).toHaveLength(8192 + 32);
});

it('drops what has waited too long, but sends to its end what has begun', () => {
  const { outbox, push, write, wait, frames } = makePair();
  push('bodies', Buffer.alloc(mebi));
  push('bodies', Buffer.from('too late'));
  push('votes', Buffer.from('vote'));
  push('votes', Buffer.from('urgent'), 1);
  wait(1);
  write();
  write();
  wait(60_000);
  while (write() > 0);
  expect(frames.map(({ lane, bytes }) => `${lane} ${bytes}`)).toEqual(['votes 4', `bodies ${mebi}`]);
  expect(outbox.status('bodies')).toMatchObject({ framesOut: 1, bytesOut: mebi, droppedExpired: 1, queuedFrames: 0 });
  expect(outbox.status('votes').droppedExpired).toBe(1);
});

it('gives room back when time has run out, though nobody takes anything', () => {
  const { outbox, push } = makePair();
  push('bodies', Buffer.alloc(mebi));
  push('clients', Buffer.alloc(mebi), 60_000);
  outbox.expire(9999);
  expect(outbox.status('bodies').queuedBytes).toBe(mebi);
  outbox.expire(10_000);
  expect(outbox.status('bodies')).toMatchObject({ queuedBytes: 0, droppedExpired: 1 });
  expect(outbox.status('clients').queuedBytes).toBe(mebi);
});

it('begins anew with the next frame when the link is gone', () => {
  const { outbox, push, write, frames } = makePair();
  push('bodies', Buffer.alloc(mebi));
  push('bodies', Buffer.from('whole'));
  write();
  outbox.forgetBegun();
  expect(outbox.status('bodies')).toMatchObject({ droppedOther: 1, queuedFrames: 1, framesOut: 0 });
  const next = makePair();
  const bytes = outbox.next(0);
  expect(bytes?.length).toBe(9);
  expect(next.frames).toEqual(frames);
});

it('refuses what is too large or not of the link', () => {
  const { outbox, push } = makePair();
  push('votes', Buffer.alloc(mebi + 1));
  outbox.push('bodies', Buffer.from('not here'), 0, undefined, false);
  expect(outbox.status('votes')).toMatchObject({ droppedOther: 1, queuedFrames: 0 });
  expect(outbox.status('bodies')).toMatchObject({ droppedOther: 1, queuedFrames: 0 });
});

it('sends telemetry when nothing else waits, and gives way in the middle of it', () => {
  const { push, write, frames } = makePair();
  push('telemetry', Buffer.alloc(maxChunkBytes * 3));
  for (const lane of ['bodies', 'transfer', 'clients'] as const) push(lane, Buffer.from(lane));
  while (frames.length < 3) write();
  expect(frames.some(({ lane }) => lane === 'telemetry')).toBe(false);
  write();
  for (const lane of ['clients', 'votes'] as const) push(lane, Buffer.alloc(maxChunkBytes));
  write();
  write();
  expect(frames.slice(3).map(({ lane }) => lane)).toEqual(['votes', 'clients']);
  while (write() > 0);
  expect(frames.at(-1)).toMatchObject({ lane: 'telemetry', bytes: maxChunkBytes * 3 });
});
