import { expect, it } from 'vitest';
import { Inbox } from './inbox.ts';
import { transportLimits } from './limits.ts';
import { Outbox } from './outbox.ts';
import { Quota } from './quota.ts';
import type { Lane } from './transport.ts';
import { controlChunk } from './wire.ts';

function makeInbox() {
  let frames = 0;
  const inbox = new Inbox(transportLimits, 0, { onControl: () => true, onFrame: () => (frames += 1) > 0 });
  const feed = (lane: Lane, frame: Buffer, count: number) => {
    const outbox = new Outbox(transportLimits.lanes);
    for (let at = 0; at < count; at++) {
      outbox.push(lane, frame, 0, undefined, true);
      for (let bytes = outbox.next(0); bytes; bytes = outbox.next(0)) inbox.feed(bytes);
    }
  };
  return { inbox, feed, frames: () => frames };
}

it('makes a peer wait that sends more frames or bytes than its quota, for as long as it owes', () => {
  const { inbox, feed, frames } = makeInbox();
  feed('transfer', Buffer.alloc(10), 2000);
  expect(inbox.debtMs(0)).toBe(0);
  feed('transfer', Buffer.alloc(10), 200);
  expect(inbox.debtMs(0)).toBeCloseTo(100, 0);
  expect(inbox.debtMs(60)).toBeCloseTo(40, 0);
  expect(inbox.debtMs(101)).toBe(0);
  expect(frames()).toBe(2200);
  const large = makeInbox();
  large.feed('bodies', Buffer.alloc(1_048_576), 96);
  expect(large.inbox.debtMs(0)).toBeCloseTo(500, -1);
});

it('has room for one frame of any size at once', () => {
  for (const lane of ['votes', 'bodies', 'transfer', 'clients'] as const) {
    const { inbox, feed } = makeInbox();
    feed(lane, Buffer.alloc(transportLimits.lanes[lane].maxFrameBytes), 1);
    expect(inbox.debtMs(0)).toBe(0);
    expect(inbox.heldBytes).toBe(0);
  }
});

it('does not let pings be a way around quotas', () => {
  const { inbox } = makeInbox();
  const ping = controlChunk({ kind: 'ping', number: 1 });
  for (let at = 0; at < 200; at++) inbox.feed(ping);
  expect(inbox.debtMs(0)).toBeGreaterThan(900);
});

it('a quota saves up a second, not more', () => {
  const quota = new Quota(10, 0);
  expect(quota.debtMs(3_600_000)).toBe(0);
  quota.spend(15);
  expect(quota.debtMs(3_600_000)).toBe(500);
});
