/** What conditions of policies see, as it is measured and as it was stored. */
export { LiveReadings } from './live-readings.ts';
export type { Standing } from './readings.ts';
export { matchersOf, resolvePolicy } from './resolve.ts';
export { sampleSettleMs } from './settle.ts';
export { StoredReadings } from './stored-readings.ts';
