import { lookup } from 'node:dns/promises';
import { messageOf, QwError } from '../../../model/index.ts';
import { openLibc } from '../../linux/ffi.ts';
import type { DatagramEndpoint } from './datagrams.ts';
import { KernelReceiver } from './kernel-receiver.ts';
import { NodeReceiver } from './node-receiver.ts';

/** UDP for those who only listen, and to much: datagrams are taken by the batch, and what was lost is counted. */

export interface ReceiverOptions {
  /** A name or an address; `0.0.0.0` and `::` mean all. */
  host: string;
  /** 0 lets the system choose. */
  port: number;
  /** How much may wait in the kernel; what it grants is in the receiver. */
  bufferBytes: number;
  /** `bytes` are valid until it returns; `from` is one object for each sender for as long as it is remembered. */
  onDatagram: (bytes: Uint8Array, from: DatagramEndpoint) => void;
}

export interface DatagramReceiver {
  /** By which way: system calls that take many datagrams at once, or Node's own, one at a time. */
  readonly method: 'batches' | 'single';
  readonly port: number;
  /** What the kernel granted; 0 where it does not tell. */
  readonly bufferBytes: number;
  /** Datagrams lost since the last call for want of room in the kernel; undefined where it does not tell. */
  newDrops(): number | undefined;
  close(): void;
}

/** Throws LISTEN_FAILED. */
export async function openReceiver(options: ReceiverOptions): Promise<DatagramReceiver> {
  const { host, port } = options;
  const { address } = await lookup(host).catch((thrown: unknown) => {
    throw new QwError('LISTEN_FAILED', `UDP: ${messageOf(thrown)}`, { where: host, cause: thrown });
  });
  try {
    return new KernelReceiver(openLibc(), { address, port }, options);
  } catch (thrown) {
    if (!(thrown instanceof QwError) || thrown.code !== 'UNSUPPORTED') throw thrown;
    return NodeReceiver.open({ address, port }, options);
  }
}
