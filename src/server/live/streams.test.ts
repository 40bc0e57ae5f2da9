import { createServer } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { getRequestListener } from '@hono/node-server';
import { Hono } from 'hono';
import { expect, test } from 'vitest';
import type { ApiEvent } from '../../model/index.ts';
import type { Watcher } from '../../watcher/index.ts';
import { eventStream } from './streams.ts';

/** As much of a watcher as a stream sees: a ledger that only grows, and who listens to it. */
function ledger() {
  const entries: ApiEvent[] = [];
  const listeners = new Set<(event: ApiEvent) => void>();
  const watcher = {
    queries: {
      ledger: () => ({ entries: entries.length }),
      events: async (since: number, limit: number) => ({ items: entries.slice(since, since + limit) }),
    },
    live: {
      onEvent: (listener: (event: ApiEvent) => void) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
  } as unknown as Watcher;
  const add = (text: string) => {
    const event = { position: entries.length, time: '2026-01-01T00:00:00.000Z', kind: 'opinion', text, body: {} };
    entries.push(event);
    for (const listener of listeners) listener(event);
  };
  return { watcher, listeners, add };
}

async function serve(watcher: Watcher) {
  const app = new Hono().get('/', (context) => eventStream(context, watcher, 0));
  const server = createServer((request, response) => {
    void getRequestListener(app.fetch, { overrideGlobalObjects: false })(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  const close = () => {
    socket.destroy();
    server.closeAllConnections();
    server.close();
  };
  return { socket, close };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await delay(10);
}

const request = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n';

test.each([
  ['while it is live', 0],
  ['while it catches up', 3000],
])('a reader that never reads is let go, and nothing waits for it: %s', async (_, before) => {
  const { watcher, listeners, add } = ledger();
  const text = 'x'.repeat(10_000);
  for (let i = 0; i < before; i++) add(text);
  const { socket, close } = await serve(watcher);
  socket.pause();
  socket.write(request);
  await until(() => listeners.size === 1);
  await delay(100);
  for (let i = 0; i < 10_000; i++) {
    add(text);
    if (i % 100 === 0) await delay(1);
  }
  if (before === 0) await until(() => listeners.size === 0);
  close();
  await until(() => listeners.size === 0);
});

test('a reader that reads slowly gets everything once while entries keep coming', async () => {
  const { watcher, add } = ledger();
  for (let i = 0; i < 2000; i++) add('before');
  const { socket, close } = await serve(watcher);
  let received = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => (received += chunk));
  socket.write(request);
  for (let i = 0; i < 1000; i++) {
    add('meanwhile');
    if (i % 50 === 0) await delay(1);
  }
  await until(() => received.includes('id: 2999'));
  const ids = [...received.matchAll(/^id: (\d+)$/gm)].map((match) => Number(match[1]));
  expect(ids).toEqual(Array.from({ length: 3000 }, (_, i) => i));
  close();
});
