import { z } from 'zod';
import { duration, size } from '../scalars.ts';

const age = (usual: string, what: string) =>
  duration({ min: '1h', max: '520w' }).prefault(usual).describe(`How long ${what} stay.`);

/** What is kept of all that was measured, and where. */
export const telemetrySchema = z.strictObject({
  engine: z
    .enum(['auto', 'memory', 'duckdb'])
    .default('auto')
    .describe('auto keeps files on disk and asks them by DuckDB where it is installed, else recent data in memory.'),
  folder: z.string().min(1).max(1000).default('telemetry').describe('Below the data folder, or an absolute path.'),
  retention: z
    .strictObject({
      raw: age('14d', 'single samples and values'),
      '1m': age('60d', 'sums of a minute'),
      '5m': age('180d', 'sums of five minutes'),
      '1h': age('104w', 'sums of an hour'),
      size: size().prefault('5GiB').describe('All together; above, the oldest go first.'),
    })
    .prefault({})
    .describe('How long data stay, and how much of them.'),
});
export type TelemetrySettings = z.output<typeof telemetrySchema>;
