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
/** Entries of other kinds that may pass untold. */
const toldEntries = 5000;
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
  /** Position up to which entries were handed to the index. */
  #written = 0;
  #waiting: IndexedRecord[] = [];
  #isDue = false;
  /** Under way. */
  #writes = 0;
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
    this.#flush('now');
    return this.#index;
  }

  async stop(): Promise<void> {
    this.#closed = true;
    this.#unsubscribe?.();
    this.#timer?.cancel();
    this.#flush('now');
    do await this.#work;
    while (this.#writes > 0);
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
      this.#written = this.#next;
      onProblem(undefined);
      this.#unsubscribe = replica.subscribe(this.#next, (entry) => this.#take(entry));
    } catch (thrown) {
      this.#beginAgain(thrown);
    }
  }

  #take(entry: LedgerEntry): void {
    this.#next = entry.position + 1;
    this.#waiting.push(...recordOf(entry));
    if (this.#waiting.length > maxWaiting) this.#beginAgain(undefined);
    else if (!this.#isDue && this.#hasNews()) {
      this.#isDue = true;
      // What one batch brings is written together.
      queueMicrotask(() => {
        this.#isDue = false;
        this.#flush();
      });
    }
  }

  /** One write at a time, and what comes meanwhile goes with the next; but whoever asks must find all of it. */
  #flush(when?: 'now'): void {
    const index = this.#index;
    if (!index || !this.#unsubscribe || !this.#hasNews() || (this.#writes > 0 && when !== 'now')) return;
    const records = this.#waiting;
    this.#waiting = [];
    this.#written = this.#next;
    this.#writes += 1;
    const ended = () => {
      this.#writes -= 1;
      this.#flush();
    };
    this.#work = index.write(records, this.#next).then(ended, (thrown: unknown) => {
      if (index === this.#index) this.#beginAgain(thrown);
      ended();
    });
  }

  /** Entries of other kinds are told now and then, and at the end, so that a restart need not read them. */
  #hasNews(): boolean {
    const entries = this.#next - this.#written;
    return this.#waiting.length > 0 || entries >= toldEntries || (this.#closed && entries > 0);
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
