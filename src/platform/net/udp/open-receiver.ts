import { lookup } from 'node:dns/promises';
import { messageOf, QwError } from '../../../model/index.ts';
import { openLibc } from '../../linux/ffi.ts';
import { KernelReceiver } from './kernel-receiver.ts';
import { NodeReceiver } from './node-receiver.ts';
import type { DatagramReceiver, ReceiverOptions } from './receiver.ts';

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
