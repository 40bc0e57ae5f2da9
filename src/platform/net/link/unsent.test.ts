import { createServer, connect, type AddressInfo, type Socket } from 'node:net';
import { expect, it } from 'vitest';
import { IPPROTO_TCP, TCP_NOTSENT_LOWAT } from '../../linux/constants.ts';
import { int32, openLibc } from '../../linux/ffi.ts';
import { limitUnsent } from './unsent.ts';

const libc = (() => {
  try {
    return openLibc();
  } catch {
    return undefined;
  }
})();

it.skipIf(!libc)(
  `keeps the kernel's queue short${libc ? '' : ' (skipped: no system calls on this machine)'}`,
  async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const socket = await new Promise<Socket>((resolve) => {
      const connecting = connect((server.address() as AddressInfo).port, '127.0.0.1', () => resolve(connecting));
    });
    expect(limitUnsent(socket)).toBe(true);
    const value = int32(0);
    const { fd } = (socket as unknown as { _handle: { fd: number } })._handle;
    expect(libc?.getsockopt(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, value, int32(4))).toBe(0);
    expect(value.readInt32LE()).toBe(65_536);
    socket.destroy();
    server.close();
    expect(limitUnsent(socket)).toBe(false);
  },
);
