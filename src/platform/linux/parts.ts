import { openLibc } from './ffi.ts';
import { kernelSettings, type KernelSettings } from './kernel-settings.ts';
import { Conntrack } from './netlink/conntrack.ts';
import { monitorNetwork, openKernelNetwork, type KernelNetwork, type NetworkEvent } from './netlink/index.ts';
import { openPacketLog, type PacketLog } from './netlink/packet-log.ts';
import { applyNft, listNftTable } from './nftables.ts';
import { openRawSender, type RawSender } from './raw-sender.ts';

/** What switching uplinks needs of Linux; tests hand in others. */
export interface LinuxParts {
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

/** Throws UNSUPPORTED where this is no Linux, or koffi is missing. */
export function openLinuxParts(): LinuxParts {
  const libc = openLibc();
  const network = openKernelNetwork();
  const conntrack = new Conntrack(libc);
  return {
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
