/** Telemetry behind one interface, and small tables; node:sqlite stays behind here. */
export { createMemoryStore, type MemoryStoreOptions } from './memory/store.ts';
export {
  indexedKinds,
  type IncidentIndex,
  type IncidentPlace,
  type IndexedAction,
  type IndexedRecord,
} from './incident-index/incident-index.ts';
export { readForeignTables } from './tables/read-foreign.ts';
export { openIncidentIndex } from './incident-index/open-index.ts';
export type { JudgedSample, Rollup, Series, TelemetryStore } from './telemetry.ts';
export { makeBatch, type Column, type ColumnBatch } from './batch.ts';
export { openClickHouse, type ClickHouseOptions, type ClickHouseStore } from './clickhouse/engine.ts';
export type { Removed } from './clickhouse/removal.ts';
export type { Answer, EngineHealth, QueryLimits, TelemetryEngine } from './engine.ts';
export { exportCsv, exportParquet, exportRows, type ExportRange } from './segments/export-rows.ts';
export { openSegmentsForReading, type ReadingOptions } from './segments/open-for-reading.ts';
export { openSegments, type SegmentOptions } from './segments/open-segments.ts';
export {
  lastTime,
  type Retained,
  type RetentionPolicy,
  type Segment,
  type SegmentStore,
  type TableRetention,
} from './segments/segment-store.ts';
export { seriesLimits, type Labels, type SeriesTable } from './segments/series-table.ts';
export { openDuckDb, type DuckDbEngine, type DuckDbOptions, type SelectLimits } from './duckdb/engine.ts';
export type { SelectedRows } from './duckdb/select.ts';
export { bucketStartUs, lastBucket, latencyBucket } from './latency-bucket.ts';
export { tester as rowTester } from './memory-engine/expression.ts';
export { openMemoryEngine, type MemoryEngineOptions } from './memory-engine/engine.ts';
export { percentilesFromBuckets } from './percentiles.ts';
export {
  expressionsOf,
  isAggregate,
  maxMapped,
  maxTogether,
  type Aggregate,
  type Expression,
  type Predicate,
  type Query,
  type Selected,
} from './query/query.ts';
export { sqlText } from './query/sql-text.ts';
export {
  flowAccountsTable,
  flowClass,
  flowRollups,
  flowsTable,
  latencyRollups,
  noLatency,
  noLoss,
  partsOf,
  pointRollups,
  pointsTable,
  rollupWidths,
  sampleOutcomes,
  sampleRollups,
  samplesTable,
  type RollupWidth,
  type Table,
} from './table.ts';
