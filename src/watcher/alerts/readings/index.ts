/** What conditions of policies see, as it is measured and as it was stored. */
export { LiveReadings, type LiveReadingsOptions } from './live-readings.ts';
export type { Readings, Standing } from './readings.ts';
export { resolvePolicy } from './resolve.ts';
export { sampleSettleMs } from './settle.ts';
export { StoredReadings, type StoredReadingsOptions } from './stored-readings.ts';
