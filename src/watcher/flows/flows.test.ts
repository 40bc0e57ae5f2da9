import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { flowsSchema, telemetrySchema } from '../../model/index.ts';
import { freePorts, silentLog, systemClock } from '../../platform/index.ts';
import { Flows } from './flows.ts';

const patience = { timeout: 60_000, interval: 100 };
const opened: Flows[] = [];
const folders: string[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.stop();
  for (const one of folders.splice(0)) rmSync(one, { recursive: true, force: true });
});

test('a collector begins, changes and ends with the configuration', { timeout: 120_000 }, async () => {
  const directory = mkdtempSync(join(tmpdir(), 'qw-flows-'));
  folders.push(directory);
  const flows = new Flows({ self: 'w', directory, clock: systemClock, log: silentLog, onDeleted: () => undefined });
  opened.push(flows);
  const [first, second] = await freePorts(2);
  const telemetry = telemetrySchema.parse({});
  const wanted = (port: number | undefined) => flowsSchema.parse({ listen: [`udp:127.0.0.1:${port}`] });
  const listening = () => flows.collector?.status().listening;
  flows.configure(undefined, telemetry);
  expect(flows.collector).toBeUndefined();
  flows.configure(wanted(first), telemetry);
  await vi.waitFor(() => expect(listening()).toEqual([`udp:127.0.0.1:${first}`]), patience);
  const same = flows.collector;
  flows.configure(wanted(first), telemetry);
  expect(flows.collector).toBe(same);
  // The one before the last comes to nothing.
  flows.configure(wanted(9), telemetry);
  flows.configure(wanted(second), telemetry);
  await vi.waitFor(() => expect(listening()).toEqual([`udp:127.0.0.1:${second}`]), patience);
  flows.configure(undefined, telemetry);
  await vi.waitFor(() => expect(flows.collector).toBeUndefined(), patience);
  await flows.stop();
  flows.configure(wanted(first), telemetry);
  await flows.stop();
  expect(flows.collector).toBeUndefined();
});
