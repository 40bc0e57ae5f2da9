import { expect, it } from 'vitest';
import { ManualClock } from '../../platform/index.ts';
import type { ParticipantId } from '../protocol.ts';
import { MemoryHub } from './memory-transport.ts';
import { describeTransport, type TransportHarness } from './transport.suite.ts';

function makeHarness(): Promise<TransportHarness> {
  const clock = new ManualClock();
  const hub = new MemoryHub({ clock, random: () => 0.5 });
  const rotated = new Map<ParticipantId, number>();
  const peer = (number: ParticipantId) => ({
    number,
    id: `watcher-${number}`,
    publicKey: Buffer.alloc(32, number + (rotated.get(number) ?? 0)),
    address: 'memory:1',
    role: number > 7 ? ('observer' as const) : ('member' as const),
  });
  const pass = (forMs: number) => Promise.resolve(clock.advance(forMs));
  return Promise.resolve({
    peer,
    rotate: (number) => void rotated.set(number, 100),
    open: (number) => Promise.resolve(hub.open(peer(number))),
    until: async (holds) => {
      for (let rounds = 0; !holds(); rounds++) {
        if (rounds > 1000) throw new Error('it never came');
        await pass(10);
      }
    },
    pass,
    close: () => Promise.resolve(),
  });
}

describeTransport('memory', makeHarness);

/** Watchers 1 to 4, each the peer of each, and what watcher 4 hears. */
function square(random: () => number) {
  const clock = new ManualClock();
  const hub = new MemoryHub({ clock, random });
  const peers = [1, 2, 3, 4].map((number) => ({
    number,
    id: `watcher-${number}`,
    publicKey: Buffer.alloc(32, number),
    address: '',
    role: 'member' as const,
  }));
  const transports = peers.map((self) => hub.open(self));
  const heard: string[] = [];
  for (const transport of transports) transport.setPeers(peers);
  transports[3]?.onFrame((from, _lane, frame) => heard.push(`${from} ${frame.toString()}`));
  const send = (from: number, text: string) => transports[from - 1]?.send(4, 'votes', Buffer.from(text));
  return { clock, hub, transports, heard, send };
}

/** The same numbers in the same order, each time. */
function dice(): () => number {
  let state = 1;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

it('loses, repeats and delays as told, the same way each time', () => {
  const lives = [dice(), dice()].map((random) => {
    const { clock, hub, heard, send } = square(random);
    hub.weather = { loss: 0.3, repeat: 0.2, minDelayMs: 5, maxDelayMs: 50 };
    for (let at = 0; at < 200; at++) send(1, `${at}`);
    clock.advance(4);
    expect(heard).toEqual([]);
    clock.advance(100);
    return heard;
  });
  const [first = [], second = []] = lives;
  expect(first).toEqual(second);
  const distinct = new Set(first).size;
  expect(distinct).toBeGreaterThan(100);
  expect(distinct).toBeLessThan(180);
  expect(first.length).toBeGreaterThan(distinct);
  expect(first).not.toEqual([...first].sort((a, b) => Number(a.slice(2)) - Number(b.slice(2))));
});

it('cuts one direction, or groups from each other, until it is healed', () => {
  const { clock, hub, transports, heard, send } = square(() => 0.5);
  hub.cut(1, 4);
  hub.partition([1, 2], [3, 4]);
  for (const from of [1, 2, 3]) send(from, 'parted');
  clock.advance(10);
  expect(heard).toEqual(['3 parted']);
  hub.heal();
  hub.cut(4, 1);
  send(1, 'one way');
  transports[3]?.send(1, 'votes', Buffer.from('lost'));
  clock.advance(10);
  expect(heard).toEqual(['3 parted', '1 one way']);
  expect(transports[0]?.links()[2]?.lanes.votes.framesIn).toBe(0);
});

it('lets what is for a watcher that does not read wait where votes expire', () => {
  const { clock, hub, heard, send } = square(() => 0.5);
  hub.jam(4);
  send(1, 'old');
  clock.advance(1500);
  send(1, 'new');
  clock.advance(1000);
  hub.heal();
  clock.advance(10);
  expect(heard).toEqual(['1 new']);
});
