import { messageOf, QwError } from '../../../model/index.ts';
import { sleep, type Clock } from '../../../platform/index.ts';
import type { ColumnBatch, TelemetryEngine } from '../../../store/index.ts';
import type { FlowRows } from '../decode/flow-rows.ts';
import { toBatch, type DurableFlowSink, type Enrich } from '../sink.ts';
import type { RowPool } from './row-pool.ts';

export interface FlowWriterOptions {
  engine: Pick<TelemetryEngine, 'append'>;
  clock: Clock;
  /** Where rows go back to once they are written. */
  pool: RowPool;
  enrich?: readonly Enrich[];
  /** An engine in memory goes on reading the arrays that it was given: it gets copies of their own length. */
  engineKeepsArrays?: () => boolean;
  /** Rows that wait for the store; further ones are dropped and counted. 400,000 by default: some 90 MB. */
  maxWaitingRows?: number;
}

const retryMs = 1000;

/**
 * The way into the store. It takes what comes at once, in a bounded queue: a store that stands still costs rows, never
 * memory, and whoever receives never waits. What the disk refused is tried again.
 *
 * Where the processor's time goes on the whole way, of some 600 ns a record of NetFlow v9: 90 decoding, 40 adding what is
 * known of its ends, 100 encoding columns and as much compressing them, 20 the hash of the file, 20 emptying arrays, 30
 * collecting garbage; the rest is receiving, writing, and fetching 250 bytes of columns from memory at each step, of which
 * there should be few. `bench/RESULTS.md` has the sum.
 */
export class FlowWriter implements DurableFlowSink {
  /** Records that are durable. */
  written = 0;
  /** Rows that found no room. */
  refused = 0;
  waiting = 0;
  /** Why the store takes nothing at present, in a sentence. */
  problem: string | undefined;
  /** Batches that the store did not take yet. */
  #held = 0;
  readonly #options: FlowWriterOptions;
  readonly #maxWaitingRows: number;
  /** Under way, so that whoever ends can wait for them. */
  readonly #running = new Set<Promise<boolean>>();
  #closed = false;

  constructor(options: FlowWriterOptions) {
    this.#options = options;
    this.#maxWaitingRows = options.maxWaitingRows ?? 400_000;
  }

  /** Whether something that came earlier has not reached the store. */
  get holdsBack(): boolean {
    return this.#held > 0;
  }

  take(rows: FlowRows): void {
    void this.takeDurably(rows);
  }

  /** As `take`; resolves, once that is decided, with whether the rows outlive a crash. */
  takeDurably(rows: FlowRows): Promise<boolean> {
    if (rows.rows === 0) return Promise.resolve(true);
    if (this.waiting + rows.rows > this.#maxWaitingRows) {
      this.refused += rows.rows;
      // Whoever decodes may still be reading what it has just handed over.
      queueMicrotask(() => this.#options.pool.give(rows));
      return Promise.resolve(false);
    }
    const keeps = this.#options.engineKeepsArrays?.() ?? false;
    const batch = toBatch(rows, this.#options.enrich);
    return this.append(keeps ? copied(batch) : batch, () => {
      this.written += batch.rows;
      this.#options.pool.give(rows);
    });
  }

  /**
   * Any other batch, such as the accounts of exporters, which finds room where records don't any more; resolves with
   * whether it is durable.
   */
  append(batch: ColumnBatch, onWritten: () => void = () => undefined): Promise<boolean> {
    if (this.waiting + batch.rows > 2 * this.#maxWaitingRows) {
      this.refused += batch.rows;
      return Promise.resolve(false);
    }
    this.waiting += batch.rows;
    const done = this.#store(batch, onWritten);
    this.#running.add(done);
    void done.finally(() => this.#running.delete(done));
    return done;
  }

  /** Resolves when all that was taken is stored or given up. */
  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  /** What the disk refuses is given up from now on. */
  close(): void {
    this.#closed = true;
  }

  async #store(batch: ColumnBatch, onWritten: () => void): Promise<boolean> {
    let durable = false;
    try {
      await this.#append(batch);
      durable = true;
      this.problem = undefined;
      onWritten();
    } catch (thrown) {
      this.refused += batch.rows;
      this.problem = messageOf(thrown);
    }
    this.waiting -= batch.rows;
    return durable;
  }

  async #append(batch: ColumnBatch): Promise<void> {
    for (;;) {
      try {
        await this.#options.engine.append(batch);
        return;
      } catch (thrown) {
        if (this.#closed || !isPassing(thrown)) throw thrown;
        this.problem = messageOf(thrown);
        this.#held++;
        await sleep(this.#options.clock, retryMs);
        this.#held--;
      }
    }
  }
}

function isPassing(thrown: unknown): boolean {
  return thrown instanceof QwError && ['TELEMETRY_BEHIND', 'TELEMETRY_UNWRITABLE'].includes(thrown.code);
}

function copied(batch: ColumnBatch): ColumnBatch {
  const columns = Object.entries(batch.columns).map(([name, column]) => [name, column.slice()] as const);
  return { ...batch, columns: Object.fromEntries(columns) };
}
