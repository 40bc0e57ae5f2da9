import { z } from 'zod';
import { duration, size } from '../scalars.ts';

const age = (usual: string, what: string) =>
  duration({ min: '1h', max: '520w' }).prefault(usual).describe(`How long ${what} stay.`);

const identifier = z.string().regex(/^[a-z][a-z0-9_]{0,62}$/, 'expected lower case letters, digits and underscores');

const clickhouseSchema = z.strictObject({
  shards: z
    .array(
      z.strictObject({
        name: identifier.optional().describe('In paths of ZooKeeper; shard1, shard2 and so on by default.'),
        database: identifier.optional().describe('Where one server holds copies of several shards: one for each.'),
        servers: z
          .array(z.url({ protocol: /^https?$/ }))
          .min(1)
          .max(10)
          .describe('http://HOST:8123 of each copy; two and more are replicated by ZooKeeper or Keeper.'),
      }),
    )
    .min(1)
    .max(100),
  database: identifier.optional().describe('One for each watcher; made from its name by default.'),
  user: z.string().min(1).max(100).optional(),
  'password-file': z.string().min(1).optional().describe('A file that holds the password.'),
  'ca-file': z.string().min(1).optional().describe('PEM of the authorities to trust instead of those of this system.'),
  spool: size().prefault('2GiB').describe('What may wait on this disk while servers are away.'),
});

/** What is kept of all that was measured, and where. */
export const telemetrySchema = z
  .strictObject({
    engine: z
      .enum(['auto', 'memory', 'duckdb', 'clickhouse'])
      .default('auto')
      .describe('auto keeps files on disk and asks them by DuckDB where it is installed, else recent data in memory.'),
    clickhouse: clickhouseSchema.optional().describe('With engine: clickhouse, the servers.'),
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
  })
  .superRefine(({ engine, clickhouse }, context) => {
    if ((engine === 'clickhouse') === (clickhouse !== undefined)) return;
    const message = 'expected engine: clickhouse and the section clickhouse together';
    context.addIssue({ code: 'custom', path: clickhouse ? ['engine'] : ['clickhouse'], message, input: engine });
  });
export type TelemetrySettings = z.output<typeof telemetrySchema>;
