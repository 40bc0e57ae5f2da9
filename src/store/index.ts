/** Telemetry behind one interface, and small tables; node:sqlite stays behind here. */
export { createMemoryStore, type MemoryStoreOptions } from './memory/store.ts';
export type { JudgedSample, Rollup, Series, TelemetryStore } from './telemetry.ts';
