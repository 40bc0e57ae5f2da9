import { isIPv6, Socket, type SocketConstructorOpts } from 'node:net';
import type { Milliseconds } from '../../../model/index.ts';
import type { Deadline } from '../deadline.ts';
import { failureOf, type NetFailure } from '../failure.ts';
import { needsSystemCalls, openPinned, type Pinning } from '../pinning.ts';

export interface TcpEndpoint extends Pinning {
  /** A literal address, possibly with `%zone`. */
  address: string;
  port: number;
}

export interface TcpConnection {
  kind: 'connected';
  /** Open, with no error listener; whoever gets it closes it. */
  socket: Socket;
  connectMs: Milliseconds;
}

/** Does the three-way handshake. Whatever goes wrong is a value, and leaves no socket behind. */
export function connectTcp(endpoint: TcpEndpoint, deadline: Deadline): Promise<TcpConnection | NetFailure> {
  const { address, port, sourceAddress } = endpoint;
  if (deadline.over) return Promise.resolve(deadline.over);
  const pinned = needsSystemCalls(endpoint);
  let socket: Socket;
  try {
    const opened = pinned ? openPinned('tcp', isIPv6(address) ? 6 : 4, endpoint) : undefined;
    if (typeof opened === 'object') return Promise.resolve(opened);
    // Reading before the connection is there would be an error; `manualStart` is how Node itself avoids it.
    socket = new Socket(opened === undefined ? {} : ({ fd: opened, manualStart: true } as SocketConstructorOpts));
  } catch (error) {
    return Promise.resolve(failureOf(error));
  }
  return new Promise((resolve) => {
    const startMs = deadline.elapsedMs();
    const end = (result: TcpConnection | NetFailure) => {
      deadline.watch(() => undefined);
      socket.removeAllListeners();
      if (result.kind === 'failure') {
        // A destroyed socket may still report what it was about to.
        socket.on('error', () => undefined);
        socket.destroy();
      }
      resolve(result);
    };
    socket.once('connect', () => end({ kind: 'connected', socket, connectMs: deadline.elapsedMs() - startMs }));
    socket.once('error', (error) => end(failureOf(error)));
    deadline.watch(end);
    const local = sourceAddress !== undefined && !pinned ? { localAddress: sourceAddress } : {};
    socket.connect({ host: address, port, ...local });
  });
}
