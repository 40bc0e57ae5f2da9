import { QwError } from '../../../model/index.ts';
import { openLibc } from '../ffi.ts';
import { IpNetwork } from './ip-network.ts';
import { NetlinkNetwork, type KernelNetwork } from './kernel-network.ts';

/** The kernel's routing: read, changed and watched over rtnetlink, or by the program `ip` where that cannot be had. */
export { commandLine, commandText } from './command-text.ts';
export type { KernelNetwork } from './kernel-network.ts';
export { monitorNetwork, type NetworkEvent } from './monitor.ts';
export type { NetlinkRefusal } from './netlink-socket.ts';
export type { NetworkChange, Route, Rule } from './objects.ts';

/** Opens the quickest way there is. Throws UNSUPPORTED where there is neither netlink nor `ip`. */
export function openKernelNetwork(): KernelNetwork {
  try {
    return new NetlinkNetwork(openLibc());
  } catch (error) {
    if (!(error instanceof QwError) || error.code !== 'UNSUPPORTED') throw error;
    return new IpNetwork();
  }
}
