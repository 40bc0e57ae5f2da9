import type { Labels } from '../../store/index.ts';
import type { Answer, Query, QueryLimits } from '../../store/index.ts';

/** Where records of flows are asked for: a collector's process, or a folder that one left. */
export interface FlowSource {
  /** As the telemetry store answers: over `flowsTable`, `flowAccountsTable` and what was rolled up of them. */
  query(query: Query, limits?: QueryLimits): Promise<Answer>;
  names(): Promise<FlowNames>;
}

export interface FlowNames {
  /** What numbers in rows stand for: `kind`, and `text`, or of an exporter `address`, `protocol` and `domain`. */
  labels: ReadonlyMap<number, Labels>;
  /** Those that go by a name, or have told names of their interfaces; by number. */
  exporters: ReadonlyMap<number, NamedExporter>;
}

export interface NamedExporter {
  name: string;
  /** By number. */
  interfaces: Readonly<Record<string, string>>;
  /** Of its interfaces by number, in bits a second, where they are known. */
  speeds?: Readonly<Record<string, number>>;
}
