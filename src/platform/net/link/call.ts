import { connect, type SecureContext, type TLSSocket } from 'node:tls';
import type { Milliseconds } from '../../../model/index.ts';
import type { Clock } from '../../clock.ts';
import { failure, failureOf, type NetFailure } from '../failure.ts';
import { provedKey, TlsLink, type SecureLink } from './secure-link.ts';

export interface Call {
  /** Gives up; there is no answer any more. */
  cancel(): void;
}

export interface CallOptions {
  /** `host:port`, `[::1]:port` */
  address: string;
  publicKey: Uint8Array;
  context: SecureContext;
  clock: Clock;
  /** From the call to the end of the handshake. */
  handshakeMs: Milliseconds;
}

/** Calls the holder of a key. The answer never comes before this has returned. */
export function callPeer(options: CallOptions, done: (result: SecureLink | NetFailure) => void): Call {
  const { address, publicKey, clock, handshakeMs } = options;
  const place = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(address);
  const port = Number(place?.[3]);
  let socket: TLSSocket | undefined;
  let over = false;
  const end = (result?: SecureLink | NetFailure) => {
    if (over) return;
    over = true;
    timer.cancel();
    // A link has taken the socket over; otherwise nobody wants it any more.
    if (!result || 'kind' in result) socket?.destroy();
    if (result) done(result);
  };
  const timer = clock.after(handshakeMs, () => end(failure('TIMEOUT', `no handshake with ${address} in time`)));
  if (!place || port < 1 || port > 65_535) {
    queueMicrotask(() => end(failure('BAD_ADDRESS', `expected host:port, found ${JSON.stringify(address)}`)));
    return { cancel: () => end() };
  }
  const called = connect({
    host: place[1] ?? place[2] ?? '',
    port,
    secureContext: options.context,
    // The key is compared below; authorities, names and dates of certificates mean nothing here.
    rejectUnauthorized: false,
    checkServerIdentity: () => undefined,
  });
  socket = called;
  called.on('error', (error) => end(failureOf(error)));
  called.once('close', () => end(failure('ECONNRESET', 'the other side closed the connection during the handshake')));
  called.once('secureConnect', () => {
    const key = provedKey(called);
    if (key?.equals(publicKey)) end(new TlsLink(called, key, true, clock));
    else
      end(failure('WRONG_KEY', `at ${address} answers ${key ? `the key ${key.toString('hex')}` : 'no key of ours'}`));
  });
  return { cancel: () => end() };
}
