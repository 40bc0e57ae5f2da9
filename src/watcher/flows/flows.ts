import { isAbsolute, join } from 'node:path';
import type { FlowSettings, MemberRecord, TelemetrySettings } from '../../model/index.ts';
import type { Clock, Log } from '../../platform/index.ts';
import { CollectorProcess, type FlowCollector } from './collector/collector-process.ts';
import type { CollectorSettings } from './collector/messages.ts';
import { receiptText, type DeletionReceipt } from './collector/retention.ts';
import { whoCollects } from './who-collects.ts';

export interface FlowsOptions {
  self: string;
  /** The data folder. */
  directory: string;
  clock: Clock;
  log: Log;
  /** Single records are gone: whether the ledger will say so, which `recorded` tells. */
  record: (receipt: DeletionReceipt) => boolean;
  /** Whether the ledger says this already. */
  isRecorded: (text: string) => boolean;
}

/** What decides whether this watcher collects. */
export interface FlowsWanted {
  flows?: FlowSettings | undefined;
  telemetry: Pick<TelemetrySettings, 'engine' | 'clickhouse'>;
  /** All of the cluster. */
  watchers: readonly Pick<MemberRecord, 'id' | 'address'>[];
}

/** The collector that the configuration in force wants, if it wants one. */
export class Flows {
  readonly #options: FlowsOptions;
  #collector: CollectorProcess | undefined;
  /** What the ledger is to say of records that are gone. */
  readonly #unrecorded = new Set<string>();
  #elsewhere: readonly string[] = [];
  /** As text, to see whether it is another one. */
  #settings: string | undefined;
  /** One after the other: two collectors cannot have one folder. */
  #changes: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(options: FlowsOptions) {
    this.#options = options;
  }

  /** Undefined while none is configured. */
  get collector(): FlowCollector | undefined {
    return this.#collector;
  }

  /** Who collects instead, where this watcher shall not; empty where it does, or where nothing is configured. */
  get elsewhere(): readonly string[] {
    return this.#elsewhere;
  }

  /** A collector whose settings did not change goes on. */
  configure({ flows, telemetry, watchers }: FlowsWanted): void {
    const collecting = flows ? whoCollects(flows, watchers) : [];
    const isHere = collecting.includes(this.#options.self);
    this.#elsewhere = isHere ? [] : collecting;
    const settings = flows && isHere ? this.#settingsOf(flows, telemetry) : undefined;
    const text = settings && JSON.stringify(settings);
    if (text === this.#settings) return;
    this.#settings = text;
    this.#changes = this.#changes.then(async () => {
      const last = this.#collector;
      this.#collector = undefined;
      await last?.close();
      // Another change may have come meanwhile.
      if (!settings || this.#stopped || text !== this.#settings) return;
      const { clock, log } = this.#options;
      const collector = new CollectorProcess({
        settings,
        clock,
        log,
        onDeleted: (receipts) => collector.deletionsTold(this.#record(receipts)),
      });
      this.#collector = collector;
    });
  }

  /** The ledger says this of records that are gone. */
  recorded(text: string): void {
    if (this.#unrecorded.delete(text)) this.#collector?.deletionsTold([text]);
  }

  /** Resolves when all that came is written down. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#changes;
    await this.#collector?.close();
    this.#collector = undefined;
  }

  /** What is said of those that need not wait for the ledger. */
  #record(receipts: readonly DeletionReceipt[]): string[] {
    const { log, record, isRecorded } = this.#options;
    return receipts.flatMap((receipt) => {
      const text = receiptText(receipt);
      // A collector that was started again tells it again.
      if (this.#unrecorded.has(text)) return [];
      if (isRecorded(text)) return [text];
      // Who may write nothing into the ledger tells it here at least.
      log.info('flows were deleted', { kind: receipt.kind, what: text });
      if (!record(receipt)) return [text];
      this.#unrecorded.add(text);
      return [];
    });
  }

  #settingsOf(flows: FlowSettings, { engine, clickhouse }: FlowsWanted['telemetry']): CollectorSettings {
    const { self, directory } = this.#options;
    const folder = isAbsolute(flows.folder) ? flows.folder : join(directory, flows.folder);
    return { self, directory: folder, flows, telemetry: { engine, clickhouse } };
  }
}
