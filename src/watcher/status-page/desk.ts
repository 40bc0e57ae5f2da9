import type { VerdictMachine } from '../../agree/index.ts';
import {
  genesisText,
  messageOf,
  QwError,
  type Incident,
  type Milliseconds,
  type StatusPageSettings,
} from '../../model/index.ts';
import type { Clock, Disk, Log } from '../../platform/index.ts';
import { Site, siteFile, type SiteFile } from '../../report/index.ts';
import { keptMs, type Past } from '../past/past.ts';
import { answerSubscription, type SubscriptionAnswer, type SubscriptionRequest } from './answer-subscription.ts';
import { PublicCertificates } from './public-certificates.ts';
import { freshMs, Telling } from './telling.ts';
import { WorldMaker } from './world.ts';

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
  past: Past;
  disk: Disk;
  /** The data folder: subscribers are kept there. */
  directory: string;
  certificates: { export: (incident: Incident) => Promise<string> };
  /** Where this watcher is reached, without a slash at the end. */
  pageUrl: string;
}

const minuteMs: Milliseconds = 60_000;
/** A year of outages; each is a file. */
const exportedCertificates = 200;

/** Keeps the site of the status page in memory, and makes it again when something has changed. */
export class StatusPage implements StatusPageDesk {
  readonly #parts: StatusPageParts;
  readonly #maker = new WorldMaker();
  readonly #certificates: PublicCertificates;
  readonly #ended = new AbortController();
  #site: { site: Site; minute: number; builtAtMs: Milliseconds } | undefined;
  #changed = true;
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
    parts.past.onChange(() => {
      this.#changed = true;
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
    this.#parts.past.want('status-page', settings && this.#maker.names(view, settings, clock.now()));
    if (!settings) this.#site = undefined;
    this.#telling.follow(settings);
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
    const incident = shown === true ? this.#parts.past.book?.incident(id ?? '') : undefined;
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
    await this.#telling.stop();
  }

  #view() {
    return this.#parts.machine.view(this.#parts.clock.now());
  }

  #current(): Site | undefined {
    const { clock, machine, pageUrl, past } = this.#parts;
    const settings = this.settings();
    const { book } = past;
    if (!settings || !book) return undefined;
    const now = clock.now();
    const minute = Math.floor(now / minuteMs);
    const last = this.#site;
    if (last && !this.#changed && last.minute === minute) return last.site;
    if (last && clock.monotonic() - last.builtAtMs < freshMs) return last.site;
    this.#changed = false;
    book.forget(now, keptMs);
    const url = `${pageUrl}/status`;
    const world = this.#maker.make(this.#view(), book, {
      settings,
      now,
      url,
      network: machine.network,
      gaps: past.gaps,
    });
    const site = new Site(world, this.#maker.calendar(world.timeZone), true);
    this.#site = { site, minute, builtAtMs: clock.monotonic() };
    return site;
  }

  #genesis(): string | undefined {
    const genesis = this.#view().genesis;
    return genesis && 'format' in genesis ? genesisText(genesis) : undefined;
  }
}
