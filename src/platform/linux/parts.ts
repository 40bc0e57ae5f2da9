import { messageOf } from '../../model/index.ts';
import { openLibc, type Libc } from './ffi.ts';
import { kernelSettings, type KernelSettings } from './kernel-settings.ts';
import { Conntrack } from './netlink/conntrack.ts';
import { monitorNetwork, openKernelNetwork, type KernelNetwork, type NetworkEvent } from './netlink/index.ts';
import { openPacketLog, type PacketLog } from './netlink/packet-log.ts';
import { applyNft, listNftTable } from './nftables.ts';
import { openProgramParts } from './program-parts.ts';
import { openRawSender, type RawSender } from './raw-sender.ts';

/** What switching uplinks needs of Linux; tests hand in others. */
export interface LinuxParts {
  /** What cannot be done here, in sentences; none where system calls can be had. */
  limits: readonly string[];
  network: KernelNetwork;
  settings: KernelSettings;
  conntrack: Pick<Conntrack, 'list' | 'flush' | 'remove'>;
  applyNft(script: string): Promise<void>;
  listNftTable(family: string, name: string): Promise<string | undefined>;
  openRawSender(mark: number): RawSender;
  /** Copies of packets that rules of nftables log to that group, up to so many bytes of each. */
  openPacketLog(group: number, copyBytes: number): PacketLog;
  /** Tells of every change of links, addresses, routes and rules until it is closed. */
  monitor(onEvent: (event: NetworkEvent) => void): { close(): void };
  close(): void;
}

/** By system calls, or by programs where koffi is missing. Throws UNSUPPORTED where this is no Linux, or there is no `ip`. */
export function openLinuxParts(): LinuxParts {
  const libc = libcOrReason();
  if (typeof libc === 'string') return openProgramParts(libc);
  const network = openKernelNetwork();
  const conntrack = new Conntrack(libc);
  return {
    limits: [],
    network,
    settings: kernelSettings,
    conntrack,
    applyNft,
    listNftTable,
    openRawSender: (mark) => openRawSender(libc, mark),
    openPacketLog: (group, copyBytes) => openPacketLog(libc, group, copyBytes),
    monitor: (onEvent) => monitorNetwork(libc, onEvent),
    close: () => {
      conntrack.close();
      network.close();
    },
  };
}

function libcOrReason(): Libc | string {
  try {
    return openLibc();
  } catch (error) {
    if (process.platform !== 'linux') throw error;
    return messageOf(error);
  }
}
