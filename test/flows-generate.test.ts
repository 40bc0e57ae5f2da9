import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import { FlowDecoder, readCapture, type FlowRows } from '../src/observe/flows/index.ts';
import { openReceiver, systemClock } from '../src/platform/index.ts';
import { generateFlows, type GenerateFlowsOptions } from '../src/watcher/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'qw-generate-'));
afterAll(() => rmSync(folder, { recursive: true }));

const made = (target: GenerateFlowsOptions['target']): GenerateFlowsOptions => ({
  format: 'v9',
  records: 2000,
  perSecond: 20_000,
  seed: 7,
  target,
  clock: systemClock,
  signal: new AbortController().signal,
});

/** Records, packets and bytes of these messages. */
function counted(messages: Iterable<Uint8Array>): number[] {
  const sums = [0, 0n, 0n] as [number, bigint, bigint];
  const onRows = ({ rows, wide }: FlowRows) => {
    sums[0] += rows;
    for (let row = 0; row < rows; row++) {
      sums[1] += wide.packets[row] ?? 0n;
      sums[2] += wide.bytes[row] ?? 0n;
    }
  };
  const decoder = new FlowDecoder({ onRows });
  for (const bytes of messages) decoder.decode(bytes, { exporter: '192.0.2.1', receivedAt: Date.now() });
  decoder.flush();
  return sums.map(Number);
}

test('a capture is the same for the same options, and holds what was counted', async () => {
  const [first, second] = [join(folder, 'first.pcap'), join(folder, 'second.pcap')];
  const counts = await generateFlows(made({ file: first }));
  expect(counts).toMatchObject({ records: 2000, failed: 0 });
  await generateFlows(made({ file: second }));
  expect(readFileSync(second).equals(readFileSync(first))).toBe(true);
  const captured = [...readCapture(readFileSync(first))];
  expect(captured).toHaveLength(counts.datagrams);
  expect(counted(captured.map(({ payload }) => payload))).toEqual([2000, counts.packets, counts.bytes]);
});

test('messages are sent, and not faster than they were asked for', async () => {
  const came: Uint8Array[] = [];
  const onDatagram = (bytes: Uint8Array) => void came.push(Uint8Array.from(bytes));
  const receiver = await openReceiver({ host: '127.0.0.1', port: 0, bufferBytes: 1_000_000, onDatagram });
  const startMs = systemClock.monotonic();
  const counts = await generateFlows(made({ to: { address: '127.0.0.1', port: receiver.port } }));
  expect(systemClock.monotonic() - startMs).toBeGreaterThan(60);
  await vi.waitFor(() => expect(came).toHaveLength(counts.datagrams), 20_000);
  receiver.close();
  expect(counted(came)).toEqual([2000, counts.packets, counts.bytes]);
});

test('a name without an address is an error', async () => {
  await expect(generateFlows(made({ to: { address: 'a'.repeat(300), port: 9 } }))).rejects.toMatchObject({
    code: 'BAD_INPUT',
  });
});
