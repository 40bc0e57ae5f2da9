import { createRequire } from 'node:module';
import { getSystemErrorMap } from 'node:util';
import { messageOf, QwError } from '../../model/index.ts';
import { assertLayouts, type StructureRules } from './layouts.ts';

/**
 * The C library through koffi, which is an optional dependency: it is loaded at the first call, and a machine without
 * it gets UNSUPPORTED with the reason, never a crash at import. This is the only file that knows koffi.
 */

/** Watches one descriptor on Node's event loop. */
export interface PollHandle {
  close(): void;
  unref(): void;
}

/** The system calls in use; each returns what the C function returns, -1 with `errno()` on failure. */
export interface Libc {
  socket(family: number, type: number, protocol: number): number;
  close(fd: number): number;
  bind(fd: number, address: Uint8Array, length: number): number;
  getsockname(fd: number, address: Uint8Array, length: Uint8Array): number;
  setsockopt(fd: number, level: number, option: number, value: Uint8Array, length: number): number;
  getsockopt(fd: number, level: number, option: number, value: Uint8Array, length: Uint8Array): number;
  send(fd: number, bytes: Uint8Array, length: number, flags: number): number;
  sendto(fd: number, bytes: Uint8Array, length: number, flags: number, to: Uint8Array, toLength: number): number;
  recv(fd: number, bytes: Uint8Array, length: number, flags: number): number;
  sendmmsg(fd: number, headers: Uint8Array, count: number, flags: number): number;
  recvmmsg(fd: number, headers: Uint8Array, count: number, flags: number, timeout: null): number;
  epoll_create1(flags: number): number;
  epoll_ctl(epoll: number, operation: number, fd: number, event: Uint8Array): number;
  epoll_wait(epoll: number, events: Uint8Array, count: number, timeoutMs: number): number;
  if_nametoindex(name: string): number;
  clock_gettime(clock: number, time: Uint8Array): number;
  adjtimex(time: Uint8Array): number;
  /** The error number of the last call that failed. */
  errno(): number;
  /** Where a buffer lies in memory; the caller keeps the buffer alive for as long as the kernel may use the address. */
  addressOf(buffer: Uint8Array): bigint;
  /** Calls back on the event loop whenever the descriptor is readable, for as long as the caller holds the handle. */
  poll(fd: number, callback: () => void): PollHandle;
}

interface Koffi extends StructureRules {
  load(path: null): { func(definition: string): unknown };
  errno(): number;
  address(value: Uint8Array): bigint;
  node: { poll(fd: number, events: { readable: boolean }, callback: () => void): PollHandle };
}

const prototypes = {
  socket: 'int socket(int family, int type, int protocol)',
  close: 'int close(int fd)',
  bind: 'int bind(int fd, const void *address, uint32_t length)',
  getsockname: 'int getsockname(int fd, void *address, void *length)',
  setsockopt: 'int setsockopt(int fd, int level, int option, const void *value, uint32_t length)',
  getsockopt: 'int getsockopt(int fd, int level, int option, void *value, void *length)',
  send: 'int64_t send(int fd, const void *bytes, size_t length, int flags)',
  sendto: 'int64_t sendto(int fd, const void *bytes, size_t length, int flags, const void *to, uint32_t toLength)',
  recv: 'int64_t recv(int fd, void *bytes, size_t length, int flags)',
  sendmmsg: 'int sendmmsg(int fd, void *headers, unsigned int count, int flags)',
  recvmmsg: 'int recvmmsg(int fd, void *headers, unsigned int count, int flags, void *timeout)',
  epoll_create1: 'int epoll_create1(int flags)',
  epoll_ctl: 'int epoll_ctl(int epoll, int operation, int fd, void *event)',
  epoll_wait: 'int epoll_wait(int epoll, void *events, int count, int timeout)',
  if_nametoindex: 'unsigned int if_nametoindex(const char *name)',
  clock_gettime: 'int clock_gettime(int clock, void *time)',
  adjtimex: 'int adjtimex(void *time)',
} as const satisfies Partial<Record<keyof Libc, string>>;

let opened: Libc | QwError | undefined;

/** The C library; throws UNSUPPORTED, with the reason, where there is no koffi or no Linux. */
export function openLibc(): Libc {
  opened ??= load();
  if (opened instanceof QwError) throw opened;
  return opened;
}

function load(): Libc | QwError {
  if (process.platform !== 'linux') {
    return new QwError('UNSUPPORTED', `system calls are used on Linux only, this is ${process.platform}`);
  }
  try {
    const koffi = createRequire(import.meta.url)('koffi') as Koffi;
    assertLayouts(koffi);
    const library = koffi.load(null);
    const calls = Object.fromEntries(Object.entries(prototypes).map(([name, text]) => [name, library.func(text)]));
    return {
      ...(calls as unknown as Pick<Libc, keyof typeof prototypes>),
      errno: () => koffi.errno(),
      addressOf: (buffer) => koffi.address(buffer),
      poll: (fd, callback) => koffi.node.poll(fd, { readable: true }, callback),
    };
  } catch (error) {
    if (error instanceof QwError) return error;
    const text = `the optional package koffi cannot be loaded: ${messageOf(error).split('\n', 1)[0] ?? ''}`;
    return new QwError('UNSUPPORTED', text, { hint: 'run `npm install koffi`', cause: error });
  }
}

/** Name and sentence of an error number, such as `ENODEV` and `no such device`. */
export function describeErrno(errno: number): { code: string; text: string } {
  const known = getSystemErrorMap().get(-errno);
  return { code: known?.[0] ?? `ERRNO_${errno}`, text: known?.[1] ?? `error number ${errno}` };
}

/** A native 32-bit integer as `setsockopt` wants it. */
export function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return bytes;
}
