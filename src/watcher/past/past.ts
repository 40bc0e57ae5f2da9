import type { LedgerEntry, VerdictMachine } from '../../agree/index.ts';
import { messageOf, type Milliseconds } from '../../model/index.ts';
import { sleep, type Clock, type Disk, type Log } from '../../platform/index.ts';
import type { Span } from '../../report/index.ts';
import type { WatcherReplica } from '../cluster-figures.ts';
import type { IncidentHistory } from '../incidents/history.ts';
import { PastBook } from './past-book.ts';
import { readOlderIncidents, readPast } from './read-past.ts';
import { WatchGaps } from './watch-gaps.ts';

export interface PastParts {
  clock: Clock;
  log: Log;
  machine: VerdictMachine;
  replica: Pick<WatcherReplica, 'read' | 'status'>;
  disk: Disk;
  /** The data folder. */
  directory: string;
  history: Pick<IncidentHistory, 'index' | 'behind'>;
}

const dayMs: Milliseconds = 86_400_000;
/** Changes of verdicts: ninety days that are shown, and the one that has begun. */
export const keptMs: Milliseconds = 91 * dayMs;
/** Thirteen months, the present one counted. */
const incidentsMs: Milliseconds = 400 * dayMs;
const againMs: Milliseconds = 10_000;
const relevant: ReadonlySet<string> = new Set(['transition', 'incident', 'configuration', 'membership']);

/** The past of the checks that somebody asks for, read from the ledger once for all of them, and kept up to date. */
export class Past {
  readonly #parts: PastParts;
  readonly #ended = new AbortController();
  readonly #wanted = new Map<string, ReadonlySet<string>>();
  readonly #listeners: (() => void)[] = [];
  #book: PastBook | undefined;
  #reading: { names: ReadonlySet<string>; queue: LedgerEntry[]; abort: AbortController } | undefined;
  #gaps: WatchGaps | undefined;

  constructor(parts: PastParts) {
    this.#parts = parts;
  }

  /** Undefined while nobody wants any, and until it has been read. */
  get book(): PastBook | undefined {
    return this.#book;
  }

  /** When nobody watched. */
  get gaps(): readonly Span[] {
    return this.#watchesAlone() ? (this.#gaps?.gaps ?? []) : [];
  }

  /** Called after something has changed. */
  onChange(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** The checks whose past a part of the watcher asks for from now on, if any; a name stands for `name@…` too. */
  want(part: string, names: ReadonlySet<string> | undefined): void {
    if (names) this.#wanted.set(part, names);
    else this.#wanted.delete(part);
    const all = new Set([...this.#wanted.values()].flatMap((some) => [...some]));
    if (this.#wanted.size === 0) {
      this.#reading?.abort.abort();
      this.#reading = undefined;
      this.#book = undefined;
    } else if (this.#reading ? !same(this.#reading.names, all) : this.#book?.keeps(all) !== true) {
      void this.#read(all);
    }
  }

  onEntry(entry: LedgerEntry): void {
    if (!relevant.has(entry.kind)) return;
    this.#reading?.queue.push(entry);
    this.#book?.add(entry);
    this.#changed();
  }

  /** To be called about every second. */
  look(): void {
    const { clock, log } = this.#parts;
    if (!this.#gaps || this.#ended.signal.aborted || !this.#watchesAlone()) return;
    const now = clock.now();
    this.#gaps.look(now, now - keptMs).catch((thrown: unknown) => {
      log.warning('that the watch goes on cannot be written down', { problem: messageOf(thrown) });
    });
  }

  stop(): void {
    this.#ended.abort();
    this.#reading?.abort.abort();
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }

  #view() {
    return this.#parts.machine.view(this.#parts.clock.now());
  }

  #watchesAlone(): boolean {
    return this.#view().membership.watchers.length === 1;
  }

  async #read(names: ReadonlySet<string>): Promise<void> {
    const { clock, log, replica } = this.#parts;
    this.#reading?.abort.abort();
    const abort = new AbortController();
    const reading = { names, queue: [] as LedgerEntry[], abort };
    this.#reading = reading;
    const since = clock.now() - keptMs;
    const book = new PastBook(names, since);
    try {
      this.#gaps ??= await WatchGaps.open(this.#parts.disk, this.#parts.directory, clock.now());
      const read = (from: number, limit: number) => replica.read(from, limit);
      const next = await readPast(book, { read, entries: () => replica.status().entries }, since, abort.signal);
      if (abort.signal.aborted) return;
      for (const incident of this.#view().incidents()) {
        const isOlder = incident.status !== 'resolved' && book.incident(incident.id) === undefined;
        if (isOlder) book.addIncident(incident);
      }
      for (const entry of reading.queue) if (entry.position >= next) book.add(entry);
      this.#book = book;
      this.#changed();
      void this.#readOlder(book);
    } catch (thrown) {
      log.error('the past of checks cannot be read from the ledger', { problem: messageOf(thrown) });
    } finally {
      if (this.#reading === reading) this.#reading = undefined;
    }
  }

  /** Incidents from before come when the index has them all; it may still be made at the start. */
  async #readOlder(book: PastBook): Promise<void> {
    const { clock, history, log } = this.#parts;
    const { signal } = this.#ended;
    try {
      while (this.#book === book && !signal.aborted) {
        if (await readOlderIncidents(book, history, clock.now() - incidentsMs)) {
          this.#changed();
          return;
        }
        await sleep(clock, againMs, signal);
      }
    } catch (thrown) {
      if (!signal.aborted) log.warning('older incidents are not known', { problem: messageOf(thrown) });
    }
  }
}

function same(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return a.size === b.size && [...a].every((one) => b.has(one));
}
