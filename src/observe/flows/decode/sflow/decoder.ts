import { flowKinds, samplingSources, type EpochMs } from '../../../../model/index.ts';
import { addressText } from '../address-text.ts';
import { u32 } from '../bytes.ts';
import { FlowRows, type WideColumn } from '../flow-rows.ts';
import { SequenceTracker } from '../sequence.ts';
import { readSflow } from './datagram.ts';
import type { CounterSample, DropSample, FlowRecord, FlowSample, SflowDatagram, SflowInterface } from './sample.ts';

/** An agent and its sub-agent: the scope of datagram numbers. The agent is not always who sends. */
export interface SflowSession {
  /** Who sent, and who speaks. */
  exporter: string;
  agent: string;
  subAgent: number;
  number: number;
  sequence: SequenceTracker;
  /** Samples that the agent had to give up, by its own count, of each source. */
  drops: Map<number, { last: number; total: number }>;
  seenAt: EpochMs;
  messages: number;
  records: number;
  malformed: number;
  /** Of its last sample. */
  rate: number;
}

export interface SflowDecoderOptions {
  onRows(rows: FlowRows): void;
  onCounters?(session: SflowSession, sample: CounterSample): void;
  /** A session is over, and what it counted with it. */
  onEnd?(session: SflowSession): void;
  rowsAtOnce?: number;
  maxSessions?: number;
  /** Gives the number of a new session; 0 refuses it, and what it says is counted and dropped. */
  takeNumber?: (scope: { exporter: string; agent: string; subAgent: number }) => number;
  /** Gives rows to fill, empty ones; made anew by default. */
  takeRows?: () => FlowRows;
}

const ofRecord = samplingSources.indexOf('record');
const drop = flowKinds.indexOf('drop');
const noDirection = 255;
/** Sources whose drops are counted: of one agent, and of all. */
const maxSources = { ofAgent: 2000, ofAll: 200_000 };

/** sFlow into the same columns as other flows: a sample is one packet, and stands for as many as its rate says. */
export class SflowDecoder {
  readonly #options: SflowDecoderOptions;
  readonly #takeRows: () => FlowRows;
  readonly #sessions = new Map<string, SflowSession>();
  #rows: FlowRows;
  /** Whose datagram came last. */
  #last: { agent: Uint8Array; session: SflowSession } | undefined;
  #sources = 0;
  #nextNumber = 1;
  readonly counts = {
    datagrams: 0,
    rows: 0,
    counterSamples: 0,
    unknownSamples: 0,
    malformed: 0,
    /** Of these, no agent can be named. */
    unreadable: 0,
    evictedSessions: 0,
    refused: 0,
  };

  constructor(options: SflowDecoderOptions) {
    this.#options = options;
    const rowsAtOnce = options.rowsAtOnce ?? 8192;
    this.#takeRows = options.takeRows ?? (() => new FlowRows(rowsAtOnce));
    this.#rows = this.#takeRows();
  }

  get sessions(): Iterable<SflowSession> {
    return this.#sessions.values();
  }

  decode(bytes: Uint8Array, { exporter, receivedAt }: { exporter: string; receivedAt: EpochMs }): void {
    const datagram = readSflow(bytes);
    if (!datagram) {
      this.counts.malformed++;
      this.counts.unreadable++;
      return;
    }
    const session = this.#session(datagram, exporter, receivedAt);
    if (!session) {
      this.counts.refused++;
      return;
    }
    this.counts.datagrams++;
    this.counts.malformed += datagram.malformed.length;
    session.messages++;
    session.malformed += datagram.malformed.length;
    session.sequence.offer(datagram.sequence, 1);
    for (const sample of datagram.samples) {
      if (sample.kind === 'counters') {
        this.counts.counterSamples++;
        this.#options.onCounters?.(session, sample);
      } else if (sample.kind === 'unknown') this.counts.unknownSamples++;
      else this.#sample(session, bytes, sample, receivedAt);
    }
  }

  /** Ends sessions that were silent since then. */
  sweep(silentSince: EpochMs): void {
    for (const [key, session] of this.#sessions) if (session.seenAt < silentSince) this.#end(key, session);
  }

  flush(): void {
    if (this.#rows.rows === 0) return;
    const full = this.#rows;
    this.#rows = this.#takeRows();
    this.#options.onRows(full);
  }

  #sample(session: SflowSession, bytes: Uint8Array, sample: FlowSample | DropSample, receivedAt: EpochMs): void {
    if (countDrops(session, sample, this.#sources < maxSources.ofAll)) this.#sources++;
    // A drop without its packet still is one.
    if (sample.kind !== 'drop' && !hasPacket(sample)) return;
    if (this.#rows.room === 0) this.flush();
    const rows = this.#rows;
    const row = rows.rows++;
    this.counts.rows++;
    session.records++;
    const { narrow, words } = rows;
    setWide(words.ts, row, receivedAt);
    narrow.exporter[row] = session.number;
    narrow.direction[row] = noDirection;
    narrow.input[row] = indexOf(sample.input);
    narrow.output[row] = indexOf(sample.output);
    setWide(words.packets, row, 1);
    if (sample.kind === 'flow') {
      session.rate = sample.rate;
      narrow.sampling[row] = sample.rate;
      narrow.sampling_from[row] = sample.rate > 0 ? ofRecord : 0;
    }
    const wasDropped = sample.kind === 'drop' || sample.output.is === 'dropped';
    if (wasDropped) {
      narrow.kind[row] = drop;
      const reason = sample.kind === 'drop' ? sample.reason : sample.output.is === 'dropped' ? sample.output.reason : 0;
      narrow.event[row] = Math.min(255, reason);
    }
    for (const record of sample.records) addRecord(rows, row, bytes, record);
  }

  #session({ agent, subAgent }: SflowDatagram, exporter: string, receivedAt: EpochMs): SflowSession | undefined {
    const last = this.#last;
    if (last?.session.exporter === exporter && last.session.subAgent === subAgent && isEqual(last.agent, agent)) {
      last.session.seenAt = receivedAt;
      return last.session;
    }
    const name = addressText(agent);
    const key = `${exporter} ${name} ${subAgent}`;
    let session = this.#sessions.get(key);
    if (!session) {
      const number = this.#options.takeNumber?.({ exporter, agent: name, subAgent }) ?? this.#nextNumber++;
      if (number === 0) return undefined;
      if (this.#sessions.size >= (this.#options.maxSessions ?? 5000)) this.#evict();
      const sequence = new SequenceTracker();
      const counts = { messages: 0, records: 0, malformed: 0, rate: 0 };
      session = { exporter, agent: name, subAgent, number, sequence, drops: new Map(), seenAt: receivedAt, ...counts };
      this.#sessions.set(key, session);
    }
    session.seenAt = receivedAt;
    // Agents send in bursts.
    this.#last = { agent: agent.slice(), session };
    return session;
  }

  #evict(): void {
    let oldest: [string, SflowSession] | undefined;
    for (const entry of this.#sessions) if (!oldest || entry[1].seenAt < oldest[1].seenAt) oldest = entry;
    if (!oldest) return;
    this.#end(...oldest);
    this.counts.evictedSessions++;
  }

  #end(key: string, session: SflowSession): void {
    this.#sessions.delete(key);
    if (this.#last?.session === session) this.#last = undefined;
    this.#sources -= session.drops.size;
    this.#options.onEnd?.(session);
  }
}

/** The count of a source rises; it begins anew when the agent does. True for a source that is new. */
function countDrops(session: SflowSession, sample: FlowSample | DropSample, hasRoom: boolean): boolean {
  // Of types there are three (sFlow version 5, section 5); a number is found faster than a text.
  const source = (sample.sourceType % 256) * 0x1_0000_0000 + sample.sourceIndex;
  const known = session.drops.get(source);
  if (known) {
    if (sample.drops > known.last) known.total += sample.drops - known.last;
    known.last = sample.drops;
    return false;
  }
  if (!hasRoom || session.drops.size >= maxSources.ofAgent) return false;
  session.drops.set(source, { last: sample.drops, total: 0 });
  return true;
}

const isEqual = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, at) => byte === b[at]);

function hasPacket({ records }: FlowSample): boolean {
  for (const { kind } of records) if (kind === 'header' || kind === 'ip' || kind === 'ethernet') return true;
  return false;
}

function indexOf(found: SflowInterface): number {
  return found.is === 'interface' ? found.index : 0;
}

function addRecord(rows: FlowRows, row: number, bytes: Uint8Array, record: FlowRecord): void {
  const { narrow, words } = rows;
  switch (record.kind) {
    case 'header': {
      const { headers, frameBytes, strippedBytes } = record;
      const network = headers?.network;
      // Other exporters count from the IP header on. A frame that is longer than its packet was filled up.
      setWide(words.bytes, row, network?.totalBytes || Math.max(0, frameBytes - strippedBytes));
      if (!headers || !network) return;
      setAddress(rows, 'source', row, bytes, network.sourceAt, network.family);
      setAddress(rows, 'destination', row, bytes, network.destinationAt, network.family);
      narrow.protocol[row] = network.protocol;
      narrow.tos[row] = network.tos;
      if (headers.vlans.length > 0) narrow.vlan[row] = headers.vlans[0] as number;
      const { transport } = headers;
      if (!transport) return;
      narrow.source_port[row] = transport.sourcePort;
      narrow.destination_port[row] = transport.destinationPort;
      narrow.tcp_flags[row] = transport.tcpFlags;
      narrow.icmp[row] = transport.icmp;
      return;
    }
    case 'ip':
      setWide(words.bytes, row, record.bytes);
      setAddress(rows, 'source', row, bytes, record.sourceAt, record.family);
      setAddress(rows, 'destination', row, bytes, record.destinationAt, record.family);
      narrow.protocol[row] = record.protocol;
      narrow.source_port[row] = record.sourcePort;
      narrow.destination_port[row] = record.destinationPort;
      narrow.tcp_flags[row] = record.tcpFlags;
      narrow.tos[row] = record.tos;
      return;
    case 'ethernet':
      setWide(words.bytes, row, record.bytes);
      return;
    case 'switch':
      if (narrow.vlan[row] === 0) narrow.vlan[row] = record.sourceVlan;
      return;
    case 'router':
      narrow.source_mask[row] = record.sourceMask;
      narrow.destination_mask[row] = record.destinationMask;
      if (record.nextHop) setAddress(rows, 'next_hop', row, bytes, record.nextHop.at, record.nextHop.family);
      return;
    case 'gateway':
      narrow.source_as[row] = record.source;
      // A destination of one's own has no path.
      narrow.destination_as[row] = record.path.at(-1) ?? record.own;
      return;
    case 'nat':
      if (record.source) setAddress(rows, 'nat_source', row, bytes, record.source.at, record.source.family);
      if (record.destination) {
        setAddress(rows, 'nat_destination', row, bytes, record.destination.at, record.destination.family);
      }
      return;
    case 'nat-ports':
      narrow.nat_source_port[row] = record.sourcePort;
      narrow.nat_destination_port[row] = record.destinationPort;
      return;
    default:
    // Queues, rules and functions have no column of their own.
  }
}

function setWide(column: Uint32Array, row: number, value: number): void {
  column[2 * row] = value;
  column[2 * row + 1] = value / 0x1_0000_0000;
}

/** Names that are made anew for each address would cost more than the address. */
const addressColumns = {
  source: ['source_low', 'source_high'],
  destination: ['destination_low', 'destination_high'],
  next_hop: ['next_hop_low', 'next_hop_high'],
  nat_source: ['nat_source_low', 'nat_source_high'],
  nat_destination: ['nat_destination_low', 'nat_destination_high'],
} as const satisfies Record<string, readonly [WideColumn, WideColumn]>;

function setAddress(
  { words }: FlowRows,
  name: keyof typeof addressColumns,
  row: number,
  bytes: Uint8Array,
  at: number,
  family: 4 | 6,
): void {
  const [lowName, highName] = addressColumns[name];
  const low = words[lowName];
  const high = words[highName];
  if (family === 4) {
    low[2 * row] = u32(bytes, at);
    low[2 * row + 1] = 0xffff;
    return;
  }
  high[2 * row + 1] = u32(bytes, at);
  high[2 * row] = u32(bytes, at + 4);
  low[2 * row + 1] = u32(bytes, at + 8);
  low[2 * row] = u32(bytes, at + 12);
}
