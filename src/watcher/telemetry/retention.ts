import type { EpochMs, TelemetrySettings } from '../../model/index.ts';
import {
  latencyRollups,
  pointRollups,
  pointsTable,
  rollupWidths,
  sampleRollups,
  samplesTable,
  type RollupWidth,
  type Table,
  type TelemetryEngine,
} from '../../store/index.ts';

const widths = Object.keys(rollupWidths) as RollupWidth[];

/** Every table of telemetry, and how long its rows stay. */
export function agesOf(retention: TelemetrySettings['retention']): { table: Table; maxAgeMs: number }[] {
  return [
    ...[samplesTable, pointsTable].map((table) => ({ table, maxAgeMs: retention.raw })),
    ...widths.flatMap((width) =>
      [sampleRollups(width), latencyRollups(width), pointRollups(width)].map((table) => ({
        table,
        maxAgeMs: retention[width],
      })),
    ),
  ];
}

/** Forgets what is too old, one table after the other. */
export async function keepFor(
  retention: TelemetrySettings['retention'],
  engine: Pick<TelemetryEngine, 'dropBefore'>,
  now: EpochMs,
): Promise<void> {
  for (const { table, maxAgeMs } of agesOf(retention)) await engine.dropBefore(table, now - maxAgeMs);
}
