import { expect, it } from 'vitest';
import { MemoryHub } from '../../agree/transport/memory-transport.ts';
import type { Peer } from '../../agree/transport/transport.ts';
import { ManualClock } from '../../platform/index.ts';
import { digestExchange, withoutTelemetry } from './exchange.ts';

const peer = (number: number, role: Peer['role'] = 'member'): Peer => {
  return { number, id: `w${number}`, publicKey: new Uint8Array(32).fill(number), address: '', role };
};

it('carries digests under the name of their link, apart from what agreement hears', () => {
  const clock = new ManualClock();
  const hub = new MemoryHub({ clock, random: () => 0.5 });
  const peers = [peer(1), peer(2), peer(3, 'observer')];
  const [one, two, three] = peers.map((self) => {
    const transport = hub.open(self);
    transport.setPeers(peers);
    return transport;
  });
  if (!one || !two || !three) throw new Error('three were opened');
  const digests: string[] = [];
  const agreement: string[] = [];
  for (const [name, transport] of [
    ['two', two],
    ['three', three],
  ] as const) {
    digestExchange(transport, undefined).onFrame((from, frame) => digests.push(`${name}: ${from} ${frame.toString()}`));
    withoutTelemetry(transport).onFrame((from, lane) => agreement.push(`${name}: ${from} ${lane}`));
  }
  clock.advance(10);
  const exchange = digestExchange(one, { host: '192.0.2.1', port: 8471 });
  expect(exchange.listen).toEqual({ host: '192.0.2.1', port: 8471 });
  exchange.send(Buffer.from('figures'));
  withoutTelemetry(one).send(2, 'votes', Buffer.from('a vote'));
  clock.advance(100);
  expect(digests.sort()).toEqual(['three: w1 figures', 'two: w1 figures']);
  expect(agreement).toEqual(['two: 1 votes']);
});
