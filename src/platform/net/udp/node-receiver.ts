import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { messageOf, QwError } from '../../../model/index.ts';
import type { DatagramEndpoint } from './datagrams.ts';
import type { DatagramReceiver, ReceiverOptions } from './receiver.ts';

/** Senders that are remembered. */
const maxSenders = 20_000;

/** Where the C library is not to be had: one datagram at a time, and nobody knows what the kernel dropped. */
export class NodeReceiver implements DatagramReceiver {
  readonly method = 'single';
  readonly port: number;
  readonly bufferBytes: number;
  readonly #socket: Socket;
  readonly #senders = new Map<string, DatagramEndpoint>();

  /** `address` is literal. Throws LISTEN_FAILED. */
  static async open(address: DatagramEndpoint, options: ReceiverOptions): Promise<NodeReceiver> {
    const socket = createSocket(address.address.includes(':') ? 'udp6' : 'udp4');
    try {
      const listening = once(socket, 'listening');
      socket.bind({ address: address.address, port: address.port, exclusive: true });
      await listening;
    } catch (thrown) {
      socket.close();
      const where = `${address.address} port ${address.port}`;
      throw new QwError('LISTEN_FAILED', `UDP: ${messageOf(thrown)}`, { where, cause: thrown });
    }
    return new NodeReceiver(socket, options);
  }

  private constructor(socket: Socket, { bufferBytes, onDatagram }: ReceiverOptions) {
    this.#socket = socket;
    this.port = socket.address().port;
    this.bufferBytes = enlarge(socket, bufferBytes);
    socket.on('error', () => undefined);
    socket.on('message', (bytes, { address, port }) => onDatagram(bytes, this.#sender(address, port)));
  }

  newDrops(): undefined {
    return undefined;
  }

  close(): void {
    this.#socket.close();
  }

  #sender(given: string, port: number): DatagramEndpoint {
    const key = `${given} ${port}`;
    const known = this.#senders.get(key);
    if (known) return known;
    if (this.#senders.size >= maxSenders) this.#senders.clear();
    const sender = { address: given.replace(/^::ffff:(?=\d+\.)/, ''), port };
    this.#senders.set(key, sender);
    return sender;
  }
}

function enlarge(socket: Socket, bytes: number): number {
  try {
    socket.setRecvBufferSize(bytes);
  } catch {
    // Some systems refuse what is too much instead of giving what they may.
  }
  try {
    return socket.getRecvBufferSize();
  } catch {
    return 0;
  }
}
