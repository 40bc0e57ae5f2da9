import { messageOf } from '../../model/index.ts';
import { openLibc, type Libc } from './ffi.ts';
import { kernelSettings } from './kernel-settings.ts';
import { Conntrack } from './netlink/conntrack.ts';
import { monitorNetwork, openKernelNetwork } from './netlink/index.ts';
import { openPacketLog } from './netlink/packet-log.ts';
import { applyNft, listNftTable } from './nftables.ts';
import type { LinuxParts } from './parts.ts';
import { openProgramParts } from './program-parts.ts';
import { openRawSender } from './raw-sender.ts';

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
