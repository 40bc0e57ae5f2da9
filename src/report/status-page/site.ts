import { createHash } from 'node:crypto';
import { apiDocuments } from './api-v2.ts';
import { currentPage } from './current-page.ts';
import type { Calendar } from './days.ts';
import { atomFeed, rssFeed } from './feeds.ts';
import { componentPage, historyPage, incidentPage, subscribePage } from './other-pages.ts';
import { Speech } from './speech.ts';
import type { StatusWorld } from './world.ts';

/** The files of the site: all that can be read, by its path, each rendered when it is first asked for. */

export interface SiteFile {
  type: string;
  text: string;
  /** A strong entity tag (RFC 9110 section 8.8.3), the same for the same text. */
  etag: string;
}

/** So many months of history have a page, the present one counted. */
const historyMonths = 13;

const types: readonly (readonly [string, string])[] = [
  ['.html', 'text/html; charset=utf-8'],
  ['.json', 'application/json; charset=utf-8'],
  ['.atom', 'application/atom+xml; charset=utf-8'],
  ['.rss', 'application/rss+xml; charset=utf-8'],
];

export class Site {
  readonly world: StatusWorld;
  readonly #makers = new Map<string, () => string>();
  readonly #made = new Map<string, SiteFile>();

  /** `live`: forms are taken; not so on a disk. */
  constructor(world: StatusWorld, calendar: Calendar, live: boolean) {
    this.world = world;
    const monthOf = (at: number) => calendar.dateAt(at).slice(0, 7);
    // Of what is not known the page does not say that nothing was.
    const months = monthsUntil(monthOf(world.now)).filter((month) => month >= monthOf(world.historyFrom));
    for (const language of world.languages) {
      const speech = new Speech(language, world);
      const add = (path: string, make: () => string) => this.#makers.set(speech.folder + path, make);
      add('index.html', () => currentPage(world, speech));
      add('subscribe.html', () => subscribePage(world, speech, live));
      add('history.atom', () => atomFeed(world, speech));
      add('history.rss', () => rssFeed(world, speech));
      for (const component of world.components)
        add(`components/${component.id}.html`, () => componentPage(world, speech, component));
      for (const incident of world.incidents)
        add(`incidents/${incident.id}.html`, () => incidentPage(world, speech, incident));
      for (const [at, month] of months.entries()) {
        const path = at === 0 ? 'history/index.html' : `history/${month}.html`;
        add(path, () => historyPage(world, speech, month, months, monthOf));
      }
    }
    const [first = 'en'] = world.languages;
    for (const [path, make] of apiDocuments(world, new Speech(first, world)))
      // Wherever it is put, within a page too, nothing in it begins a tag.
      this.#makers.set(`api/v2/${path}`, () => `${JSON.stringify(make()).replaceAll('<', String.raw`\u003c`)}\n`);
  }

  /** All of them, the pages that lead to others after those that they lead to. */
  get paths(): string[] {
    return [...this.#makers.keys()].sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
  }

  /** Undefined where there is none. */
  file(path: string): SiteFile | undefined {
    const made = this.#made.get(path);
    if (made) return made;
    const text = this.#makers.get(path)?.();
    if (text === undefined) return undefined;
    const file = siteFile(path, text);
    this.#made.set(path, file);
    return file;
  }
}

export function siteFile(path: string, text: string): SiteFile {
  const type = types.find(([ending]) => path.endsWith(ending))?.[1] ?? 'application/octet-stream';
  return { type, text, etag: `"${createHash('sha256').update(text).digest('base64url').slice(0, 27)}"` };
}

function rank(path: string): number {
  if (path.endsWith('index.html')) return path.includes('history') ? 1 : 2;
  return 0;
}

/** `2026-03`, `2026-02`, … */
function monthsUntil(newest: string): string[] {
  const [year = 0, month = 0] = newest.split('-').map(Number);
  return Array.from({ length: historyMonths }, (_, at) =>
    new Date(Date.UTC(year, month - 1 - at, 1)).toISOString().slice(0, 7),
  );
}
