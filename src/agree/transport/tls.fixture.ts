import { createPublicKey, generateKeyPairSync, randomInt, type KeyObject } from 'node:crypto';
import { freePorts, ManualClock, silentLog, sleep, systemClock } from '../../platform/index.ts';
import type { ParticipantId } from '../protocol.ts';
import { openTlsTransport, type TlsTransport, type TlsTransportOptions } from './tls-transport.ts';
import type { TransportHarness } from './transport.suite.ts';

/** Real sockets on loopback, under a clock that tests move. */
export interface TlsHarness extends TransportHarness {
  clock: ManualClock;
  key(number: ParticipantId): KeyObject;
  port(number: ParticipantId): number;
  open(number: ParticipantId, more?: Partial<TlsTransportOptions>): Promise<TlsTransport>;
}

/** Time runs so much faster here than on the wire when it is to pass; a peer seems silent only after 200 turns. */
const stepMs = 50;
/** A turn of the real event loop, long enough for loopback; the clock of the watchers does not see it. */
const turn = () => sleep(systemClock, 1);

export function publicKeyOf(key: KeyObject): Buffer {
  return createPublicKey(key).export({ type: 'spki', format: 'der' }).subarray(-32);
}

export async function makeTlsHarness(): Promise<TlsHarness> {
  const clock = new ManualClock();
  const ports = await freePorts(10);
  const keys = new Map<ParticipantId, KeyObject>();
  const opened: TlsTransport[] = [];
  const key = (number: ParticipantId) => {
    const known = keys.get(number) ?? generateKeyPairSync('ed25519').privateKey;
    keys.set(number, known);
    return known;
  };
  const port = (number: ParticipantId) => ports[number - 1] ?? 0;
  const roleOf = (number: ParticipantId) => (number > 7 ? ('observer' as const) : ('member' as const));
  return {
    clock,
    key,
    port,
    peer: (number) => ({
      number,
      id: `watcher-${number}`,
      publicKey: publicKeyOf(key(number)),
      address: `127.0.0.1:${port(number)}`,
      role: roleOf(number),
    }),
    rotate: (number) => void keys.delete(number),
    open: async (number, more = {}) => {
      const transport = await openTlsTransport({
        privateKey: key(number),
        self: { number, role: roleOf(number) },
        listen: { host: '127.0.0.1', port: port(number) },
        clock,
        random: () => randomInt(2 ** 32) / 2 ** 32,
        log: silentLog,
        ...more,
      });
      opened.push(transport);
      return transport;
    },
    until: async (holds) => {
      for (let turns = 0; !holds(); turns++) {
        if (turns > 10_000) throw new Error('it never came');
        clock.advance(1);
        await turn();
      }
    },
    pass: async (forMs) => {
      for (let passedMs = 0; passedMs < forMs; passedMs += stepMs) {
        clock.advance(Math.min(stepMs, forMs - passedMs));
        await turn();
      }
    },
    close: async () => {
      await Promise.all(opened.map((transport) => transport.close()));
      await turn();
    },
  };
}
