import { z } from 'zod';
import { duration, size } from '../scalars.ts';

/** The key `failover.replay`: packets that start something are kept for a moment, and sent again when their uplink dies. */
export const replaySchema = z.strictObject({
  enabled: z.boolean().optional().describe('On by default with profile: lossless, off without.'),
  keep: duration({ min: '50ms', max: '5s' })
    .prefault('400ms')
    .describe('How long copies are kept; longer than it takes to see that an uplink is dead.'),
  bytes: size().prefault('1MiB').describe('The oldest copies go first when they take more memory than this.'),
  group: z
    .int()
    .min(1)
    .max(65_535)
    .default(7700)
    .describe('The group of the kernel’s packet log (NFLOG) through which the copies come.'),
});

/** Whether copies are to be kept. */
export function replayWanted(failover: {
  profile: 'standard' | 'lossless';
  replay: z.output<typeof replaySchema>;
}): boolean {
  return failover.replay.enabled ?? failover.profile === 'lossless';
}
