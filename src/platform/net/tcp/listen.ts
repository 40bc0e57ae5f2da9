import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { messageOf, QwError } from '../../../model/index.ts';
import type { DatagramEndpoint } from '../udp/datagrams.ts';

/** Connections that others open and only they write to. */
export interface TcpListenerOptions {
  /** A name or an address; `0.0.0.0` and `::` mean all. */
  host: string;
  /** 0 lets the system choose. */
  port: number;
  /** At the same time, and from one address; further ones are closed at once. */
  maxConnections: number;
  maxFromAddress: number;
  /** How the connection is served from then on. */
  onVisitor: (from: DatagramEndpoint) => TcpVisitor;
}

export interface TcpVisitor {
  /** False ends the connection. */
  onBytes(bytes: Uint8Array): boolean;
  /** Called once, whoever ended it. */
  onEnd(): void;
}

export interface TcpListener {
  readonly port: number;
  readonly connections: number;
  /** Connections that were closed because there were too many. */
  readonly refused: number;
  close(): void;
}

const keepAliveMs = 60_000;

/** Throws LISTEN_FAILED. */
export async function listenTcp(options: TcpListenerOptions): Promise<TcpListener> {
  const { host, port, maxConnections, maxFromAddress, onVisitor } = options;
  const sockets = new Set<Socket>();
  let refused = 0;
  const server = createServer((socket) => {
    const address = (socket.remoteAddress ?? '').replace(/^::ffff:(?=\d+\.)/, '');
    const ofAddress = [...sockets].filter((one) => one.remoteAddress === socket.remoteAddress).length;
    if (address === '' || sockets.size >= maxConnections || ofAddress >= maxFromAddress) {
      refused++;
      socket.destroy();
      return;
    }
    sockets.add(socket);
    // A peer that vanished without a word would hold its place for good.
    socket.setKeepAlive(true, keepAliveMs);
    const visitor = onVisitor({ address, port: socket.remotePort ?? 0 });
    socket.on('data', (bytes: Buffer) => {
      if (!visitor.onBytes(bytes)) socket.destroy();
    });
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      sockets.delete(socket);
      visitor.onEnd();
    });
  });
  try {
    const listening = once(server, 'listening');
    server.listen(port, host);
    await listening;
  } catch (thrown) {
    throw new QwError('LISTEN_FAILED', `TCP: ${messageOf(thrown)}`, { where: `${host} port ${port}`, cause: thrown });
  }
  const bound = server.address();
  return {
    port: typeof bound === 'object' && bound ? bound.port : port,
    get connections() {
      return sockets.size;
    },
    get refused() {
      return refused;
    },
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
