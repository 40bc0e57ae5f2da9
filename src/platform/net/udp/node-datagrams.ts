import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { messageOf, QwError, type EpochMs } from '../../../model/index.ts';
import { systemErrorCode } from '../../files/disk.ts';
import type { DatagramEndpoint, DatagramOptions, DatagramSocket } from './datagrams.ts';

/** Where the kernel's stamps are not to be had: times are those at which this process gets to a datagram. */
export class NodeDatagrams implements DatagramSocket {
  readonly stamps = 'process';
  readonly port: number;
  readonly #socket: Socket;
  #sent = 0;

  /** `address` is literal. Throws LISTEN_FAILED. */
  static async open(address: DatagramEndpoint, options: DatagramOptions): Promise<NodeDatagrams> {
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
    return new NodeDatagrams(socket, options);
  }

  private constructor(socket: Socket, options: DatagramOptions) {
    this.#socket = socket;
    this.port = socket.address().port;
    socket.unref();
    // Sending to where nobody listens comes back as an error of a later call.
    socket.on('error', () => undefined);
    socket.on('message', (bytes, { address, port }) => {
      const from = { address: address.replace(/^::ffff:(?=\d+\.)/, ''), port };
      options.onDatagram({ from, bytes, at: this.now(), ttl: 255 });
    });
  }

  now(): EpochMs {
    return performance.timeOrigin + performance.now();
  }

  send({ address, port }: DatagramEndpoint, bytes: Uint8Array) {
    try {
      this.#socket.send(bytes, port, address, () => undefined);
    } catch (thrown) {
      return { code: systemErrorCode(thrown) ?? 'EINVAL', text: messageOf(thrown) };
    }
    this.#sent += 1;
    return this.#sent - 1;
  }

  newDrops(): number {
    return 0;
  }

  close(): void {
    this.#socket.close();
  }
}
