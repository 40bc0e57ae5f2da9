import type { LedgerEntry, VerdictMachine } from '../../agree/index.ts';
import {
  genesisText,
  messageOf,
  QwError,
  type Incident,
  type Milliseconds,
  type StatusPageSettings,
} from '../../model/index.ts';
import { sleep, type Clock, type Disk, type Log } from '../../platform/index.ts';
import { Site, siteFile, type SiteFile } from '../../report/index.ts';
import type { WatcherReplica } from '../cluster-figures.ts';
import type { IncidentHistory } from '../incidents/history.ts';
import { answerSubscription, type SubscriptionAnswer, type SubscriptionRequest } from './answer-subscription.ts';
import { PastBook } from './past-book.ts';
import { PublicCertificates } from './public-certificates.ts';
import { readOlderIncidents, readPast } from './read-past.ts';
import { freshMs, Telling } from './telling.ts';
import { WatchGaps } from './watch-gaps.ts';
import { shownDays, WorldMaker } from './world.ts';

/** What the server hands out of the status page. */
export interface StatusPageDesk {
  /** Undefined where no page is configured. */
  settings: () => StatusPageSettings | undefined;
  /** The page as it is now, made again after changes but not more often than every two seconds; undefined while there is none yet. */
  file: (path: string) => SiteFile | undefined;
  /** Certificates and the genesis, where they are public; undefined for everything else. */
  proof: (path: string) => Promise<SiteFile | undefined>;
  /** Takes a form, or a link of a message; undefined where nothing can be subscribed to. */
  subscription: (request: SubscriptionRequest) => Promise<SubscriptionAnswer | undefined>;
  /** All files as they are put on a disk, those that lead to others last. Throws NOT_FOUND, OVERLOADED. */
  exported: () => Promise<ExportedFile[]>;
}

export interface ExportedFile {
  path: string;
  text: string;
}

export interface StatusPageParts {
  clock: Clock;
  log: Log;
  machine: VerdictMachine;
  replica: Pick<WatcherReplica, 'read' | 'status'>;
  disk: Disk;
  /** The data folder: subscribers are kept there. */
  directory: string;
  history: Pick<IncidentHistory, 'index' | 'behind'>;
  certificates: { export: (incident: Incident) => Promise<string> };
  /** Where this watcher is reached, without a slash at the end. */
  pageUrl: string;
}

const dayMs: Milliseconds = 86_400_000;
const minuteMs: Milliseconds = 60_000;
/** Thirteen months, the present one counted. */
const historyMs: Milliseconds = 400 * dayMs;
const againMs: Milliseconds = 10_000;
/** A year of outages; each is a file. */
const exportedCertificates = 200;
const relevant: ReadonlySet<string> = new Set(['transition', 'incident', 'configuration', 'membership']);

/** Keeps the site of the status page in memory, and makes it again when something has changed. */
export class StatusPage implements StatusPageDesk {
  readonly #parts: StatusPageParts;
  readonly #maker = new WorldMaker();
  readonly #certificates: PublicCertificates;
  readonly #ended = new AbortController();
  #book: PastBook | undefined;
  #reading: { names: ReadonlySet<string>; queue: LedgerEntry[]; abort: AbortController } | undefined;
  #site: { site: Site; minute: number; builtAtMs: Milliseconds } | undefined;
  #changed = true;
  #gaps: WatchGaps | undefined;
  readonly #telling: Telling;

  constructor(parts: StatusPageParts) {
    this.#parts = parts;
    this.#telling = new Telling({
      ...parts,
      signal: this.#ended.signal,
      configuration: () => this.#view().configuration,
      world: () => this.#current()?.world,
      // What is known no more has been over for long.
      isOver: (incident) => (this.#view().incident(incident)?.status ?? 'resolved') === 'resolved',
    });
    this.#certificates = new PublicCertificates((incident) => parts.certificates.export(incident));
  }

  settings(): StatusPageSettings | undefined {
    return this.#view().configuration?.['status-page'];
  }

  /** To be called at the start and after each change of configuration. */
  configure(): void {
    this.#changed = true;
    const settings = this.settings();
    const view = this.#view();
    const { clock } = this.#parts;
    const names = settings ? this.#maker.names(view, settings, clock.now()) : new Set<string>();
    if (!settings) {
      this.#reading?.abort.abort();
      this.#reading = undefined;
      this.#book = undefined;
      this.#site = undefined;
    } else if (this.#reading ? !same(this.#reading.names, names) : this.#book?.keeps(names) !== true) {
      void this.#read(names);
    }
    this.#telling.follow(settings);
  }

  onEntry(entry: LedgerEntry): void {
    if (!relevant.has(entry.kind)) return;
    this.#changed = true;
    this.#reading?.queue.push(entry);
    this.#book?.add(entry);
  }

  file(path: string): SiteFile | undefined {
    return this.#current()?.file(path);
  }

  async proof(path: string): Promise<SiteFile | undefined> {
    if (this.settings()?.detail !== 'full') return undefined;
    if (path === 'genesis.json') {
      const text = this.#genesis();
      return text === undefined ? undefined : siteFile(path, text);
    }
    const [, id] = /^certificates\/(\d{1,15})\.outage\.json$/.exec(path) ?? [];
    const shown = id !== undefined && this.#current()?.world.incidents.some((one) => one.id === id && one.resolvedAt);
    const incident = shown === true ? this.#book?.incident(id ?? '') : undefined;
    return incident && siteFile(path, await this.#certificates.of(incident));
  }

  async exported(): Promise<ExportedFile[]> {
    const settings = this.settings();
    if (!settings)
      throw new QwError('NOT_FOUND', 'no status page is configured', { hint: 'add a section `status-page`' });
    const current = this.#current();
    if (!current) throw new QwError('OVERLOADED', 'the past is still being read from the ledger');
    const site = new Site(current.world, this.#maker.calendar(current.world.timeZone), false);
    const proofs: ExportedFile[] = [];
    if (site.world.certificates) {
      const over = site.world.incidents.filter(({ resolvedAt }) => resolvedAt !== undefined);
      const paths = over.slice(0, exportedCertificates).map(({ id }) => `certificates/${id}.outage.json`);
      for (const path of ['genesis.json', ...paths]) {
        try {
          const file = await this.proof(path);
          if (file) proofs.push({ path, text: file.text });
        } catch (thrown) {
          this.#parts.log.warning('an outage certificate is not exported', { path, problem: messageOf(thrown) });
        }
      }
    }
    return [...proofs, ...site.paths.map((path) => ({ path, text: site.file(path)?.text ?? '' }))];
  }

  async subscription(request: SubscriptionRequest): Promise<SubscriptionAnswer | undefined> {
    const { subscriptions } = this.#telling;
    const world = this.#current()?.world;
    if (!world || !subscriptions) return undefined;
    return answerSubscription(subscriptions, world, request);
  }

  async stop(): Promise<void> {
    this.#ended.abort();
    this.#reading?.abort.abort();
    await this.#telling.stop();
  }

  /** To be called about every second. */
  look(): void {
    const { clock, log } = this.#parts;
    if (!this.#gaps || this.#ended.signal.aborted || !this.#watchesAlone()) return;
    const now = clock.now();
    this.#gaps.look(now, now - (shownDays + 1) * dayMs).catch((thrown: unknown) => {
      log.warning('that the watch goes on cannot be written down', { problem: messageOf(thrown) });
    });
  }

  #watchesAlone(): boolean {
    return this.#view().membership.watchers.length === 1;
  }

  #view() {
    return this.#parts.machine.view(this.#parts.clock.now());
  }

  #current(): Site | undefined {
    const { clock, machine, pageUrl } = this.#parts;
    const settings = this.settings();
    const book = this.#book;
    if (!settings || !book) return undefined;
    const now = clock.now();
    const minute = Math.floor(now / minuteMs);
    const last = this.#site;
    if (last && !this.#changed && last.minute === minute) return last.site;
    if (last && clock.monotonic() - last.builtAtMs < freshMs) return last.site;
    this.#changed = false;
    book.forget(now, (shownDays + 1) * dayMs);
    const url = `${pageUrl}/status`;
    const gaps = this.#watchesAlone() ? (this.#gaps?.gaps ?? []) : [];
    const world = this.#maker.make(this.#view(), book, { settings, now, url, network: machine.network, gaps });
    const site = new Site(world, this.#maker.calendar(world.timeZone), true);
    this.#site = { site, minute, builtAtMs: clock.monotonic() };
    return site;
  }

  async #read(names: ReadonlySet<string>): Promise<void> {
    const { clock, log, replica } = this.#parts;
    this.#reading?.abort.abort();
    const abort = new AbortController();
    const reading = { names, queue: [] as LedgerEntry[], abort };
    this.#reading = reading;
    const since = clock.now() - (shownDays + 1) * dayMs;
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
      this.#changed = true;
      void this.#readOlder(book);
    } catch (thrown) {
      log.error('the past for the status page cannot be read', { problem: messageOf(thrown) });
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
        if (await readOlderIncidents(book, history, clock.now() - historyMs)) {
          this.#changed = true;
          return;
        }
        await sleep(clock, againMs, signal);
      }
    } catch (thrown) {
      if (!signal.aborted) log.warning('older incidents are not on the status page', { problem: messageOf(thrown) });
    }
  }

  #genesis(): string | undefined {
    const genesis = this.#view().genesis;
    return genesis && 'format' in genesis ? genesisText(genesis) : undefined;
  }
}

function same(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return a.size === b.size && [...a].every((one) => b.has(one));
}
