import {
  messageOf,
  QwError,
  type EpochMs,
  type FlowKind,
  type FlowStatus,
  type NatStatus,
} from '../../../model/index.ts';
import {
  FlowIntake,
  FlowWriter,
  NameBook,
  RowPool,
  TrafficMeter,
  type DurableFlowSink,
  type Enrich,
  type ExporterFigures,
  type InterfaceFacts,
} from '../../../observe/index.ts';
import { sleep, type Clock, type Log, type Timer } from '../../../platform/index.ts';
import type {
  Answer,
  EngineHealth,
  Labels,
  Query,
  QueryLimits,
  SelectedRows,
  SelectLimits,
} from '../../../store/index.ts';
import { Deletions } from './deletions.ts';
import { Listeners } from './listeners.ts';
import type { CollectorSettings, FlowFigures } from './messages.ts';
import { openFlowStore, type FlowStore } from './open-store.ts';
import type { DeletionReceipt } from './retention.ts';
import { StateFile } from './state-file.ts';
import { RecordRate } from './record-rate.ts';
import { statusOf } from './status.ts';
import { TrafficNames, type TrafficFigures } from './traffic-figures.ts';

/** What else the collector runs: passes over records, and sources of records other than exporters. */
export interface CollectorAdditions {
  enrich: readonly Enrich[];
  /** What does not work at present, in sentences. */
  problems?(): readonly string[];
  /** What an exporter said when it was asked, by the address that it sends from. */
  interfacesOf?(address: string): ReadonlyMap<number, InterfaceFacts>;
  /** Sources that are no exporters, as if they were. */
  exporters?(): readonly ExporterFigures[];
  /** What became of address translation on this machine. */
  nat?(): NatStatus | undefined;
  /** Takes what was posted to a name. */
  push?(name: string, body: string): Promise<void>;
  close(): Promise<void> | void;
}

export interface CollectorOptions {
  settings: CollectorSettings;
  clock: Clock;
  log: Log;
  /** Whether an address that cannot be listened at is an error; otherwise it is tried again. */
  mustListen?: boolean;
  /** Told of single records that are gone, and at the next start again, until `deletionsTold` is called. */
  onDeleted?: (receipts: readonly DeletionReceipt[]) => void;
  /** In a folder or on servers, as the settings say; tests have others. */
  openStore?: typeof openFlowStore;
  /** Opened after the store; sources put their rows into `sink`. */
  additions?: (ports: {
    names: NameBook;
    sink: DurableFlowSink;
    log: Log;
    clock: Clock;
  }) => Promise<CollectorAdditions>;
}

const rowsAtOnce = 8192;
const tickMs = 1000;
const saveMs = 30_000;
const retainMs = 600_000;
const healthMs = 5000;
/** For what is on its way to the disk at the end. */
const patienceMs = 10_000;
const minuteMs = 60_000;

/** Sockets, decoders and store in one process: the collector itself, whoever runs it. */
export class Collector {
  readonly names: NameBook;
  readonly intake: FlowIntake;
  readonly writer: FlowWriter;
  readonly #options: CollectorOptions;
  readonly #store: FlowStore;
  readonly #listeners: Listeners;
  readonly #state: StateFile;
  readonly #deletions: Deletions;
  readonly #passes: Enrich[] = [];
  readonly #trafficNames: TrafficNames;
  readonly #meter: TrafficMeter;
  #additions: CollectorAdditions | undefined;
  #health: EngineHealth = { ready: true, problems: [], tables: {} };
  #problems = new Map<string, string>();
  #timer: Timer | undefined;
  #minute = 0;
  #savedAtMs: number;
  #savedChanges = -1;
  #saving: Promise<void> = Promise.resolve();
  #isSaving = false;
  #retainedAtMs = -Infinity;
  #healthAtMs = -Infinity;
  readonly #rate = new RecordRate();
  #droppedWhenQuiet = 0;
  /** Rows without room, at the end of the last minute, and of the last one in which there were none. */
  #refused = { lately: 0, whenQuiet: 0 };
  #closed = false;

  /** Rejects with DATA_LOCKED, DATA_NEWER, TELEMETRY_CORRUPT, LISTEN_FAILED and what the store cannot do. */
  static async open(options: CollectorOptions): Promise<Collector> {
    const { settings, clock, log } = options;
    // Nothing is written before the first row, and no row comes before the collector is there.
    const made: { collector?: Collector } = {};
    const beforeSeal = () => (made.collector ? made.collector.#beforeSeal() : undefined);
    const store = await (options.openStore ?? openFlowStore)(settings, clock, log, beforeSeal);
    const collector = new Collector(options, store);
    made.collector = collector;
    try {
      await collector.#begin();
      return collector;
    } catch (thrown) {
      await collector.close();
      throw thrown;
    }
  }

  private constructor(options: CollectorOptions, store: FlowStore) {
    const { settings, clock } = options;
    this.#options = options;
    this.#store = store;
    this.#savedAtMs = clock.monotonic();
    this.names = new NameBook({ series: store.series });
    const pool = new RowPool(rowsAtOnce);
    this.writer = new FlowWriter({
      engine: store.engine,
      clock,
      pool,
      enrich: this.#passes,
      engineKeepsArrays: () => store.keepsArrays(),
    });
    this.intake = new FlowIntake({ settings: settings.flows, names: this.names, sink: this.writer, pool, clock });
    this.#trafficNames = new TrafficNames({
      settings: settings.flows,
      labelsOf: (exporter) => this.names.labelsOf(exporter),
      said: (exporter) => this.intake.interfaces.of(exporter),
      asked: (address) => this.#asked(address),
    });
    this.#meter = new TrafficMeter({ isListed: (exporter) => this.#trafficNames.isListed(exporter) });
    this.#listeners = new Listeners(clock, this.intake);
    this.#state = new StateFile(settings.directory);
    this.#deletions = new Deletions({
      directory: settings.directory,
      store,
      onDeleted: options.onDeleted,
      attempt: (action) => this.#try('deletions', 'receipts of deletions could not be kept', action),
    });
  }

  get listening(): string[] {
    return this.#listeners.listening;
  }

  query(query: Query, limits?: QueryLimits): Promise<Answer> {
    this.intake.flush();
    return this.#store.engine.query(query, limits);
  }

  select(sql: string, limits: SelectLimits): Promise<SelectedRows> {
    this.intake.flush();
    return this.#store.select(sql, limits);
  }

  /** As `CloudInputs.push`. */
  async push(name: string, body: string): Promise<void> {
    if (!this.#additions?.push) throw new QwError('NOT_FOUND', 'nothing is pushed here');
    await this.#additions.push(name, body);
  }

  labelsOf(number: number): Labels | undefined {
    return this.names.labelsOf(number);
  }

  /** Deletes files with records of one kind that all ended before. Throws FORBIDDEN where the law protects them. */
  async remove(kind: FlowKind, before: EpochMs): Promise<readonly DeletionReceipt[]> {
    const { clock } = this.#options;
    return this.#deletions.carryOut((intend) => this.#store.remove(kind, before, clock.now(), intend));
  }

  /** The ledger has what `receiptText` says of these. */
  deletionsTold(texts: readonly string[]): Promise<void> {
    return this.#deletions.settle(texts);
  }

  status(): FlowStatus {
    return statusOf({
      settings: this.#options.settings.flows,
      listening: this.listening,
      exporters: [...this.intake.exporters(), ...(this.#additions?.exporters?.() ?? [])],
      interfaces: this.intake.interfaces,
      asked: (address) => this.#asked(address),
      figures: this.figures(),
      recordsPerSecond: this.#rate.perSecond,
      health: this.#health,
      problems: this.#allProblems(),
    });
  }

  /** Undefined where translations of this machine are not watched. */
  nat(): NatStatus | undefined {
    return this.#additions?.nat?.();
  }

  figures(): FlowFigures {
    const { messages, records, templates, malformed } = this.intake.figures();
    const { written, refused, waiting } = this.writer;
    return {
      messages,
      records,
      stored: written,
      refused,
      waiting,
      kernelDrops: this.#listeners.dropped(),
      malformed,
      exporters: this.intake.door.size,
      templates,
      residentBytes: process.memoryUsage.rss(),
    };
  }

  /** Sums by exporter and interface, of which there may be thousands. */
  traffic(): TrafficFigures {
    return this.#trafficNames.figures(this.#meter.figures(), this.intake.accounts.totals());
  }

  /** Everything that came is written down, as far as the disk allows within ten seconds. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#timer?.cancel();
    this.#listeners.close();
    await this.#additions?.close();
    this.intake.flush();
    this.#closeMinute(this.#options.clock.now());
    await this.#saving;
    // What waits for its template holds addresses as they came.
    await this.#save({ parked: this.#options.settings.flows.privacy.addresses === 'keep' });
    const patience = new AbortController();
    const written = this.#store.seal().then(() => this.writer.settled());
    await Promise.race([written, sleep(this.#options.clock, patienceMs, patience.signal)]);
    patience.abort();
    this.writer.close();
    await this.#store.close();
  }

  async #begin(): Promise<void> {
    const { settings, log, clock, additions, mustListen = false } = this.#options;
    const { state, problem } = await this.#state.read();
    if (problem !== undefined) log.warning(problem);
    this.intake.restore(state);
    await this.#deletions.open();
    // Read once more, what waited would come twice, and what comes from now on would seem to be missing.
    if (state.sessions.some(({ sequence, parked }) => sequence || parked.length > 0)) await this.#save();
    if (additions) {
      this.#additions = await additions({ names: this.names, sink: this.writer, log, clock });
      this.#passes.push(...this.#additions.enrich);
    }
    // Last: it counts what is kept, with nothing that is taken away.
    this.#passes.push((rows) => this.#meter.count(rows));
    this.#minute = minuteOf(clock.now());
    this.#savedChanges = this.intake.changes;
    await this.#listeners.open(settings.flows.listen, mustListen);
    this.#tick();
  }

  /** Closes the accounts of a minute that is over; by itself this happens every second. */
  look(): void {
    const minute = minuteOf(this.#options.clock.now());
    if (minute === this.#minute) return;
    this.#closeMinute(this.#minute * minuteMs);
    this.#minute = minute;
  }

  #tick(): void {
    const { clock } = this.#options;
    this.intake.flush();
    this.look();
    const now = clock.now();
    const monotonicMs = clock.monotonic();
    this.#rate.look(this.intake.figures().records, monotonicMs);
    const hasChanged = this.intake.changes !== this.#savedChanges;
    // A disk may take longer than the time between two writings.
    if (monotonicMs - this.#savedAtMs >= saveMs && hasChanged && !this.#isSaving) {
      this.#savedAtMs = monotonicMs;
      this.#isSaving = true;
      this.#saving = this.#save().finally(() => {
        this.#isSaving = false;
      });
    }
    if (monotonicMs - this.#retainedAtMs >= retainMs) {
      this.#retainedAtMs = monotonicMs;
      void this.#try('retention', 'old flows could not be removed', async () => {
        await this.#deletions.carryOut((intend) => this.#store.retain(now, intend));
      });
    }
    if (monotonicMs - this.#healthAtMs >= healthMs) {
      this.#healthAtMs = monotonicMs;
      void this.#try('health', 'the store of flows does not tell how it does', async () => {
        this.#health = await this.#store.engine.health();
      });
    }
    this.#timer = clock.after(tickMs, () => this.#tick());
  }

  #asked(address: string): ReadonlyMap<number, InterfaceFacts> {
    return this.#additions?.interfacesOf?.(address) ?? new Map<number, InterfaceFacts>();
  }

  /**
   * What is expected next, and what was missing, becomes durable together with the rows: so the next collector knows what it
   * cost that this one was killed.
   */
  #beforeSeal(): (() => Promise<void>) | undefined {
    this.intake.flush();
    this.#settle();
    const losses = this.intake.accounts.hasLosses ? this.intake.accounts.close(this.#options.clock.now()) : undefined;
    if (losses) void this.writer.append(losses);
    // Not all that came is among what is written now.
    if (this.writer.holdsBack) return undefined;
    const expected = this.intake.expected();
    return () =>
      this.#try('state', 'what is known of exporters could not be written', () => this.#state.writeExpected(expected));
  }

  #settle(): number {
    const dropped = this.#listeners.dropped();
    this.intake.settle({ dropped, refusedRows: this.writer.refused });
    return dropped;
  }

  #closeMinute(at: EpochMs): void {
    const dropped = this.#settle();
    const batch = this.intake.accounts.close(at);
    if (batch) void this.writer.append(batch);
    if (dropped > this.#droppedWhenQuiet) {
      const count = dropped - this.#droppedWhenQuiet;
      this.#problems.set('drops', `the kernel dropped ${count} datagrams within a minute: more came than were read`);
    } else this.#problems.delete('drops');
    this.#droppedWhenQuiet = dropped;
    const { refused } = this.writer;
    this.#refused = { lately: refused, whenQuiet: refused > this.#refused.lately ? this.#refused.whenQuiet : refused };
  }

  async #save(end?: { parked: boolean }): Promise<void> {
    const { changes } = this.intake;
    await this.#try('state', 'what is known of exporters could not be written', async () => {
      await this.#state.write(this.intake.save(end));
      this.#savedChanges = changes;
    });
  }

  async #try(part: string, what: string, action: () => Promise<void>): Promise<void> {
    try {
      await action();
      this.#problems.delete(part);
    } catch (thrown) {
      if (!this.#problems.has(part)) this.#options.log.warning(what, { reason: messageOf(thrown) });
      this.#problems.set(part, `${what}: ${messageOf(thrown)}`);
    }
  }

  #allProblems(): string[] {
    const { problem } = this.writer;
    const refused = this.writer.refused - this.#refused.whenQuiet;
    return [
      ...this.#listeners.problems,
      ...this.#problems.values(),
      ...(problem === undefined ? [] : [`flows are not written: ${problem}`]),
      ...(refused > 0 ? [`${refused} records found no room on their way to the disk`] : []),
      ...(this.#additions?.problems?.() ?? []),
      ...this.#health.problems,
    ];
  }
}

function minuteOf(at: EpochMs): number {
  return Math.floor(at / minuteMs);
}
