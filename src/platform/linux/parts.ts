import type { KernelSettings } from './kernel-settings.ts';
import type { Conntrack } from './netlink/conntrack.ts';
import type { KernelNetwork, NetworkEvent } from './netlink/index.ts';
import type { PacketLog } from './netlink/packet-log.ts';
import type { RawSender } from './raw-sender.ts';

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
