import { samplingSources, type EpochMs, type FlowSettings } from '../../../model/index.ts';
import type { Clock, DatagramEndpoint } from '../../../platform/index.ts';
import { FlowDecoder } from '../decode/decoder.ts';
import { u16, u32 } from '../decode/bytes.ts';
import { saysTemplates } from '../decode/message.ts';
import { isSflow } from '../decode/sflow/heads.ts';
import { SflowDecoder, type SflowSession } from '../decode/sflow/decoder.ts';
import { SequenceTracker } from '../decode/sequence.ts';
import type { Session } from '../decode/session.ts';
import type { NameBook } from '../names.ts';
import type { FlowSink } from '../sink.ts';
import type { FlowRows } from '../decode/flow-rows.ts';
import { CountingPorts } from './counting-ports.ts';
import { Door, type DoorLimits, type Speaker, type Visitor } from './door.ts';
import { ExporterAccounts, lostOf } from './exporter-accounts.ts';
import { countsOf, countsOfSflow, exporterFigures, protocolOf, type ExporterFigures } from './exporter-figures.ts';
import { InterfaceNames } from './interface-names.ts';
import type { RowPool } from './row-pool.ts';
import type { CollectorState, ExpectedNextState } from './collector-state.ts';

type IntakeSettings = Pick<FlowSettings, 'accept' | 'exporters'>;

export interface IntakeOptions {
  settings: IntakeSettings;
  names: NameBook;
  sink: FlowSink;
  pool: RowPool;
  clock: Pick<Clock, 'now'>;
  limits?: Partial<DoorLimits>;
}

export interface IntakeFigures {
  messages: number;
  records: number;
  templates: number;
  /** By what was wrong, or why it was not let in. */
  malformed: Readonly<Record<string, number>>;
}

/** Flows that ended longer ago come from a clock that was never set; exporters report within minutes. */
const furthestBehindMs = 2 * 86_400_000;
const silentMs = 86_400_000;
const parkedMs = 1_800_000;
const sweepMs = 60_000;
/** Who was silent for longer at the end may have begun anew before that. */
const heardLatelyMs = 600_000;
const unknownSampling = samplingSources.indexOf('unknown');
const ofOperator = samplingSources.indexOf('operator');

/** Messages in, rows out: knows who sent them, and how that exporter does. */
export class FlowIntake {
  readonly door: Door;
  readonly interfaces = new InterfaceNames();
  readonly accounts = new ExporterAccounts();
  readonly #options: IntakeOptions;
  readonly #datagrams: FlowDecoder;
  /** Templates of a connection stay as long as it does. */
  readonly #streams: FlowDecoder;
  readonly #sflow: SflowDecoder;
  /** What operators said of exporters, by address, and by number once they were heard. */
  readonly #sampling = new Map<string, number>();
  readonly #operatorSampling = new Map<number, number>();
  readonly #addresses = new Map<number, string>();
  readonly #counting = new CountingPorts({
    onMixed: ({ address, version, engine }) => {
      const session = this.#datagrams.find({ exporter: address, version, domain: engine });
      if (!session) return;
      session.sequence = new SequenceTracker();
      this.accounts.beginAgain(session);
    },
  });
  /** Of the message at hand. */
  #speaker: { address: string; visitor: Visitor } | undefined;
  #unrecognised = 0;
  #sweptAt: EpochMs = 0;

  constructor(options: IntakeOptions) {
    this.#options = options;
    const { settings, pool } = options;
    const known = new Set<string>();
    for (const { addresses, sampling } of settings.exporters) {
      for (const address of addresses) {
        known.add(address);
        if (sampling !== undefined) this.#sampling.set(address, sampling);
      }
    }
    this.door = new Door(
      { knownOnly: settings.accept === 'known', known, ...(options.limits && { limits: options.limits }) },
      {
        onApart: (speaker, domain) => this.#tellApart(speaker, domain),
        onGone: ({ exporter }) => this.#datagrams.forget(exporter),
      },
    );
    const common = {
      onRows: (rows: FlowRows) => this.#onRows(rows),
      takeRows: () => pool.take(),
      furthestBehindMs,
    };
    const ofSessions = {
      takeNumber: ({ version, domain }: { version: number; domain: number }) =>
        this.#numberOf(protocolOf(version), domain),
      onName: (session: Session, option: Parameters<InterfaceNames['learn']>[1]) =>
        this.interfaces.learn(session.number, option),
      onEnd: (session: Session) => this.#account(session),
    };
    this.#datagrams = new FlowDecoder({ ...common, ...ofSessions });
    this.#streams = new FlowDecoder({ ...common, ...ofSessions, templateLifetimeMs: Infinity, maxSessions: 1000 });
    this.#sflow = new SflowDecoder({
      ...common,
      takeNumber: ({ agent, subAgent }) => this.#number(agent, 'sflow5', subAgent),
      onEnd: (session) => this.#accountSflow(session),
    });
  }

  /** A datagram of whatever protocol, on whatever port. Nothing is thrown, and `bytes` are free afterwards. */
  take(bytes: Uint8Array, from: DatagramEndpoint): void {
    const receivedAt = this.#options.clock.now();
    const kind = kindOf(bytes);
    if (kind === undefined) {
      this.#unrecognised++;
      return;
    }
    const visitor = this.door.enter(from.address, receivedAt);
    if (!visitor) return;
    if (kind === 'sflow') {
      this.#speaker = { address: visitor.address, visitor };
      this.#sflow.decode(bytes, { exporter: visitor.address, receivedAt });
      return;
    }
    const speaker = this.#speakerOf(visitor, bytes, kind, from.port);
    if (!speaker) return;
    this.#speaker = { address: speaker.address, visitor };
    this.#datagrams.decode(bytes, { exporter: speaker.exporter, receivedAt });
  }

  /** Whole messages of an IPFIX connection; false for who is not let in. */
  takeMessage(bytes: Uint8Array, connection: DatagramEndpoint): boolean {
    const receivedAt = this.#options.clock.now();
    const visitor = this.door.enter(connection.address, receivedAt);
    if (!visitor) return false;
    this.#speaker = { address: visitor.address, visitor };
    this.#streams.decode(bytes, { exporter: connectionName(connection), receivedAt });
    return true;
  }

  /** What it said is void: the next connection says its templates anew. */
  endConnection(connection: DatagramEndpoint): void {
    this.#streams.forget(connectionName(connection));
  }

  /** Hands over what was decoded, and forgets who was silent for a day. */
  flush(): void {
    this.#datagrams.flush();
    this.#streams.flush();
    this.#sflow.flush();
    const now = this.#options.clock.now();
    if (Math.abs(now - this.#sweptAt) < sweepMs) return;
    this.#sweptAt = now;
    this.#datagrams.sweep(now - silentMs, now - parkedMs);
    this.#streams.sweep(0, now - parkedMs);
    this.#sflow.sweep(now - silentMs);
    this.#options.pool.trim();
  }

  /** Counts of all sessions since they were counted last go into the accounts. */
  settle(own: { dropped: number; refusedRows: number }): void {
    for (const session of this.#sessions()) this.#account(session);
    for (const session of this.#sflow.sessions) this.#accountSflow(session);
    let malformed = this.#unrecognised + this.#sflow.counts.unreadable;
    for (const { counts } of [this.#datagrams, this.#streams]) malformed += counts.malformedHeaders;
    for (const count of this.door.counts.values()) malformed += count;
    this.accounts.addOwn({ ...own, malformed });
  }

  exporters(): ExporterFigures[] {
    return exporterFigures(this.#sessions(), this.#sflow.sessions, {
      address: (number) => this.#addresses.get(number),
      sampling: (number) => this.#operatorSampling.get(number),
    });
  }

  figures(): IntakeFigures {
    const malformed: Record<string, number> = {};
    const count = (reason: string, value: number) => {
      if (value > 0) malformed[reason] = (malformed[reason] ?? 0) + value;
    };
    for (const { counts } of [this.#datagrams, this.#streams]) {
      for (const [reason, value] of counts.malformed) count(reason, value);
      count('without-template', counts.discardedSets);
      count('too-many-templates', counts.refusedTemplates);
    }
    count('bad-sflow', this.#sflow.counts.malformed);
    count('unknown-version', this.#unrecognised);
    for (const [reason, value] of this.door.counts) count(reason, value);
    count('no-number-left', this.#options.names.refused);
    let templates = 0;
    for (const session of this.#sessions()) templates += session.templates.size;
    const [udp, tcp, sflow] = [this.#datagrams.counts, this.#streams.counts, this.#sflow.counts];
    return {
      messages: udp.messages + tcp.messages + sflow.datagrams,
      records: udp.rows + tcp.rows + sflow.rows,
      templates,
      malformed,
    };
  }

  /** Changes whenever what is saved does, but for times. */
  get changes(): number {
    return this.#datagrams.counts.templates + this.#datagrams.counts.optionsRecords + this.interfaces.changes;
  }

  /** At the end, with which numbers are expected next, and if wished with what waits for its template. */
  save(end?: { parked: boolean }): CollectorState {
    const heardSince = this.#options.clock.now() - heardLatelyMs;
    return {
      version: 1,
      sessions: this.#datagrams.save(end && { parked: end.parked, sequencesSince: heardSince }),
      domains: this.door.save(),
      interfaces: this.interfaces.save(),
    };
  }

  /** Which numbers are expected next, now that everything decoded is handed over. */
  expected(): ExpectedNextState {
    const heardSince = this.#options.clock.now() - heardLatelyMs;
    return { version: 1, sessions: this.#datagrams.expected(heardSince).slice(0, 10_000) };
  }

  restore({ sessions, domains, interfaces }: CollectorState): void {
    this.#datagrams.restore(sessions);
    this.door.restore(domains, this.#options.clock.now());
    this.interfaces.restore(interfaces);
    for (const { number } of sessions) {
      const address = this.#options.names.labelsOf(number)?.['address'];
      if (address !== undefined) this.#remember(number, address);
    }
  }

  #speakerOf(visitor: Visitor, bytes: Uint8Array, kind: number, port: number): Speaker | undefined {
    if (kind < 9) return this.#countingSpeaker(visitor, bytes, kind, port);
    if (bytes.length < 20) {
      this.#unrecognised++;
      return undefined;
    }
    const number = u32(bytes, kind === 9 ? 16 : 12);
    return this.door.speaker(visitor, `${kind} ${number}`, port, {
      saysTemplates: () => saysTemplates(bytes),
      hasTemplates: (exporter) =>
        (this.#datagrams.find({ exporter, version: kind, domain: number })?.templates.size ?? 0) > 0,
    });
  }

  /** NetFlow v1 does not count; v5 counts the records of each engine, v7 those of all. */
  #countingSpeaker({ address }: Visitor, bytes: Uint8Array, kind: number, port: number): Speaker {
    const plain = { port, exporter: address, address };
    if (kind === 1 || bytes.length < 24) return plain;
    const scope = { address, version: kind, engine: kind === 5 ? u16(bytes, 20) : 0 };
    const first = u32(bytes, 16);
    if (!this.#counting.isApart(scope, port, first, (first + u16(bytes, 2)) >>> 0)) return plain;
    const own = `${address}:${port}`;
    return { port, exporter: own, address: own };
  }

  #tellApart({ exporter, address }: Speaker, domain: string): void {
    const [version = 0, number = 0] = domain.split(' ').map(Number);
    const session = this.#datagrams.find({ exporter, version, domain: number });
    if (!session) return;
    this.#account(session);
    session.number =
      this.#options.names.exporter({ address, protocol: protocolOf(version), domain: number }) || session.number;
    this.#remember(session.number, address);
  }

  #numberOf(protocol: string, domain: number): number {
    return this.#number(this.#speaker?.address ?? '', protocol, domain);
  }

  #number(address: string, protocol: string, domain: number): number {
    const visitor = this.#speaker?.visitor;
    if (visitor && !this.door.admits(visitor, `${address} ${protocol} ${domain}`)) return 0;
    const number = this.#options.names.exporter({ address, protocol, domain });
    if (number > 0) this.#remember(number, address);
    return number;
  }

  #remember(number: number, address: string): void {
    this.#addresses.set(number, address);
    // Of several behind one address, each is sampled as the operator said of the address.
    const sampling = this.#sampling.get(address) ?? this.#sampling.get(address.replace(/:\d+$/, ''));
    if (sampling !== undefined) this.#operatorSampling.set(number, sampling);
  }

  #onRows(rows: FlowRows): void {
    if (this.#operatorSampling.size > 0) this.#sampleAsOperatorsSay(rows);
    this.#options.sink.take(rows);
  }

  #sampleAsOperatorsSay({ narrow, rows }: FlowRows): void {
    const { exporter, sampling, sampling_from: from } = narrow;
    for (let row = 0; row < rows; row++) {
      if (from[row] !== unknownSampling) continue;
      const rate = this.#operatorSampling.get(exporter[row] as number);
      if (rate === undefined) continue;
      sampling[row] = rate;
      from[row] = ofOperator;
    }
  }

  *#sessions(): Generator<Session> {
    yield* this.#datagrams.sessions;
    yield* this.#streams.sessions;
  }

  #account(session: Session): void {
    const of = session.version === 9 ? lostOf.messages : lostOf.records;
    this.accounts.add(session, session.number, of, countsOf(session));
    const { awaySince: since, sequence } = session;
    if (since === undefined || sequence.received === 0) return;
    session.awaySince = undefined;
    const lost = sequence.missedBefore;
    this.accounts.addAway({ exporter: session.number, lostOf: of, lost }, since, this.#options.clock.now());
  }

  #accountSflow(session: SflowSession): void {
    this.accounts.add(session, session.number, lostOf.messages, countsOfSflow(session));
    let lost = 0;
    for (const { total } of session.drops.values()) lost += total;
    const samples = { messages: 0, records: 0, lost, malformed: 0, discarded: 0 };
    this.accounts.add(session.drops, session.number, lostOf.samples, samples);
  }
}

/** Whether a datagram begins as a message of NetFlow, IPFIX or sFlow does. */
export function isFlowMessage(bytes: Uint8Array): boolean {
  return kindOf(bytes) !== undefined;
}

/** Told by its content: a version of NetFlow or IPFIX, or sFlow, which begins with a version of 32 bits. */
function kindOf(bytes: Uint8Array): number | 'sflow' | undefined {
  if (bytes.length < 2) return undefined;
  const version = u16(bytes, 0);
  if (version === 9 || version === 10 || version === 5 || version === 7 || version === 1) return version;
  return isSflow(bytes) ? 'sflow' : undefined;
}

function connectionName({ address, port }: DatagramEndpoint): string {
  return `tcp ${address}:${port}`;
}
