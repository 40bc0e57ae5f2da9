import { z } from 'zod';
import { duration } from '../scalars.ts';

/** How watchers measure the paths between them. */
export const performanceSchema = z.strictObject({
  enabled: z.boolean().default(true).describe('Measure delay and loss between this watcher and the others.'),
  interval: duration({ min: '100ms', max: '10s' })
    .default(1000)
    .describe('Time between two probes to the same watcher.'),
  'path-mtu': z
    .boolean()
    .default(true)
    .describe('Find out which size of packets passes, with a large packet now and then.'),
});
export type PerformanceSettings = z.output<typeof performanceSchema>;
