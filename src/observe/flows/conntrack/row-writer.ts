import {
  flowKinds,
  flowReporters,
  samplingSources,
  type EpochMs,
  type FlowKind,
  type FlowReporter,
} from '../../../model/index.ts';
import type { ConntrackEntry, DirectionCounters } from '../../../platform/index.ts';
import { FlowRows } from '../decode/flow-rows.ts';
import type { FlowSink } from '../sink.ts';

/** One direction of a tracked connection, or what befell it, as a row. */
export interface ConntrackRow {
  kind: FlowKind;
  /** From the one who opened the connection, or to it. */
  direction: 'original' | 'reply';
  start: EpochMs;
  end: EpochMs;
  counters: DirectionCounters;
  reporter: FlowReporter;
  /** One of so many connections. */
  rate: number;
  /** IPFIX element 136. */
  endReason?: number;
  /** IPFIX element 230. */
  event?: number;
  reason?: number;
}

/** Whether a row stays; it sees all that stays the same as long as a connection goes on. */
export type KeepRow = (rows: FlowRows, row: number) => boolean;

export interface RowWriterOptions {
  keep?: KeepRow;
  /** Whether rows have what addresses were translated to. */
  withTranslations?: boolean;
}

const rowsAtOnce = 2048;
/** Exporters that don't say how a packet went. */
const noDirection = 255;
const sampledBy = { all: samplingSources.indexOf('unsampled'), some: samplingSources.indexOf('connection') };
/** Places of `connectionEnds` in the order source, destination, translated source, translated destination. */
const endsOf = { original: [0, 1, 3, 2], reply: [1, 0, 2, 3] } as const;

/**
 * Writes rows for tracked connections. Both directions have the addresses that the one who opened it used, so that they
 * mirror each other; where these were translated, the other addresses stand in the columns `nat_…`.
 */
export class RowWriter {
  readonly #sink: FlowSink;
  readonly #exporter: number;
  readonly #keep: KeepRow;
  readonly #withTranslations: boolean;
  #rows = new FlowRows(rowsAtOnce);
  written = 0;
  filtered = 0;

  constructor(sink: FlowSink, exporter: number, { keep = () => true, withTranslations = true }: RowWriterOptions = {}) {
    this.#sink = sink;
    this.#exporter = exporter;
    this.#keep = keep;
    this.#withTranslations = withTranslations;
  }

  write(entry: ConntrackEntry, what: ConntrackRow, now: EpochMs): void {
    const rows = this.#rows;
    const row = rows.rows;
    this.#what(row, what, now);
    const [source, destination, natSource, natDestination] = endsOf[what.direction];
    const { addresses, ports } = entry;
    const { narrow } = rows;
    this.#address('source', row, addresses, source);
    this.#address('destination', row, addresses, destination);
    narrow.source_port[row] = ports[source] ?? 0;
    narrow.destination_port[row] = ports[destination] ?? 0;
    if (this.#withTranslations && isTranslated(entry)) {
      this.#address('nat_source', row, addresses, natSource);
      this.#address('nat_destination', row, addresses, natDestination);
      narrow.nat_source_port[row] = ports[natSource] ?? 0;
      narrow.nat_destination_port[row] = ports[natDestination] ?? 0;
    }
    narrow.protocol[row] = entry.protocol;
    narrow.icmp[row] = entry.icmp;
    this.#finish(row);
  }

  /** A row about nobody in particular. */
  writeNameless(what: ConntrackRow, now: EpochMs): void {
    const row = this.#rows.rows;
    this.#what(row, what, now);
    this.#finish(row);
  }

  flush(): void {
    if (this.#rows.rows === 0) return;
    const full = this.#rows;
    this.#rows = new FlowRows(rowsAtOnce);
    this.#sink.take(full);
  }

  #what(row: number, what: ConntrackRow, now: EpochMs): void {
    const { narrow, wide, start, end } = this.#rows;
    const from = Math.min(what.start, what.end);
    start[row] = from;
    end[row] = what.end;
    wide.ts[row] = BigInt(Math.max(0, Math.round(what.end)));
    narrow.duration_ms[row] = Math.round(what.end - from);
    narrow.lateness_ms[row] = Math.max(0, Math.round(now - what.end));
    narrow.exporter[row] = this.#exporter;
    narrow.kind[row] = flowKinds.indexOf(what.kind);
    wide.bytes[row] = BigInt(what.counters.bytes);
    wide.packets[row] = BigInt(what.counters.packets);
    narrow.direction[row] = noDirection;
    narrow.reporter[row] = flowReporters.indexOf(what.reporter);
    narrow.end_reason[row] = what.endReason ?? 0;
    narrow.event[row] = what.event ?? 0;
    narrow.reason[row] = what.reason ?? 0;
    narrow.sampling[row] = what.rate;
    narrow.sampling_from[row] = what.rate === 1 ? sampledBy.all : sampledBy.some;
  }

  #address(
    name: 'source' | 'destination' | 'nat_source' | 'nat_destination',
    row: number,
    words: Uint32Array,
    end: number,
  ): void {
    const high = this.#rows.words[`${name}_high`];
    const low = this.#rows.words[`${name}_low`];
    high[2 * row] = words[4 * end + 1] ?? 0;
    high[2 * row + 1] = words[4 * end] ?? 0;
    low[2 * row] = words[4 * end + 3] ?? 0;
    low[2 * row + 1] = words[4 * end + 2] ?? 0;
  }

  #finish(row: number): void {
    if (!this.#keep(this.#rows, row)) {
      this.filtered++;
      this.#clear(row);
      return;
    }
    this.written++;
    this.#rows.rows++;
    if (this.#rows.room === 0) this.flush();
  }

  /** The next one is written to the same place, and may have no addresses. */
  #clear(row: number): void {
    for (const column of Object.values(this.#rows.narrow)) column[row] = 0;
    for (const column of Object.values(this.#rows.wide)) column[row] = 0n;
  }
}

/** The reply does not come from where the connection went to, or does not go to where it came from. */
export function isTranslated({ addresses, ports }: ConntrackEntry): boolean {
  for (let word = 0; word < 4; word++) {
    if (addresses[word] !== addresses[12 + word] || addresses[4 + word] !== addresses[8 + word]) return true;
  }
  return ports[0] !== ports[3] || ports[1] !== ports[2];
}
