import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { flowsSchema, telemetrySchema } from '../../model/index.ts';
import { silentLog, systemClock } from '../../platform/index.ts';
import { Flows } from './flows.ts';

const noRecords = { record: () => false, isRecorded: () => false };

test('of a cluster only the watchers that are named collect', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'qw-flows-here-'));
  const flows = new Flows({ self: 'w1', directory, clock: systemClock, log: silentLog, ...noRecords });
  const telemetry = telemetrySchema.parse({});
  const watchers = ['w1', 'w2', 'w3'].map((id, index) => ({ id, address: `192.0.2.${index}:8471` }));
  const configure = (names: string[]) =>
    flows.configure({ flows: flowsSchema.parse({ watchers: names }), telemetry, watchers });
  configure(['w1', 'w2']);
  await vi.waitFor(() => expect(flows.collector).toBeDefined());
  expect(flows.elsewhere).toEqual([]);
  configure(['w2']);
  await vi.waitFor(() => expect(flows.collector).toBeUndefined());
  expect(flows.elsewhere).toEqual(['w2']);
  await flows.stop();
  rmSync(directory, { recursive: true, force: true });
});

test('of watchers on one machine only the first collects', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'qw-flows-here-'));
  const watchers = ['w1', 'w2'].map((id, index) => ({ id, address: `127.0.0.1:${8471 + index}` }));
  const wanted = { flows: flowsSchema.parse({}), telemetry: telemetrySchema.parse({}), watchers };
  const [first, second] = ['w1', 'w2'].map(
    (self) => new Flows({ self, directory: join(directory, self), clock: systemClock, log: silentLog, ...noRecords }),
  );
  first?.configure(wanted);
  second?.configure(wanted);
  await vi.waitFor(() => expect(first?.collector).toBeDefined());
  expect(second?.collector).toBeUndefined();
  expect(second?.elsewhere).toEqual(['w1']);
  await Promise.all([first?.stop(), second?.stop()]);
  rmSync(directory, { recursive: true, force: true });
});
