import type { LedgerEntry, Replica } from '../../agree/index.ts';
import { messageOf, type LedgerRecord, type Milliseconds } from '../../model/index.ts';
import type { Clock, Timer } from '../../platform/index.ts';
import { indexedKinds, type IncidentIndex, type IndexedRecord } from '../../store/index.ts';

export interface HistoryParts {
  clock: Clock;
  replica: Pick<Replica, 'read' | 'subscribe' | 'status'>;
  /** Opens the index of this ledger; it may reject. */
  open: (entries: number) => Promise<IncidentIndex>;
  /** Why there is none for now; undefined once there is one again. */
  onProblem: (problem: string | undefined) => void;
}

/** Read at once: decoding them must not hold up probes and votes. */
const pageEntries = 250;
/** Records that wait to be written; beyond, they are read from the ledger again when there is time. */
const maxWaiting = 5000;
const againMs: Milliseconds = 30_000;
const kinds: ReadonlySet<string> = new Set(indexedKinds);

/**
 * Keeps the index of incidents beside the ledger: it follows the entries as they are applied, reads again what it missed,
 * and begins anew after a failure. Nothing waits for it but who asks.
 */
export class IncidentHistory {
  readonly #parts: HistoryParts;
  #index: IncidentIndex | undefined;
  /** Position of the next entry that was neither written nor waits to be. */
  #next = 0;
  #waiting: IndexedRecord[] = [];
  #unsubscribe: (() => void) | undefined;
  #timer: Timer | undefined;
  #closed = false;
  /** What is under way, for who wants to stop. */
  #work: Promise<unknown> = Promise.resolve();

  constructor(parts: HistoryParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#work = this.#follow();
  }

  /** Entries that the index has not seen. */
  get behind(): number {
    return this.#unsubscribe ? 0 : this.#parts.replica.status().entries - this.#next;
  }

  /** The index with all that it was given so far; undefined while there is none. */
  get index(): IncidentIndex | undefined {
    this.#flush();
    return this.#index;
  }

  async stop(): Promise<void> {
    this.#closed = true;
    this.#unsubscribe?.();
    this.#timer?.cancel();
    this.#flush();
    await this.#work;
    await this.#index?.close();
  }

  /** From the first entry that the index lacks to the newest, and from there on as they come. */
  async #follow(): Promise<void> {
    const { replica, onProblem } = this.#parts;
    try {
      this.#index ??= await this.#parts.open(replica.status().entries);
      this.#next = await this.#index.next();
      while (!this.#closed && this.#next < replica.status().entries) {
        const page = await replica.read(this.#next, pageEntries);
        const last = page.at(-1);
        // What was just executed may not be readable yet: it is heard as it is published.
        if (!last) break;
        await this.#index.write(page.flatMap(recordOf), last.position + 1);
        this.#next = last.position + 1;
      }
      if (this.#closed) return;
      onProblem(undefined);
      this.#unsubscribe = replica.subscribe(this.#next, (entry) => this.#take(entry));
    } catch (thrown) {
      this.#beginAgain(thrown);
    }
  }

  #take(entry: LedgerEntry): void {
    this.#next = entry.position + 1;
    const records = recordOf(entry);
    if (records.length === 0) return;
    if (this.#waiting.length === 0) queueMicrotask(() => this.#flush());
    this.#waiting.push(...records);
    if (this.#waiting.length > maxWaiting) this.#beginAgain(undefined);
  }

  /** The thread takes one after the other: a question that follows sees it. */
  #flush(): void {
    if (!this.#index || this.#waiting.length === 0 || !this.#unsubscribe) return;
    const records = this.#waiting;
    this.#waiting = [];
    this.#work = this.#index.write(records, this.#next).catch((thrown: unknown) => this.#beginAgain(thrown));
  }

  /** What was given and not written is in the ledger: it is read from there, at once or after a failure later. */
  #beginAgain(failure: unknown): void {
    this.#unsubscribe?.();
    this.#unsubscribe = undefined;
    this.#waiting = [];
    if (this.#closed) return;
    if (failure !== undefined) {
      this.#parts.onProblem(`old incidents cannot be listed: ${messageOf(failure)}; trying again`);
      void this.#index?.close().catch(() => undefined);
      this.#index = undefined;
    }
    this.#timer?.cancel();
    this.#timer = this.#parts.clock.after(failure === undefined ? 0 : againMs, () => this.start());
  }
}

function recordOf(entry: LedgerEntry): IndexedRecord[] {
  return kinds.has(entry.kind) ? [entry as unknown as LedgerRecord as IndexedRecord] : [];
}
