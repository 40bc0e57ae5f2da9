// One file of more than 400 lines, because every test in it plays the other end by hand with the same few tools.
import { createServer, connect, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openLinks, type Clock, type Links, type SecureLink } from '../../platform/index.ts';
import { FrameDecoder } from './frame-decoder.ts';
import { transportLimits } from './limits.ts';
import { makeTlsHarness, publicKeyOf, type TlsHarness } from './tls.fixture.ts';
import type { LinkStatus, Transport } from './transport.ts';
import { controlChunk, firstFlag, headerBytes, lastFlag, maxChunkBytes, writeHeader } from './wire.ts';

/** Watcher 1 is ours; watcher 2 is played by hand where it misbehaves. */

let harness: TlsHarness;
let cleaning: (() => void)[];
beforeEach(async () => {
  harness = await makeTlsHarness();
  cleaning = [];
});
afterEach(async () => {
  for (const clean of cleaning) clean();
  await harness.close();
});

const hello = controlChunk({ kind: 'hello', life: 7n });

function chunk(lane: number, flags: number, content: Buffer): Buffer {
  const header = Buffer.alloc(headerBytes);
  writeHeader(header, 0, lane, flags, content.length);
  return Buffer.concat([header, content]);
}
const vote = (text: string) => chunk(1, firstFlag | lastFlag, Buffer.from(text));

/** Watcher 1 with its peers, and what it heard. */
async function open(peers: readonly number[], more: { clock?: Clock; limits?: typeof transportLimits } = {}) {
  const transport = await harness.open(1, more);
  const heard: string[] = [];
  transport.onFrame((from, lane, frame) => heard.push(`${from} ${lane} ${frame.subarray(0, 30).toString()}`));
  transport.setPeers(peers.map((number) => ({ ...harness.peer(number), address: '' })));
  const status = (peer = 2): LinkStatus => {
    const found = transport.links().find((link) => link.peer === peer);
    if (!found) throw new Error('no such peer');
    return found;
  };
  return { transport, heard, status };
}

interface Hand {
  link: SecureLink;
  heard: Buffer[];
  closed(): boolean;
}

/** Calls watcher 1 with the key of another one, and speaks byte by byte. */
async function call(number: number, keyOf = number): Promise<Hand> {
  const links: Links = await openLinks({
    privateKey: harness.key(keyOf),
    clock: harness.clock,
    handshakeMs: 5000,
    knows: () => true,
    expects: () => false,
    onLink: () => undefined,
    onRefused: () => undefined,
  });
  let hand: Hand | undefined;
  links.call(`127.0.0.1:${harness.port(1)}`, publicKeyOf(harness.key(1)), (link) => {
    if ('kind' in link) throw new Error(link.text);
    let closed = false;
    const heard: Buffer[] = [];
    cleaning.push(() => link.close());
    link.start({ onData: (bytes) => heard.push(bytes), onClosed: () => (closed = true) });
    hand = { link, heard, closed: () => closed };
  });
  await harness.until(() => hand !== undefined);
  if (!hand) throw new Error('no link');
  return hand;
}

const say = ({ link }: Hand, ...bytes: readonly Buffer[]) => link.write(Buffer.concat(bytes), () => undefined);

/** Cuts or delays what goes between two ends, without either knowing. */
async function openRelay(toPort: number) {
  const sockets: Socket[] = [];
  const server = createServer((near) => {
    const far = connect(toPort, '127.0.0.1');
    sockets.push(near, far);
    near.on('error', () => undefined).pipe(far);
    far.on('error', () => undefined).pipe(near);
    near.on('close', () => far.destroy());
    far.on('close', () => near.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const reset = () => {
    for (const socket of sockets.splice(0)) socket.destroy();
  };
  cleaning.push(() => {
    reset();
    server.close();
  });
  return {
    address: `127.0.0.1:${(server.address() as { port: number }).port}`,
    /** The cable is pulled: no byte, no end. */
    pull: () => {
      for (const socket of sockets) socket.unpipe().pause();
    },
    reset,
  };
}

it.each<[string, Buffer[], string]>([
  ['bytes of no protocol of ours', [hello, Buffer.from('GET / HTTP/1.1\r\n\r\n')], 'BAD_FRAME'],
  ['a frame before the greeting', [vote('early')], 'BAD_FRAME'],
  ['a ping before the greeting', [controlChunk({ kind: 'ping', number: 1 })], 'BAD_FRAME'],
  ['two greetings', [hello, hello], 'BAD_FRAME'],
  ['an unknown frame of the link itself', [hello, chunk(0, firstFlag | lastFlag, Buffer.from([99]))], 'BAD_FRAME'],
  ['the greeting of another version', [chunk(0, firstFlag | lastFlag, Buffer.from([1, 2, 0, 0]))], 'OTHER_VERSION'],
  ['a vote beyond its lane', [hello, chunk(1, firstFlag, Buffer.alloc(maxChunkBytes, 0xff))], 'FRAME_TOO_LARGE'],
])('ends the link of a peer that sends %s, and says why', async (_name, bytes, code) => {
  const { transport, heard, status } = await open([2]);
  const hand = await call(2);
  say(hand, ...bytes);
  await harness.until(() => hand.closed());
  expect(status()).toMatchObject({ lastError: { code }, state: 'down' });
  expect(heard).toEqual([]);
  // Its last words are the code, so that the other side's operator can read it too.
  expect(hand.heard.at(-1)?.at(-2)).toBe(4);
  // One bad link does not close the door.
  const better = await call(2);
  say(better, hello, vote('well said'));
  await harness.until(() => heard.length === 1);
  expect(transport.links()[0]?.state).toBe('up');
});

it('refuses votes of an observer', async () => {
  const { heard, status } = await open([8]);
  const hand = await call(8);
  say(hand, hello, chunk(4, firstFlag | lastFlag, Buffer.from('as a client')), vote('as a member'));
  await harness.until(() => hand.closed());
  expect(heard).toEqual(['8 clients as a client']);
  expect(status(8).lastError?.code).toBe('LANE_FORBIDDEN');
});

it('as an observer, does not hear votes, and keeps the link over which it will learn that it has one', async () => {
  const { transport, heard, status } = await open([2]);
  transport.setPeers([{ ...harness.peer(2), address: '' }], { number: 1, role: 'observer' });
  const hand = await call(2);
  say(hand, hello, vote('too early'), chunk(3, firstFlag | lastFlag, Buffer.from('state')));
  await harness.until(() => heard.length > 0);
  expect(heard).toEqual(['2 transfer state']);
  expect(hand.closed()).toBe(false);
  expect(status().state).toBe('up');
});

it('hears nothing from a key that is not a peer’s', async () => {
  const { heard, status } = await open([2]);
  const hand = await call(2, 3);
  say(hand, hello, vote('from three'));
  await harness.until(() => hand.closed());
  expect(heard).toEqual([]);
  expect(status().state).toBe('down');
});

it('ends a link without a greeting in time', async () => {
  const { status } = await open([2]);
  const hand = await call(2);
  await harness.until(() => status().state === 'calling');
  await harness.pass(5500);
  expect(hand.closed()).toBe(true);
  expect(status().lastError?.code).toBe('TIMEOUT');
});

it('forgets half a frame when its sender dies, and takes the next one whole', async () => {
  const { heard, status } = await open([2]);
  const hand = await call(2);
  const beginning = Buffer.alloc(maxChunkBytes);
  beginning.writeUInt32BE(200_000);
  say(hand, hello, chunk(2, firstFlag, beginning), Buffer.from([2, 1]));
  await harness.until(() => status().state === 'up');
  hand.link.close();
  await harness.until(() => status().state === 'down');
  const again = await call(2);
  say(again, hello, chunk(2, firstFlag | lastFlag, Buffer.from('whole')));
  await harness.until(() => heard.length === 1);
  expect(heard).toEqual(['2 bodies whole']);
});

it('keeps what waits for a slow reader within bounds, and votes still pass', async () => {
  const { transport, status } = await open([2]);
  const hand = await call(2);
  say(hand, hello);
  await harness.until(() => status().state === 'up');
  hand.link.pause();
  for (let round = 0; round < 30; round++) {
    for (let at = 0; at < 4; at++) transport.send(2, 'bodies', Buffer.alloc(1_048_576, 1), 3_600_000);
    await harness.pass(20);
  }
  const { bodies } = status().lanes;
  expect(bodies.droppedFull).toBeGreaterThan(0);
  expect(bodies.queuedBytes).toBeLessThanOrEqual(transportLimits.lanes.bodies.maxQueuedBytes + 1_048_576);
  // All that went out before is on its way already; the vote comes right behind it.
  const written = bodies.bytesOut;
  transport.send(2, 'votes', Buffer.from('overtakes'));
  let before = 0;
  let after = 0;
  const decoder = new FrameDecoder([64, 100, 9_437_184, 0, 0], {
    onChunk: (lane, bytes) => {
      if (lane === 2 && !after) before += bytes;
    },
    onFrame: (lane) => {
      if (lane === 1) after = hand.heard.length;
      return true;
    },
  });
  hand.link.resume();
  let read = 0;
  await harness.until(() => {
    for (; read < hand.heard.length; read++) expect(decoder.feed(hand.heard[read] ?? Buffer.alloc(0))).toBeUndefined();
    return after > 0;
  });
  expect(before).toBeGreaterThan(65_536);
  expect(before).toBeLessThanOrEqual(written * 1.01);
  await harness.until(() => status().lanes.bodies.queuedFrames === 0);
});

it('gives the room of a peer that is away back when its frames have run out of time', async () => {
  const { transport, status } = await open([2]);
  for (let at = 0; at < 20; at++) transport.send(2, 'bodies', Buffer.alloc(1_048_576));
  expect(status().lanes.bodies.queuedBytes).toBe(20 * 1_048_576);
  await harness.pass(11_000);
  expect(status().lanes.bodies).toMatchObject({ queuedBytes: 0, droppedExpired: 20 });
});

it('answers pings and measures round trips while bodies fill the link', async () => {
  const { transport, status } = await open([2]);
  const hand = await call(2);
  say(hand, hello);
  await harness.until(() => status().state === 'up');
  hand.link.pause();
  for (let at = 0; at < 12; at++) transport.send(2, 'bodies', Buffer.alloc(1_048_576), 3_600_000);
  await harness.pass(200);
  const ping = controlChunk({ kind: 'ping', number: 77 });
  for (let at = 0; at < 50; at++) say(hand, ping);
  await harness.pass(200);
  hand.link.resume();
  let pongs = 0;
  const decoder = new FrameDecoder([64, 0, 9_437_184, 0, 0], {
    onChunk: () => undefined,
    onFrame: (lane, frame) => {
      if (lane === 0 && frame.equals(controlChunk({ kind: 'pong', number: 77 }).subarray(headerBytes))) pongs += 1;
      return true;
    },
  });
  let read = 0;
  await harness.until(() => {
    for (; read < hand.heard.length; read++) decoder.feed(hand.heard[read] ?? Buffer.alloc(0));
    return status().lanes.bodies.queuedFrames === 0 && pongs > 0;
  });
  // Who asks much more than is taken gets fewer answers, and bounded room.
  expect(pongs).toBeLessThanOrEqual(50);
});

it('reads a flooding peer no faster than its quota, with its bytes left in the network', async () => {
  const lanes = { ...transportLimits.lanes, transfer: { ...transportLimits.lanes.transfer, framesPerSecond: 100 } };
  const { heard, status } = await open([2, 3], { limits: { ...transportLimits, lanes } });
  const flooder = await call(2);
  const honest = await call(3);
  say(flooder, hello);
  say(honest, hello);
  await harness.until(() => status(2).state === 'up' && status(3).state === 'up');
  const small = chunk(3, firstFlag | lastFlag, Buffer.from('flood'));
  let taken = 0;
  for (let at = 0; at < 400; at++)
    flooder.link.write(Buffer.concat(Array.from({ length: 4000 }, () => small)), () => (taken += 1));
  await harness.until(() => status(2).throttled > 0);
  say(honest, vote('through the flood'));
  await harness.until(() => heard.includes('3 votes through the flood'));
  const before = heard.length;
  await harness.pass(3000);
  const perSecond = (heard.length - before) / 3;
  // What was read at once is taken at once, so a pause may begin with a debt; on average the quota holds.
  expect(perSecond).toBeLessThan(2000);
  expect(status(2).state).toBe('up');
  expect(taken).toBeLessThan(400);
});

it('finds a dead link by its silence, and calls again', async () => {
  const relay = await openRelay(harness.port(2));
  const two = await harness.open(2);
  two.setPeers([{ ...harness.peer(1), address: '' }]);
  const one = await harness.open(1);
  one.setPeers([{ ...harness.peer(2), address: relay.address }]);
  const state = (transport: Transport) => transport.links()[0];
  await harness.until(() => state(one)?.state === 'up' && state(two)?.state === 'up');
  await harness.pass(30_000);
  expect(state(one)?.state).toBe('up');
  expect(state(one)?.heardMs).toBeLessThan(3000);
  expect(state(one)?.roundTripMs).toBeLessThan(1000);
  relay.pull();
  await harness.pass(9000);
  expect(state(one)?.state).toBe('up');
  await harness.pass(4000);
  expect(state(one)?.lastError?.code).toBe('SILENT');
  await harness.until(() => state(one)?.state === 'up' && state(two)?.state === 'up');
});

it('comes back after a reset, sooner when the link was useful', async () => {
  const relay = await openRelay(harness.port(2));
  const two = await harness.open(2);
  two.setPeers([{ ...harness.peer(1), address: '' }]);
  const { transport, status } = await open([]);
  transport.setPeers([{ ...harness.peer(2), address: relay.address }]);
  for (let round = 0; round < 6; round++) {
    await harness.until(() => status().state === 'up' && two.links()[0]?.state === 'up');
    const heard = status().lanes.votes.framesIn;
    two.send(1, 'votes', Buffer.from('useful'));
    await harness.until(() => status().lanes.votes.framesIn === heard + 1);
    const before = harness.clock.monotonic();
    relay.reset();
    await harness.until(() => status().state !== 'up');
    await harness.until(() => status().state === 'up');
    // Twice the first wait, plus time on the wire; six failures in a row would have made it seconds.
    expect(harness.clock.monotonic() - before).toBeLessThan(1500);
  }
});

it('waits longer and longer for who never answers, with a bound, and at random', async () => {
  const calls: number[] = [];
  const server = createServer((socket) => {
    calls.push(harness.clock.monotonic());
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleaning.push(() => server.close());
  const { transport, status } = await open([]);
  transport.setPeers([{ ...harness.peer(2), address: `127.0.0.1:${(server.address() as { port: number }).port}` }]);
  await harness.pass(60_000);
  const waits = calls.slice(1).map((at, index) => at - (calls[index] ?? 0));
  expect(waits.length).toBeGreaterThan(8);
  expect(waits.length).toBeLessThan(25);
  expect(waits[0]).toBeLessThan(300);
  expect(Math.max(...waits)).toBeGreaterThan(4000);
  expect(Math.max(...waits)).toBeLessThan(10_500);
  expect(status().lastError?.code).toBe('ECONNRESET');
});

it('keeps one link when both call at once, and the same one', async () => {
  for (let round = 0; round < 5; round++) {
    const [one, two] = [await harness.open(1), await harness.open(2)];
    const limits = { ...transportLimits, courtesyMs: 0 };
    await two.close();
    const eager = await harness.open(2, { limits });
    const heard: string[] = [];
    for (const transport of [one, eager]) transport.onFrame((_from, _lane, frame) => heard.push(frame.toString()));
    one.setPeers([harness.peer(2)]);
    eager.setPeers([harness.peer(1)]);
    await harness.until(() => one.links()[0]?.state === 'up' && eager.links()[0]?.state === 'up');
    await harness.pass(300);
    const upFor = one.links()[0]?.upMs ?? 0;
    one.send(2, 'votes', Buffer.from('from one'));
    eager.send(1, 'votes', Buffer.from('from two'));
    await harness.until(() => heard.length === 2);
    await harness.pass(2000);
    expect(one.links()[0]?.upMs).toBeGreaterThan(upFor + 1500);
    await Promise.all([one.close(), eager.close()]);
  }
});

it('gives up its own call for a call of the higher number only when that one has started anew', async () => {
  const transport = await harness.open(1);
  let answered: SecureLink | undefined;
  let ended = 0;
  const links = await openLinks({
    privateKey: harness.key(2),
    clock: harness.clock,
    listen: { host: '127.0.0.1', port: harness.port(2) },
    handshakeMs: 5000,
    knows: () => true,
    expects: () => false,
    onLink: (link) => {
      answered = link;
      link.start({ onData: () => undefined, onClosed: () => (ended += 1) });
      link.write(hello, () => undefined);
    },
    onRefused: () => undefined,
  });
  cleaning.push(() => {
    answered?.close();
    links.close();
  });
  transport.setPeers([harness.peer(2)]);
  await harness.until(() => transport.links()[0]?.state === 'up');
  const sameLife = await call(2);
  say(sameLife, hello);
  await harness.until(() => sameLife.closed());
  expect(ended).toBe(0);
  const newLife = await call(2);
  say(newLife, controlChunk({ kind: 'hello', life: 8n }));
  await harness.until(() => ended === 1);
  await harness.pass(200);
  expect(newLife.closed()).toBe(false);
  expect(transport.links()[0]?.state).toBe('up');
});

it('sends nothing of a frame that an earlier link began', async () => {
  const { transport, status } = await open([2]);
  const first = await call(2);
  say(first, hello);
  await harness.until(() => status().state === 'up');
  first.link.pause();
  transport.send(2, 'bodies', Buffer.alloc(9_000_000));
  await harness.until(() => status().lanes.bodies.bytesOut > 0);
  first.link.close();
  await harness.until(() => status().state === 'down');
  transport.send(2, 'bodies', Buffer.from('whole'));
  const second = await call(2);
  say(second, hello);
  const frames: string[] = [];
  const decoder = new FrameDecoder([64, 0, 9_437_184, 0, 0], {
    onChunk: () => undefined,
    onFrame: (lane, frame) => lane === 0 || frames.push(frame.toString()) > 0,
  });
  let read = 0;
  await harness.until(() => {
    for (; read < second.heard.length; read++)
      expect(decoder.feed(second.heard[read] ?? Buffer.alloc(0))).toBeUndefined();
    return frames.length > 0;
  });
  expect(frames).toEqual(['whole']);
  expect(status().lanes.bodies).toMatchObject({ framesOut: 1, droppedOther: 1, queuedFrames: 0 });
});

it('takes a jump of the wall clock, and a stop of the whole process, for nobody’s silence', async () => {
  let leapMs = 0;
  const clock: Clock = {
    now: () => harness.clock.now(),
    monotonic: () => harness.clock.monotonic() + leapMs,
    after: (delayMs, callback) => harness.clock.after(delayMs, callback),
  };
  const { status } = await open([2], { clock });
  const hand = await call(2);
  say(hand, hello);
  await harness.until(() => status().state === 'up');
  harness.clock.jump(86_400_000);
  await harness.pass(500);
  harness.clock.jump(-172_800_000);
  await harness.pass(500);
  leapMs = 60_000;
  await harness.pass(1000);
  expect(status().state).toBe('up');
  await harness.pass(10_000);
  expect(status().lastError?.code).toBe('SILENT');
});

it('does not let a peer open links without end', async () => {
  const { status } = await open([2]);
  const hands: Hand[] = [];
  for (let at = 0; at < 6; at++) hands.push(await call(2));
  await harness.until(() => hands.filter((hand) => hand.closed()).length === 3);
  await harness.pass(100);
  expect(hands.filter((hand) => !hand.closed())).toHaveLength(3);
  expect(status().state).toBe('calling');
});
