import { createServer as createTcpServer, isIPv6, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer, type SecureContextOptions, type TLSSocket } from 'node:tls';
import { messageOf, QwError, type Milliseconds } from '../../../model/index.ts';
import type { Clock } from '../../clock.ts';
import { failure, failureOf, type NetFailure } from '../failure.ts';
import { Admission, admissionLimits } from './admission.ts';
import { plainAddress, provedKey, TlsLink, type SecureLink } from './secure-link.ts';

export interface DoorOptions {
  listen: { host: string; port: number };
  settings: SecureContextOptions;
  clock: Clock;
  handshakeMs: Milliseconds;
  /** Whether the holder of this key may talk to us. Asked when a handshake is done, before a byte is read. */
  knows(publicKey: Buffer): boolean;
  /** Whether somebody known may call from this address, which then has room of its own beside strangers. */
  expects(address: string): boolean;
  onLink(link: SecureLink): void;
  onRefused(address: string, reason: NetFailure): void;
}

export interface Door {
  readonly port: number;
  close(): void;
}

/** A handshake that is under way. */
interface Guest {
  tcp: Socket;
  address: string;
  leave(): void;
}

/** Lets in who is known. Strangers are turned away at the TCP connection when there are many, else after the handshake. */
export async function openDoor(options: DoorOptions): Promise<Door> {
  const { clock, handshakeMs } = options;
  const admission = new Admission(clock, admissionLimits);
  /** By address and port: a TLS socket doesn't tell which TCP socket it sits on. */
  const guests = new Map<string, Guest>();
  const tls = createServer({ ...options.settings, requestCert: true, rejectUnauthorized: false });
  const tcp = createTcpServer((socket) => {
    const address = plainAddress(socket.remoteAddress);
    const leave = admission.enter(address, options.expects(address));
    if (!leave) {
      // A reset leaves nothing of a flood behind, not even the kernel's two minutes of memory.
      socket.resetAndDestroy();
      options.onRefused(address, failure('CROWDED', 'too many handshakes at once'));
      return;
    }
    const name = nameOf(socket);
    const timer = clock.after(handshakeMs, () => {
      guest.leave();
      options.onRefused(address, failure('TIMEOUT', 'the handshake took too long'));
      socket.resetAndDestroy();
    });
    const guest: Guest = {
      tcp: socket,
      address,
      leave: () => {
        timer.cancel();
        leave();
        if (guests.get(name) === guest) guests.delete(name);
      },
    };
    guests.set(name, guest);
    socket.on('error', () => undefined);
    socket.once('close', () => guest.leave());
    tls.emit('connection', socket);
  });
  tls.on('tlsClientError', (error, socket: TLSSocket) => {
    const guest = guests.get(nameOf(socket));
    // Who hung up, or was told so already, is no longer there.
    if (!guest) return;
    guest.tcp.destroy();
    options.onRefused(guest.address, failureOf(error));
  });
  tls.on('secureConnection', (socket: TLSSocket) => {
    const address = plainAddress(socket.remoteAddress);
    socket.on('error', () => undefined);
    guests.get(nameOf(socket))?.leave();
    const key = provedKey(socket);
    if (key && options.knows(key)) {
      options.onLink(new TlsLink(socket, key, false, clock));
      return;
    }
    socket.destroy();
    options.onRefused(address, failure('UNKNOWN_KEY', key ? `nobody knows the key ${key.toString('hex')}` : 'no key'));
  });
  const port = await listenOn(tcp, options.listen);
  return {
    port,
    close: () => {
      for (const guest of guests.values()) guest.tcp.destroy();
      // It calls back only when all links that were handed out are closed: those are no longer its business.
      tcp.close();
    },
  };
}

function listenOn(tcp: Server, { host, port }: { host: string; port: number }): Promise<number> {
  return new Promise((resolve, reject) => {
    tcp.once('error', (cause) => {
      const where = isIPv6(host) ? `[${host}]:${port}` : `${host}:${port}`;
      reject(new QwError('LISTEN_FAILED', `other watchers cannot call here: ${messageOf(cause)}`, { where, cause }));
    });
    tcp.listen({ host, port }, () => {
      tcp.removeAllListeners('error').on('error', () => undefined);
      resolve((tcp.address() as AddressInfo).port);
    });
  });
}

const nameOf = (socket: Socket): string => `${socket.remoteAddress ?? ''} ${socket.remotePort ?? 0}`;
