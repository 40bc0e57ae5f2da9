import { connect, type Socket } from 'node:net';
import { afterEach, expect, test, vi } from 'vitest';
import { listenTcp, type TcpListener, type TcpListenerOptions } from './listen.ts';

const patienceMs = 10_000;
const listeners: TcpListener[] = [];
const sockets: Socket[] = [];
afterEach(() => {
  for (const one of sockets.splice(0)) one.destroy();
  for (const one of listeners.splice(0)) one.close();
});

async function listen(given: Partial<TcpListenerOptions> = {}) {
  const ended: string[] = [];
  const read: string[] = [];
  const listener = await listenTcp({
    host: '127.0.0.1',
    port: 0,
    maxConnections: 10,
    maxFromAddress: 10,
    onVisitor: ({ address }) => ({
      onBytes: (bytes) => {
        read.push(Buffer.from(bytes).toString());
        return !read.join('').includes('bad');
      },
      onEnd: () => ended.push(address),
    }),
    ...given,
  });
  listeners.push(listener);
  const visit = (): Socket => {
    const socket = connect(listener.port, '127.0.0.1');
    socket.on('error', () => undefined);
    sockets.push(socket);
    return socket;
  };
  return { listener, ended, read, visit };
}

test('what visitors write is read until they end it, or it makes no sense', async () => {
  const { ended, read, visit } = await listen();
  visit().end('first');
  await vi.waitFor(() => expect(ended).toEqual(['127.0.0.1']), patienceMs);
  expect(read.join('')).toBe('first');
  const second = visit();
  second.write('bad');
  await vi.waitFor(() => {
    expect(second.destroyed).toBe(true);
    expect(ended).toHaveLength(2);
  }, patienceMs);
});

test('too many are turned away, of one address and altogether', async () => {
  for (const limit of [{ maxFromAddress: 2 }, { maxConnections: 2 }]) {
    const { listener, visit } = await listen(limit);
    for (let index = 0; index < 5; index++) visit();
    await vi.waitFor(() => expect(listener.refused).toBe(3), patienceMs);
    expect(listener.connections).toBe(2);
  }
});

test('an address that is taken says so', async () => {
  const { listener } = await listen();
  await expect(listen({ port: listener.port })).rejects.toMatchObject({ code: 'LISTEN_FAILED' });
});
