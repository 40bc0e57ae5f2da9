import { QwError } from '../../../model/index.ts';
import * as linux from '../../linux/constants.ts';
import { describeErrno, int32, type Libc } from '../../linux/ffi.ts';
import { sockaddrIn, sockaddrIn6 } from '../../linux/layouts.ts';
import { AddressBook } from '../icmp/address.ts';
import { scopeOf } from '../icmp/echo-socket.ts';
import type { DatagramEndpoint } from './datagrams.ts';
import { writeEndpoint } from './socket-name.ts';

/** A socket of the C library for datagrams that come to a literal address. Throws LISTEN_FAILED. */
export function bindSocket(
  libc: Libc,
  endpoint: DatagramEndpoint,
  configure: (fd: number, family: 4 | 6) => void,
): { fd: number; family: 4 | 6; port: number } {
  const family = endpoint.address.includes(':') ? 6 : 4;
  const kind = linux.SOCK_DGRAM | linux.SOCK_CLOEXEC | linux.SOCK_NONBLOCK;
  const fd = libc.socket(family === 4 ? linux.AF_INET : linux.AF_INET6, kind, 0);
  if (fd < 0) throw refusal(libc, endpoint);
  configure(fd, family);
  if (!bind(libc, fd, family, endpoint)) {
    const thrown = refusal(libc, endpoint);
    libc.close(fd);
    throw thrown;
  }
  const name = Buffer.alloc(sockaddrIn6.size);
  libc.getsockname(fd, name, int32(name.length));
  return { fd, family, port: name.readUInt16BE(sockaddrIn.port) };
}

function bind(libc: Libc, fd: number, family: 4 | 6, { address, port }: DatagramEndpoint): boolean {
  const name = Buffer.alloc(sockaddrIn6.size);
  const isAny = /^[0.:]+$/.test(address);
  const length = family === 4 ? sockaddrIn.size : sockaddrIn6.size;
  if (isAny) {
    name.writeUInt16LE(family === 4 ? linux.AF_INET : linux.AF_INET6, 0);
    name.writeUInt16BE(port, sockaddrIn.port);
  } else {
    const parsed = new AddressBook().find(address);
    const scope = parsed && scopeOf(libc, parsed, undefined);
    if (!parsed || typeof scope !== 'number') return false;
    writeEndpoint(name, family, { address: parsed, port, scope });
  }
  return libc.bind(fd, name, length) === 0;
}

function refusal(libc: Libc, { address, port }: DatagramEndpoint): QwError {
  return new QwError('LISTEN_FAILED', `UDP: ${describeErrno(libc.errno()).text}`, { where: `${address} port ${port}` });
}
