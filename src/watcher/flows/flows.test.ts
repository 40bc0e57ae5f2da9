import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { flowsSchema, telemetrySchema } from '../../model/index.ts';
import { silentLog, systemClock } from '../../platform/index.ts';
import { Flows } from './flows.ts';

test('of a cluster only the watchers that are named collect', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'qw-flows-here-'));
  const onDeleted = () => undefined;
  const flows = new Flows({ self: 'w1', directory, clock: systemClock, log: silentLog, onDeleted });
  const telemetry = telemetrySchema.parse({});
  flows.configure(flowsSchema.parse({ watchers: ['w1', 'w2'] }), telemetry);
  await vi.waitFor(() => expect(flows.collector).toBeDefined());
  flows.configure(flowsSchema.parse({ watchers: ['w2'] }), telemetry);
  await vi.waitFor(() => expect(flows.collector).toBeUndefined());
  await flows.stop();
  rmSync(directory, { recursive: true, force: true });
});
