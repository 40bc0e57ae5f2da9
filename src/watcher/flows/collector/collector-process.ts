import { extname } from 'node:path';
import {
  QwError,
  type EpochMs,
  type FlowKind,
  type FlowSettings,
  type FlowStatus,
  type Milliseconds,
  type NatStatus,
} from '../../../model/index.ts';
import { startChild, type Child, type Clock, type Log, type Timer } from '../../../platform/index.ts';
import type { Answer, Labels, Query, QueryLimits, SelectedRows, SelectLimits } from '../../../store/index.ts';
import {
  decodeReply,
  encode,
  receivedError,
  type CollectorReply,
  type CollectorRequest,
  type CollectorSettings,
  type CollectedFigures,
} from './messages.ts';
import type { DeletionReceipt } from './retention.ts';

/** What the watcher has of its collector. */
export interface FlowCollector {
  /** As it told last, some seconds ago at most. */
  status(): FlowStatus;
  figures(): CollectedFigures | undefined;
  /** The log of address translation on this machine; undefined where it is not kept. */
  nat(): NatStatus | undefined;
  /** Rejects as an engine does; TELEMETRY_UNAVAILABLE while the collector is not there. */
  query(query: Query, limits?: QueryLimits): Promise<Answer>;
  /** A person's SELECT statement; see `DuckDbEngine.select`. */
  select(sql: string, limits: SelectLimits): Promise<SelectedRows>;
  /** What numbers of exporters, names, networks and reasons in answers stand for; see `NameBook`. */
  readonly labels: ReadonlyMap<number, Labels>;
  labelsOf(number: number): Labels | undefined;
  /**
   * Flow logs of a cloud that were posted to a name: resolves when they outlive a crash. Rejects with NOT_FOUND, OVERLOADED,
   * TELEMETRY_UNAVAILABLE.
   */
  push(name: string, body: string): Promise<void>;
  /** That it was started with. */
  readonly settings: FlowSettings;
  /**
   * Deletes records of one kind that ended before: whole files of them in the folder, every one on servers. Rejects with
   * FORBIDDEN where a minimum protects them, TELEMETRY_UNAVAILABLE where a server that has some does not answer.
   */
  remove(records: FlowKind, before: EpochMs): Promise<readonly DeletionReceipt[]>;
  close(): Promise<void>;
}

export interface CollectorProcessOptions {
  settings: CollectorSettings;
  clock: Clock;
  log: Log;
  /** Told of single records that are gone, for whatever reason. */
  onDeleted?: (receipts: readonly DeletionReceipt[]) => void;
  /** What runs in the process: `child.ts`, unless a test wants one that misbehaves. */
  module?: URL;
}

const backOffMs = [100, 500, 2000, 5000, 15_000, 30_000] as const;
/** Having run for so long, its next end is a new beginning. */
const steadyMs: Milliseconds = 60_000;
const closeMs: Milliseconds = 15_000;
const heapMiB = 256;

interface Waiting {
  resolve: (answer: Answer | SelectedRows) => void;
  reject: (reason: unknown) => void;
}

interface Removing {
  resolve: (receipts: readonly DeletionReceipt[]) => void;
  reject: (reason: unknown) => void;
}

interface Pushing {
  resolve: () => void;
  reject: (reason: unknown) => void;
}

/** Of posts whose records are not stored yet; whoever posts more comes again. */
const maxPushing = 5000;
const maxPushingCharacters = 64 * 1024 * 1024;

const nobody: FlowStatus = {
  enabled: true,
  listening: [],
  exporters: [],
  recordsPerSecond: 0,
  dropped: 0,
  malformed: {},
  waitingRows: 0,
  store: { rows: 0, bytes: 0 },
  problems: [],
};

/** Keeps a collector running, in a process of its own: what becomes of that is no matter of the watcher. */
export class CollectorProcess implements FlowCollector {
  readonly #options: CollectorProcessOptions;
  readonly #waiting = new Map<number, Waiting>();
  readonly #removing = new Map<number, Removing>();
  readonly #pushing = new Map<number, Pushing>();
  #pushingCharacters = 0;
  readonly #labels = new Map<number, Labels>();
  #child: Child | undefined;
  #isOpen = false;
  #status: FlowStatus | undefined;
  #figures: CollectedFigures | undefined;
  #nat: NatStatus | undefined;
  #problem: string | undefined = 'the collector of flows is starting';
  #failures = 0;
  #startedMs = 0;
  #restart: Timer | undefined;
  #nextId = 1;
  #closing: PromiseWithResolvers<void> | undefined;

  constructor(options: CollectorProcessOptions) {
    this.#options = options;
    this.#start();
  }

  get processId(): number | undefined {
    return this.#child?.pid;
  }

  status(): FlowStatus {
    const { problems, ...status } = this.#status ?? nobody;
    const own = this.#problem === undefined ? [] : [this.#problem];
    return { ...status, listening: this.#isOpen ? status.listening : [], problems: [...own, ...problems] };
  }

  figures(): CollectedFigures | undefined {
    return this.#figures;
  }

  nat(): NatStatus | undefined {
    return this.#nat;
  }

  query(query: Query, { signal, ...limits }: QueryLimits = {}): Promise<Answer> {
    return this.#ask<Answer>((id) => ({ kind: 'query', id, query, limits }), signal);
  }

  select(sql: string, { signal, ...limits }: SelectLimits): Promise<SelectedRows> {
    return this.#ask<SelectedRows>((id) => ({ kind: 'select', id, sql, limits }), signal);
  }

  get labels(): ReadonlyMap<number, Labels> {
    return this.#labels;
  }

  labelsOf(number: number): Labels | undefined {
    return this.#labels.get(number);
  }

  /** The ledger has what `receiptText` says of these; otherwise the collector tells of them at its next start again. */
  deletionsTold(texts: readonly string[]): void {
    if (this.#isOpen) this.#child?.send(encode({ kind: 'deletions-told', texts }));
  }

  get settings(): FlowSettings {
    return this.#options.settings.flows;
  }

  push(name: string, body: string): Promise<void> {
    const child = this.#child;
    if (!child || !this.#isOpen) {
      return Promise.reject(new QwError('TELEMETRY_UNAVAILABLE', this.#problem ?? 'the collector of flows is closed'));
    }
    if (this.#pushing.size >= maxPushing || this.#pushingCharacters + body.length > maxPushingCharacters) {
      return Promise.reject(new QwError('OVERLOADED', 'too much that was pushed is not stored yet'));
    }
    const id = this.#nextId++;
    this.#pushingCharacters += body.length;
    const done = new Promise<void>((resolve, reject) => this.#pushing.set(id, { resolve, reject }));
    child.send(encode({ kind: 'push', id, name, body }));
    return done.finally(() => {
      this.#pushingCharacters -= body.length;
    });
  }

  remove(records: FlowKind, before: EpochMs): Promise<readonly DeletionReceipt[]> {
    const child = this.#child;
    if (!child || !this.#isOpen) {
      return Promise.reject(new QwError('TELEMETRY_UNAVAILABLE', this.#problem ?? 'the collector of flows is closed'));
    }
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#removing.set(id, { resolve, reject });
      child.send(encode({ kind: 'delete', id, records, before }));
    });
  }

  /** Resolves when everything is written down, or after 15 s. */
  async close(): Promise<void> {
    if (this.#closing) return this.#closing.promise;
    const closing = Promise.withResolvers<void>();
    this.#closing = closing;
    this.#restart?.cancel();
    if (!this.#child || !this.#isOpen) this.#ended();
    else {
      this.#child.send(encode({ kind: 'close' }));
      const late = this.#options.clock.after(closeMs, () => this.#ended());
      void closing.promise.then(() => late.cancel());
    }
    return closing.promise;
  }

  #ask<Found>(request: (id: number) => CollectorRequest, signal: AbortSignal | undefined): Promise<Found> {
    const child = this.#child;
    if (!child || !this.#isOpen) {
      return Promise.reject(new QwError('TELEMETRY_UNAVAILABLE', this.#problem ?? 'the collector of flows is closed'));
    }
    if (signal?.aborted) return Promise.reject(signal.reason as Error);
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      const cancel = () => {
        child.send(encode({ kind: 'cancel', id }));
        this.#settle(id)?.reject(signal?.reason);
      };
      signal?.addEventListener('abort', cancel, { once: true });
      const forget = () => signal?.removeEventListener('abort', cancel);
      this.#waiting.set(id, {
        resolve: (answer) => {
          forget();
          resolve(answer as Found);
        },
        reject: (reason) => {
          forget();
          reject(reason);
        },
      });
      child.send(encode(request(id)));
    });
  }

  #start(): void {
    const { settings, clock, module } = this.#options;
    this.#startedMs = clock.monotonic();
    // Numbers may be of another folder, and all of them are told again.
    this.#labels.clear();
    const child = startChild({
      module: module ?? new URL(`./child${extname(import.meta.url)}`, import.meta.url),
      workingDirectory: process.cwd(),
      heapMiB,
      churns: true,
      onBody: (body) => this.#onReply(decodeReply(body)),
      onEnd: (reason) => this.#onEnd(reason),
    });
    this.#child = child;
    child.send(encode({ kind: 'open', settings }));
  }

  #onReply(message: CollectorReply): void {
    switch (message.kind) {
      case 'opened':
        this.#isOpen = true;
        this.#problem = undefined;
        return;
      case 'unusable':
        this.#problem = `flows are not collected: ${message.error.message}${
          message.error.where === undefined ? '' : ` (${message.error.where})`
        }`;
        this.#child?.end();
        return;
      case 'status':
        this.#status = message.status;
        this.#figures = { ...message.figures, traffic: message.traffic };
        this.#nat = message.nat;
        return;
      case 'names':
        for (const [number, labels] of message.names) this.#labels.set(number, labels);
        return;
      case 'answer':
        this.#settle(message.id)?.resolve(message.answer);
        return;
      case 'selected':
        this.#settle(message.id)?.resolve(message.selected);
        return;
      case 'failed':
        this.#settle(message.id)?.reject(receivedError(message.error));
        this.#removed(message.id)?.reject(receivedError(message.error));
        this.#pushed(message.id)?.reject(receivedError(message.error));
        return;
      case 'deleted':
        this.#options.onDeleted?.(message.receipts);
        return;
      case 'pushed':
        this.#pushed(message.id)?.resolve();
        return;
      case 'removed':
        this.#removed(message.id)?.resolve(message.receipts);
        return;
      default:
        this.#ended();
    }
  }

  #settle(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    return waiting;
  }

  #pushed(id: number): Pushing | undefined {
    const pushing = this.#pushing.get(id);
    this.#pushing.delete(id);
    return pushing;
  }

  #removed(id: number): Removing | undefined {
    const removing = this.#removing.get(id);
    this.#removing.delete(id);
    return removing;
  }

  #onEnd(reason: string): void {
    const wasOpen = this.#isOpen;
    this.#isOpen = false;
    this.#child = undefined;
    for (const { reject } of [...this.#waiting.values(), ...this.#removing.values(), ...this.#pushing.values()]) {
      reject(new QwError('TELEMETRY_UNAVAILABLE', `the collector of flows is gone: ${reason}`));
    }
    this.#pushing.clear();
    this.#waiting.clear();
    this.#removing.clear();
    if (this.#closing) {
      this.#ended();
      return;
    }
    const { clock, log } = this.#options;
    if (clock.monotonic() - this.#startedMs > steadyMs) this.#failures = 0;
    const delayMs = backOffMs[Math.min(this.#failures, backOffMs.length - 1)] ?? 0;
    this.#failures++;
    if (wasOpen) this.#problem = `the collector of flows is started again: ${reason}`;
    log.warning('the collector of flows has ended and is started again', { reason, delayMs });
    this.#restart = clock.after(delayMs, () => this.#start());
  }

  /** For good. */
  #ended(): void {
    this.#isOpen = false;
    this.#problem = 'the collector of flows is closed';
    this.#child?.kill();
    this.#child = undefined;
    for (const { reject } of [...this.#waiting.values(), ...this.#pushing.values()]) {
      reject(new QwError('TELEMETRY_UNAVAILABLE', 'the collector of flows is closed'));
    }
    this.#waiting.clear();
    this.#pushing.clear();
    this.#closing?.resolve();
  }
}
