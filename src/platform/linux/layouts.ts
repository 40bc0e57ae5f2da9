import { endianness } from 'node:os';
import { QwError } from '../../model/index.ts';

/**
 * Memory layouts of the kernel structures that cross the foreign function interface: byte offsets and sizes for 64-bit
 * little-endian Linux (x86-64, aarch64, riscv64). Everything that depends on them imports them from here, and
 * `assertLayouts` compares them with what the C rules of alignment give before the first system call.
 */

/** `struct mmsghdr` with its `struct msghdr` (include/linux/socket.h). */
export const mmsghdr = {
  size: 64,
  name: 0,
  nameLength: 8,
  vector: 16,
  vectorLength: 24,
  control: 32,
  controlLength: 40,
  flags: 48,
  length: 56,
} as const;

/** `struct iovec`. */
export const iovec = { size: 16, base: 0, length: 8 } as const;

/** `struct sockaddr_in`. */
export const sockaddrIn = { size: 16, family: 0, port: 2, address: 4 } as const;

/** `struct sockaddr_in6`. */
export const sockaddrIn6 = { size: 28, family: 0, port: 2, flow: 4, address: 8, scope: 24 } as const;

/** `struct sockaddr_ll` (include/uapi/linux/if_packet.h). */
export const sockaddrLinkLayer = {
  size: 20,
  family: 0,
  protocol: 2,
  index: 4,
  hardwareType: 8,
  packetType: 10,
} as const;

/** `struct tpacket_auxdata` (include/uapi/linux/if_packet.h). */
export const packetAuxiliary = { size: 20, status: 0, length: 4, tagControl: 16, tagType: 18 } as const;

/** `struct sock_fprog` (include/uapi/linux/filter.h). */
export const socketFilterProgram = { size: 16, length: 0, instructions: 8 } as const;

/** `struct cmsghdr`; data follows at once, the next header starts at a multiple of eight. */
export const cmsghdr = { size: 16, length: 0, level: 8, type: 12, alignment: 8 } as const;

/** `struct sock_extended_err` (include/uapi/linux/errqueue.h); the offender's socket address follows it. */
export const extendedError = { size: 16, errno: 0, origin: 4, type: 5, code: 6, info: 8, data: 12 } as const;

/** The parts of `struct timex` (include/uapi/linux/timex.h) that are read; the kernel writes all of it. */
export const timex = { size: 208, modes: 0, maxError: 24, status: 40 } as const;

/** `struct epoll_event` is packed on x86-64 only. */
export const epollEvent = process.arch === 'x64' ? { size: 12, events: 0, data: 4 } : { size: 16, events: 0, data: 8 };

/** What of koffi the self-test needs. */
export interface StructureRules {
  struct(members: Record<string, string>): unknown;
  pack(members: Record<string, string>): unknown;
  sizeof(type: unknown): number;
  offsetof(type: unknown, member: string): number;
}

/** Throws UNSUPPORTED where the C compiler's layout differs from the numbers above. */
export function assertLayouts(rules: StructureRules): void {
  if (endianness() !== 'LE')
    throw new QwError('UNSUPPORTED', 'this processor is big-endian; the kernel layouts are not');
  const check = (name: string, type: unknown, layout: Readonly<Record<string, number>>) => {
    for (const [member, offset] of Object.entries(layout)) {
      if (member === 'alignment') continue;
      const actual = member === 'size' ? rules.sizeof(type) : rules.offsetof(type, member);
      if (actual === offset) continue;
      throw new QwError('UNSUPPORTED', `${name}.${member} lies at ${actual} on this machine, expected ${offset}`);
    }
  };
  check(
    'mmsghdr',
    rules.struct({
      name: 'void *',
      nameLength: 'uint32_t',
      vector: 'void *',
      vectorLength: 'size_t',
      control: 'void *',
      controlLength: 'size_t',
      flags: 'int',
      padding: 'uint32_t',
      length: 'uint32_t',
    }),
    mmsghdr,
  );
  check('iovec', rules.struct({ base: 'void *', length: 'size_t' }), iovec);
  check('sockaddr_in', rules.struct({ family: 'uint16_t', port: 'uint16_t', address: 'uint32_t', zero: 'uint64_t' }), {
    ...sockaddrIn,
  });
  check(
    'sock_extended_err',
    rules.struct({
      errno: 'uint32_t',
      origin: 'uint8_t',
      type: 'uint8_t',
      code: 'uint8_t',
      pad: 'uint8_t',
      info: 'uint32_t',
      data: 'uint32_t',
    }),
    extendedError,
  );
  check(
    'sockaddr_ll',
    rules.struct({
      family: 'uint16_t',
      protocol: 'uint16_t',
      index: 'int32_t',
      hardwareType: 'uint16_t',
      packetType: 'uint8_t',
      addressLength: 'uint8_t',
      addressStart: 'uint32_t',
      addressEnd: 'uint32_t',
    }),
    sockaddrLinkLayer,
  );
  check(
    'tpacket_auxdata',
    rules.struct({
      status: 'uint32_t',
      length: 'uint32_t',
      kept: 'uint32_t',
      link: 'uint16_t',
      network: 'uint16_t',
      tagControl: 'uint16_t',
      tagType: 'uint16_t',
    }),
    packetAuxiliary,
  );
  check('sock_fprog', rules.struct({ length: 'uint16_t', instructions: 'void *' }), socketFilterProgram);
  check('cmsghdr', rules.struct({ length: 'size_t', level: 'int', type: 'int' }), cmsghdr);
  const words = (names: string) => Object.fromEntries(names.split(' ').map((name) => [name, 'int64_t']));
  check(
    'timex',
    rules.struct({
      modes: 'uint32_t',
      ...words('offset frequency maxError estimatedError'),
      status: 'int32_t',
      ...words('constant precision tolerance seconds microseconds tick ppsFrequency jitter'),
      shift: 'int32_t',
      ...words('stability jitterCount calibrationCount errorCount stabilityCount'),
      tai: 'int32_t',
      ...Object.fromEntries(Array.from({ length: 11 }, (_, index) => [`spare${index}`, 'int32_t'])),
    }),
    timex,
  );
  const event = { events: 'uint32_t', data: 'uint64_t' };
  check('epoll_event', process.arch === 'x64' ? rules.pack(event) : rules.struct(event), epollEvent);
}
