import { openLibc } from './ffi.ts';
import { openPacketLog, type PacketLog } from './netlink/packet-log.ts';
import { applyNft, readNftRuleset } from './nftables.ts';

/** What the log of address translation needs of Linux beside the table of connections; tests hand in others. */
export interface NatParts {
  readNftRuleset(): Promise<unknown>;
  applyNft(script: string): Promise<void>;
  openPacketLog(group: number, copyBytes: number): PacketLog;
}

/** Throws UNSUPPORTED, with the reason, where system calls cannot be had. */
export function openNatParts(): NatParts {
  const libc = openLibc();
  return {
    readNftRuleset,
    applyNft,
    openPacketLog: (group, copyBytes) => openPacketLog(libc, group, copyBytes),
  };
}
