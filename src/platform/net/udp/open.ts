import { lookup } from 'node:dns/promises';
import { messageOf, QwError } from '../../../model/index.ts';
import { openLibc } from '../../linux/ffi.ts';
import type { DatagramOptions, DatagramSocket } from './datagrams.ts';
import { KernelDatagrams } from './kernel-datagrams.ts';
import { NodeDatagrams } from './node-datagrams.ts';

/** Opens a UDP socket, with the kernel's time stamps where this machine gives them. Throws LISTEN_FAILED. */
export async function openDatagrams(options: DatagramOptions): Promise<DatagramSocket> {
  const { host, port } = options;
  const { address } = await lookup(host).catch((thrown: unknown) => {
    throw new QwError('LISTEN_FAILED', `UDP: ${messageOf(thrown)}`, { where: host, cause: thrown });
  });
  try {
    return new KernelDatagrams(openLibc(), { address, port }, options);
  } catch (thrown) {
    if (!(thrown instanceof QwError) || thrown.code !== 'UNSUPPORTED') throw thrown;
    return NodeDatagrams.open({ address, port }, options);
  }
}
