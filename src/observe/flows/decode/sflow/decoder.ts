import { flowKinds, samplingSources, type EpochMs } from '../../../../model/index.ts';
import { addressText } from '../address-text.ts';
import { FlowRows } from '../flow-rows.ts';
import { SequenceTracker } from '../sequence.ts';
import { readCounterSample } from './datagram.ts';
import { agentAt, DatagramHead, isInternal, isSampleType, SampleHead } from './heads.ts';
import { maxRecords, maxSamples, Parts } from './parts.ts';
import { RecordWriter, setWide } from './record-writer.ts';
import type { CounterSample } from './sample.ts';

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
  readonly #datagram = new DatagramHead();
  readonly #samples = new Parts(maxSamples);
  readonly #head = new SampleHead();
  readonly #parts = new Parts(maxRecords);
  readonly #writer = new RecordWriter();
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
    const datagram = this.#datagram;
    if (!datagram.read(bytes)) {
      this.counts.malformed++;
      this.counts.unreadable++;
      return;
    }
    const session = this.#session(bytes, exporter, receivedAt);
    if (!session) {
      this.counts.refused++;
      return;
    }
    this.counts.datagrams++;
    session.messages++;
    session.sequence.offer(datagram.sequence, 1);
    const samples = this.#samples;
    samples.begin(datagram.samplesAt, bytes.length, datagram.count);
    while (samples.next(bytes)) {
      if (!isSampleType(samples.type)) this.counts.unknownSamples++;
      else if (this.#head.read(bytes, samples.from, samples.to, samples.type)) {
        this.#sample(session, bytes, samples.to, receivedAt);
      } else this.#malformed(session);
    }
    if (samples.cutAt >= 0) this.#malformed(session);
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

  #malformed(session: SflowSession): void {
    this.counts.malformed++;
    session.malformed++;
  }

  #sample(session: SflowSession, bytes: Uint8Array, to: number, receivedAt: EpochMs): void {
    const head = this.#head;
    if (head.kind === 'counters') {
      this.counts.counterSamples++;
      this.#options.onCounters?.(session, readCounterSample(bytes, head, to));
      return;
    }
    if (countDrops(session, head, this.#sources < maxSources.ofAll)) this.#sources++;
    if (this.#rows.room === 0) this.flush();
    const rows = this.#rows;
    const row = rows.rows;
    if (!this.#records(rows, row, bytes, to) && head.kind !== 'drop') {
      // A drop without its packet still is one; any other sample without a packet may have written its other records.
      rows.clearRow(row);
      return;
    }
    rows.rows++;
    this.counts.rows++;
    session.records++;
    const { narrow, words } = rows;
    setWide(words.ts, row, receivedAt);
    setWide(words.packets, row, 1);
    narrow.exporter[row] = session.number;
    narrow.direction[row] = noDirection;
    narrow.input[row] = indexOf(head.inputFormat, head.input);
    narrow.output[row] = indexOf(head.outputFormat, head.output);
    if (head.kind === 'flow') {
      session.rate = head.rate;
      narrow.sampling[row] = head.rate;
      narrow.sampling_from[row] = head.rate > 0 ? ofRecord : 0;
      if (head.outputFormat === dropped) this.#drop(rows, row, head.output);
    } else this.#drop(rows, row, head.reason);
  }

  /** False for a sample that does not tell of its packet. */
  #records(rows: FlowRows, row: number, bytes: Uint8Array, to: number): boolean {
    const { recordsAt, count } = this.#head;
    const records = this.#parts;
    records.begin(recordsAt, to, count);
    let hasPacket = false;
    while (records.next(bytes)) {
      if (this.#writer.write(rows, row, bytes, records.from, records.to, records.type)) hasPacket = true;
    }
    return hasPacket;
  }

  #drop({ narrow }: FlowRows, row: number, reason: number): void {
    narrow.kind[row] = drop;
    narrow.event[row] = Math.min(255, reason);
  }

  #session(bytes: Uint8Array, exporter: string, receivedAt: EpochMs): SflowSession | undefined {
    const { subAgent, samplesAt } = this.#datagram;
    const last = this.#last;
    const agentTo = samplesAt - 16;
    if (last?.session.exporter === exporter && last.session.subAgent === subAgent && isAt(last.agent, bytes, agentTo)) {
      last.session.seenAt = receivedAt;
      return last.session;
    }
    const agent = bytes.slice(agentAt, agentTo);
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
    this.#last = { agent, session };
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
function countDrops(session: SflowSession, sample: SampleHead, hasRoom: boolean): boolean {
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

function isAt(agent: Uint8Array, bytes: Uint8Array, to: number): boolean {
  if (agent.length !== to - agentAt) return false;
  for (let index = 0; index < agent.length; index++) if (agent[index] !== bytes[agentAt + index]) return false;
  return true;
}

/** The packet went to no interface, and the number says why; or to so many. */
const dropped = 1;
const several = 2;

function indexOf(format: number, value: number): number {
  return format === dropped || format === several || isInternal(value) ? 0 : value;
}
