import { expect, test } from 'vitest';
import type { Peer, Transport } from '../../agree/index.ts';
import { ManualClock } from '../../platform/index.ts';
import { FaultyTransport } from './faulty-transport.ts';

const peer: Peer = { number: 2, id: 'watcher-2', publicKey: Buffer.alloc(32), address: '', role: 'member' };

function rig(draws: number[]) {
  const sent: string[] = [];
  const peers: number[] = [];
  const inner: Transport = {
    setPeers: (given) => peers.push(given.length),
    send: (to, lane) => sent.push(`${lane} to ${to}`),
    onFrame: () => undefined,
    links: () => [],
    close: () => Promise.resolve(),
  };
  const clock = new ManualClock();
  return { sent, peers, clock, transport: new FaultyTransport(inner, clock, () => draws.shift() ?? 1) };
}

test('cut off, it has no peers, whatever membership says meanwhile; healed, it has those of now', () => {
  const { transport, peers } = rig([]);
  transport.setPeers([peer]);
  transport.setFaults({ cut: true, lying: false });
  transport.setPeers([peer, { ...peer, number: 3 }]);
  transport.setFaults({ cut: false, lying: false });
  expect(peers).toEqual([1, 0, 2]);
});

test('a liar withholds votes and sends others late; nothing else is touched', () => {
  const { transport, sent, clock } = rig([0.1, 0.5, 0.9]);
  transport.setFaults({ cut: false, lying: true });
  for (const lane of ['votes', 'votes', 'votes', 'bodies'] as const) transport.send(2, lane, Buffer.from('x'));
  expect(sent).toEqual(['votes to 2', 'bodies to 2']);
  clock.advance(1500);
  expect(sent).toEqual(['votes to 2', 'bodies to 2', 'votes to 2']);
});
