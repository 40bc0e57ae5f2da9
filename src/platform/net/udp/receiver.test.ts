import { afterEach, expect, test, vi } from 'vitest';
import { NodeReceiver } from './node-receiver.ts';
import { openDatagrams } from './open.ts';
import { openReceiver } from './open-receiver.ts';
import type { DatagramReceiver, ReceiverOptions } from './receiver.ts';

const opened: { close(): void }[] = [];
afterEach(() => {
  for (const one of opened.splice(0)) one.close();
});

const openers: [
  string,
  (host: string, options: Omit<ReceiverOptions, 'host' | 'port'>) => Promise<DatagramReceiver>,
][] = [
  ['as this system does it', (host, options) => openReceiver({ host, port: 0, ...options })],
  [
    'one at a time',
    (address, options) => NodeReceiver.open({ address, port: 0 }, { host: address, port: 0, ...options }),
  ],
];

async function sender(host: string) {
  const socket = await openDatagrams({ host, port: 0, onDatagram: () => undefined });
  opened.push(socket);
  return socket;
}

test.each(openers)('every datagram comes once, with its bytes and its sender, %s', async (_, open) => {
  for (const host of ['127.0.0.1', '::1']) {
    const taken: string[] = [];
    const senders = new Set<object>();
    const receiver = await open(host, {
      bufferBytes: 4 * 1024 * 1024,
      onDatagram: (bytes, from) => {
        taken.push(`${from.address} ${from.port} ${Buffer.from(bytes).toString()}`);
        senders.add(from);
      },
    });
    opened.push(receiver);
    const socket = await sender(host);
    const sent = Array.from({ length: 300 }, (_unused, index) => `${'x'.repeat(index)}${index}`);
    for (const text of sent) socket.send({ address: host, port: receiver.port }, Buffer.from(text));
    await vi.waitFor(() => expect(taken).toHaveLength(300), 10_000);
    expect(taken).toEqual(sent.map((text) => `${host} ${socket.port} ${text}`));
    expect(senders.size).toBe(1);
    expect(receiver.bufferBytes).toBeGreaterThan(0);
  }
});

test('what the kernel had no room for is counted', async ({ skip }) => {
  let taken = 0;
  const receiver = await openReceiver({ host: '127.0.0.1', port: 0, bufferBytes: 4096, onDatagram: () => taken++ });
  opened.push(receiver);
  skip(receiver.method === 'single', 'system calls cannot be had here');
  const socket = await sender('127.0.0.1');
  // Nothing is read meanwhile: this turn of the event loop is not over.
  for (let index = 0; index < 500; index++) {
    socket.send({ address: '127.0.0.1', port: receiver.port }, Buffer.alloc(1000));
  }
  let dropped = 0;
  await vi.waitFor(() => {
    dropped += receiver.newDrops() ?? 0;
    expect(taken + dropped).toBe(500);
  }, 10_000);
  expect(dropped).toBeGreaterThan(0);
  expect(receiver.newDrops()).toBe(0);
});

test('what came before the end is not lost', async ({ skip }) => {
  let taken = 0;
  const receiver = await openReceiver({
    host: '127.0.0.1',
    port: 0,
    bufferBytes: 1_000_000,
    onDatagram: () => taken++,
  });
  skip(receiver.method === 'single', 'system calls cannot be had here');
  const socket = await sender('127.0.0.1');
  for (let index = 0; index < 100; index++) {
    socket.send({ address: '127.0.0.1', port: receiver.port }, Buffer.alloc(100));
  }
  receiver.close();
  expect(taken).toBe(100);
  receiver.close();
  expect(taken).toBe(100);
});

test('an address that is taken says so', async () => {
  const first = await openReceiver({ host: '127.0.0.1', port: 0, bufferBytes: 65_536, onDatagram: () => undefined });
  opened.push(first);
  const again = openReceiver({ host: '127.0.0.1', port: first.port, bufferBytes: 65_536, onDatagram: () => undefined });
  await expect(again).rejects.toMatchObject({ code: 'LISTEN_FAILED', where: `127.0.0.1 port ${first.port}` });
});
