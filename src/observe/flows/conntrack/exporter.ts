import type { EpochMs, FlowReporter } from '../../../model/index.ts';
import type { ConntrackEntry, DirectionCounters } from '../../../platform/index.ts';
import type { AddressWords } from '../enrich/address-words.ts';
import { Connections, type Progress } from './connections.ts';
import type { RowWriter } from './row-writer.ts';
import { isSampled } from './sampling.ts';
import type { ConntrackListener } from './watch.ts';
import type { Subnets } from './subnets.ts';

export interface ConntrackExporterOptions {
  writer: RowWriter;
  subnets: Subnets;
  /** In networks that count as own. */
  isOwn: (address: AddressWords) => boolean;
  /** One of this machine's addresses. */
  isHere: (address: AddressWords) => boolean;
  beganAt: EpochMs;
  mostConnections: number;
}

/** IPFIX element 136. */
const endReasons = { idle: 1, goesOn: 2, ended: 3 };
/** `enum tcp_conntrack`: those that come after FIN and RST. */
const closingStates = new Set([4, 5, 6, 7, 8]);

/** Flow records of tracked connections, one a direction and report. */
export class ConntrackExporter implements ConntrackListener {
  readonly connections: Connections;
  /** Connections without counters: accounting was off when they began. */
  uncounted = 0;
  readonly #options: ConntrackExporterOptions;

  constructor(options: ConntrackExporterOptions) {
    this.#options = options;
    this.connections = new Connections(options.beganAt, options.mostConnections);
  }

  begun(entry: ConntrackEntry, now: EpochMs): void {
    if (this.#rate(entry) > 0) this.connections.begun(entry, now);
  }

  listed(entry: ConntrackEntry, now: EpochMs): void {
    const rate = this.#rate(entry);
    const progress = rate > 0 && this.connections.listed(entry, now);
    if (progress) this.#report(entry, progress, { rate, end: now, endReason: endReasons.goesOn }, now);
  }

  listedAll(): void {
    this.connections.listedAll();
  }

  ended(entry: ConntrackEntry, now: EpochMs): void {
    const rate = this.#rate(entry);
    if (rate === 0) return;
    if (!entry.original) this.uncounted++;
    const progress = this.connections.ended(entry, now);
    if (!progress) return;
    const endReason = closingStates.has(entry.tcpState) ? endReasons.ended : endReasons.idle;
    this.#report(entry, progress, { rate, end: entry.endedAt ?? now, endReason }, now);
  }

  look(): void {
    this.#options.writer.flush();
  }

  /** One of so many; 0 for what is not reported. */
  #rate(entry: ConntrackEntry): number {
    const rate = this.#options.subnets.rateOf(wordsOfEnd(entry, 0), wordsOfEnd(entry, 1));
    return rate > 0 && isSampled(entry, rate) ? rate : 0;
  }

  #report(
    entry: ConntrackEntry,
    progress: Progress,
    { rate, end, endReason }: { rate: number; end: EpochMs; endReason: number },
    now: EpochMs,
  ): void {
    const start = Math.min(progress.since, end);
    const write = (direction: 'original' | 'reply', counters: DirectionCounters, reporter: FlowReporter) =>
      this.#options.writer.write(
        entry,
        { kind: 'traffic', direction, start, end, counters, reporter, rate, endReason },
        now,
      );
    for (const direction of ['original', 'reply'] as const) {
      const counters = progress[direction];
      if (counters.packets === 0) continue;
      for (const reporter of this.#reporters(entry, direction)) write(direction, counters, reporter);
    }
  }

  /**
   * This machine's side, else the side of an own network, the source's before the destination's. A router between two own
   * networks stands at both ends, and reports for both as two machines would.
   */
  #reporters(entry: ConntrackEntry, direction: 'original' | 'reply'): readonly FlowReporter[] {
    const { isOwn, isHere } = this.#options;
    const [opener, other] = [wordsOfEnd(entry, 0), wordsOfEnd(entry, 1)];
    const [source, destination] = direction === 'original' ? [opener, other] : [other, opener];
    if (isHere(source)) return ['source'];
    if (isHere(destination)) return ['destination'];
    const reporters: FlowReporter[] = [];
    if (isOwn(source)) reporters.push('source');
    if (isOwn(destination)) reporters.push('destination');
    return reporters.length > 0 ? reporters : ['unknown'];
  }
}

/** Of the original direction: 0 its source, 1 its destination. */
function wordsOfEnd({ addresses }: ConntrackEntry, end: 0 | 1): AddressWords {
  const at = 4 * end;
  return [addresses[at] ?? 0, addresses[at + 1] ?? 0, addresses[at + 2] ?? 0, addresses[at + 3] ?? 0];
}
