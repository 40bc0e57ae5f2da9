import { extname } from 'node:path';
import { QwError, type Milliseconds } from '../../model/index.ts';
import { startChild, type Child, type Clock, type Log, type Timer } from '../../platform/index.ts';
import type { Kind } from '../query/kind.ts';
import { failureOf, isFatal, selectFailureOf } from './failure.ts';
import { decodeMessage, encodeMessage, type Reply, type Settings } from './messages.ts';
import type { SelectedRows } from './select.ts';

export type Row = readonly (number | string)[];

export interface QueryProcessOptions {
  settings: Settings;
  clock: Clock;
  log: Log;
  /** Without a question for so long it ends, and begins again with the next one. 5 minutes by default. */
  idleMs?: Milliseconds;
  /** What runs in the process: `child.ts`, unless a test wants one that misbehaves. */
  module?: URL;
}

export interface Asking {
  deadlineMs: Milliseconds;
  signal?: AbortSignal | undefined;
}

type Work =
  | { kind: 'ask'; sql: string; kinds: readonly Kind[] }
  | { kind: 'run'; sql: string }
  | { kind: 'select'; setup: readonly string[]; sql: string; limit: number };

type Done = { rows: Row[] } | { selected: SelectedRows };

interface Job {
  id: number;
  work: Work;
  /** How often it was handed to a process. */
  attempts: number;
  settle(outcome: Done | { problem: unknown }): void;
}

/** At once in the process; each takes one thread of its pool of four. */
const maxRunning = 4;
const maxWaiting = 200;
/** What was told to stop has so long until its process is killed. */
const stopMs = 3000;
const openMs = 15_000;
/** A question whose process ended is asked once more: it may be another one that ended it. */
const maxAttempts = 2;
const backOffMs = [0, 100, 500, 2000, 10_000] as const;

/**
 * DuckDB in a process of its own, which is started by the first question. Whatever becomes of that process, every question
 * is answered or rejected, at its deadline at the latest.
 */
export class QueryProcess {
  readonly #options: QueryProcessOptions;
  readonly #waiting: Job[] = [];
  readonly #running = new Map<number, Job>();
  /** Told to stop, and still in the process. */
  readonly #stopping = new Map<number, Timer>();
  #child: Child | undefined;
  #isOpen = false;
  #unusable: string | undefined;
  #failures = 0;
  #restart: Timer | undefined;
  #idle: Timer | undefined;
  #opening: Timer | undefined;
  #nextId = 1;
  #closed = false;

  constructor(options: QueryProcessOptions) {
    this.#options = options;
  }

  /** Why there will never be an answer here, once that is known. */
  get unusable(): string | undefined {
    return this.#unusable;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  async ask(sql: string, kinds: readonly Kind[], asking: Asking): Promise<Row[]> {
    const done = await this.#do({ kind: 'ask', sql, kinds }, asking);
    return 'rows' in done ? done.rows : [];
  }

  /** A person's statement; BAD_INPUT for what is none, or no SELECT. */
  async select(statement: Omit<Extract<Work, { kind: 'select' }>, 'kind'>, asking: Asking): Promise<SelectedRows> {
    const done = await this.#do({ kind: 'select', ...statement }, asking);
    return 'selected' in done ? done.selected : { columns: [], rows: [], more: false };
  }

  /** A statement without an answer. It may be run a second time when the process ends during the first. */
  async run(sql: string, asking: Asking): Promise<void> {
    await this.#do({ kind: 'run', sql }, asking);
  }

  close(): void {
    this.#closed = true;
    this.#cancelTimers();
    for (const job of [...this.#waiting, ...this.#running.values()])
      job.settle({ problem: unavailable('it was closed') });
    this.#child?.kill();
  }

  #do(work: Work, { deadlineMs, signal }: Asking): Promise<Done> {
    signal?.throwIfAborted();
    if (this.#closed) return Promise.reject(unavailable('it was closed'));
    if (this.#unusable !== undefined) return Promise.reject(unavailable(this.#unusable));
    if (this.#waiting.length >= maxWaiting) {
      return Promise.reject(new QwError('OVERLOADED', `${maxWaiting} questions wait for the query process`));
    }
    const late = new QwError('TELEMETRY_DEADLINE', `no answer within ${Math.round(deadlineMs)} ms`);
    // A timer of no time still gives a quick answer its chance.
    if (deadlineMs <= 0) return Promise.reject(late);
    return new Promise((resolve, reject) => {
      const id = this.#nextId++;
      const timer = this.#options.clock.after(deadlineMs, () => this.#giveUp(job, late));
      const abort = () => this.#giveUp(job, signal?.reason);
      signal?.addEventListener('abort', abort, { once: true });
      const job: Job = {
        id,
        work,
        attempts: 0,
        settle: (outcome) => {
          timer.cancel();
          signal?.removeEventListener('abort', abort);
          const at = this.#waiting.indexOf(job);
          if (at !== -1) this.#waiting.splice(at, 1);
          this.#running.delete(id);
          if ('problem' in outcome) reject(outcome.problem);
          else resolve(outcome);
        },
      };
      this.#waiting.push(job);
      this.#pump();
    });
  }

  #giveUp(job: Job, problem: unknown): void {
    if (this.#running.has(job.id)) {
      const { id } = job;
      this.#child?.send(encodeMessage({ id, kind: 'cancel' }));
      const kill = () => this.#end('it did not stop when it was told to');
      this.#stopping.set(id, this.#options.clock.after(stopMs, kill));
    }
    job.settle({ problem });
  }

  #pump(): void {
    if (this.#closed || this.#restart) return;
    this.#idle?.cancel();
    if (!this.#child) {
      if (this.#waiting.length > 0) this.#start();
      return;
    }
    while (this.#isOpen && this.#running.size + this.#stopping.size < maxRunning) {
      const job = this.#waiting.shift();
      if (!job) break;
      job.attempts++;
      this.#running.set(job.id, job);
      this.#child.send(encodeMessage({ id: job.id, ...job.work }));
    }
    if (this.#running.size + this.#waiting.length + this.#stopping.size > 0) return;
    this.#idle = this.#options.clock.after(this.#options.idleMs ?? 300_000, () => this.#child?.end());
  }

  #start(): void {
    const { settings, clock, module } = this.#options;
    const child = startChild({
      // The same extension as this module: sources in development, compiled when published.
      module: module ?? new URL(`./child${extname(import.meta.url)}`, import.meta.url),
      workingDirectory: settings.directory,
      heapMiB: 256,
      onBody: (body) => this.#take(child, body),
      onEnd: (reason) => this.#ended(child, reason),
    });
    this.#child = child;
    child.send(encodeMessage({ id: 0, kind: 'open', settings }));
    this.#opening = clock.after(openMs, () => this.#end('it did not start'));
  }

  #take(child: Child, body: Buffer): void {
    if (child !== this.#child) return;
    let message: ReturnType<typeof decodeMessage>;
    try {
      message = decodeMessage(body);
    } catch {
      this.#end('it wrote what is no answer');
      return;
    }
    const { doubles } = message;
    const head = message.head as Reply;
    if (head.kind === 'opened') {
      this.#opening?.cancel();
      this.#isOpen = true;
    } else if (head.kind === 'unusable') {
      this.#unusable = head.message.split('\n')[0] ?? head.message;
      for (const job of this.#waiting.slice()) job.settle({ problem: unavailable(this.#unusable) });
      child.kill();
    } else {
      this.#stopping.get(head.id)?.cancel();
      this.#stopping.delete(head.id);
      const job = this.#running.get(head.id);
      if (head.kind === 'failed') {
        const failure = job?.work.kind === 'select' ? selectFailureOf(head.message) : failureOf(head.message);
        job?.settle({ problem: failure });
        if (isFatal(head.message)) this.#end(head.message);
      } else {
        this.#failures = 0;
        if (head.kind === 'selected') {
          const { columns, rows, more } = head;
          job?.settle({ selected: { columns, rows, more } });
        } else {
          job?.settle({
            rows: head.kind === 'rows' && job.work.kind === 'ask' ? rowsOf(head, job.work.kinds, doubles) : [],
          });
        }
      }
    }
    this.#pump();
  }

  #end(reason: string): void {
    const child = this.#child;
    if (!child) return;
    child.kill();
    this.#ended(child, reason);
  }

  #ended(child: Child, reason: string): void {
    if (child !== this.#child) return;
    this.#child = undefined;
    this.#isOpen = false;
    this.#cancelTimers();
    if (this.#closed || this.#unusable !== undefined) return;
    const lost = [...this.#running.values()];
    this.#running.clear();
    for (const job of lost.toReversed()) {
      if (job.attempts >= maxAttempts) job.settle({ problem: unavailable(reason) });
      else this.#waiting.unshift(job);
    }
    if (lost.length + this.#waiting.length === 0) return;
    const { clock, log } = this.#options;
    const delayMs = backOffMs[Math.min(this.#failures++, backOffMs.length - 1)] ?? 0;
    log.warning('the query process ended and is started again', { reason, delayMs });
    this.#restart = clock.after(delayMs, () => {
      this.#restart = undefined;
      this.#pump();
    });
  }

  #cancelTimers(): void {
    for (const timer of [this.#restart, this.#idle, this.#opening, ...this.#stopping.values()]) timer?.cancel();
    this.#restart = undefined;
    this.#stopping.clear();
  }
}

function unavailable(reason: string): QwError {
  return new QwError('TELEMETRY_UNAVAILABLE', `the query process cannot answer: ${reason}`);
}

function rowsOf(
  { rows, texts }: Extract<Reply, { kind: 'rows' }>,
  kinds: readonly Kind[],
  doubles: Float64Array,
): Row[] {
  let next = 0;
  const columns = texts.map((text) => text ?? doubles.subarray(next, (next += rows)));
  return Array.from({ length: rows }, (_, row) =>
    columns.map((column, at) => {
      const value = column[row] ?? 0;
      return kinds[at] === 'wide' ? String(value) : Number(value) + 0;
    }),
  );
}
