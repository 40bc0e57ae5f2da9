import { QwError } from '../../model/index.ts';
import { parseAddress } from '../net/icmp/address.ts';
import { writeSocketAddress } from '../net/icmp/echo-socket.ts';
import * as linux from './constants.ts';
import { describeErrno, int32, type Libc } from './ffi.ts';

/** Sends whole IP packets, header included. */
export interface RawSender {
  /** False when the kernel did not take it: no route, or its queue is full. */
  send(packet: Uint8Array, to: string): boolean;
  close(): void;
}

/** All packets carry the firewall mark. Throws UNSUPPORTED without CAP_NET_RAW. */
export function openRawSender(libc: Libc, mark: number): RawSender {
  const sockets = { 4: open(libc, linux.AF_INET, mark), 6: open(libc, linux.AF_INET6, mark) };
  const name = Buffer.alloc(28);
  return {
    send: (packet, to) => {
      const address = parseAddress(to);
      if (!address) return false;
      const length = writeSocketAddress(name, 0, address, 0);
      const flags = linux.MSG_DONTWAIT;
      return libc.sendto(sockets[address.family], packet, packet.length, flags, name, length) >= 0;
    },
    close: () => {
      libc.close(sockets[4]);
      libc.close(sockets[6]);
    },
  };
}

function open(libc: Libc, family: number, mark: number): number {
  const fd = libc.socket(family, linux.SOCK_RAW | linux.SOCK_CLOEXEC, linux.IPPROTO_RAW);
  if (fd < 0) throw new QwError('UNSUPPORTED', `raw socket: ${describeErrno(libc.errno()).text}`);
  if (libc.setsockopt(fd, linux.SOL_SOCKET, linux.SO_MARK, int32(mark), 4) < 0) {
    const { text } = describeErrno(libc.errno());
    libc.close(fd);
    throw new QwError('UNSUPPORTED', `firewall mark on a raw socket: ${text}`);
  }
  return fd;
}
