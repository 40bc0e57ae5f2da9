import { createHash } from 'node:crypto';
import type { ComponentStatus } from './component-state.ts';
import { Html, html, type Fragment } from './html.ts';
import { folderOf, type Speech } from './speech.ts';
import { statusTexts } from './text/languages.ts';
import { style } from './style.ts';
import type { PublicUpdate, StatusWorld } from './world.ts';

/** What all pages have around their content. */

const styleHash = createHash('sha256').update(style).digest('base64');
/** In one piece: a line break within it would make another hash. */
const styleElement = new Html(`<style>${style}</style>`);
/** No script, no picture, no other place: the style is named by its hash. Forms go to where the page is from. */
export const contentPolicy = `default-src 'none'; style-src 'sha256-${styleHash}'; form-action 'self'; base-uri 'none'`;

export interface Frame {
  world: StatusWorld;
  speech: Speech;
  /** Of this page within its language's folder, such as `history/2026-03.html`. */
  path: string;
  title: string;
  /** Where it is served, if elsewhere. */
  at?: string;
  /** Which place of the navigation it is. */
  place: 'current' | 'history' | 'subscribe' | undefined;
  /** Pages that other languages lack, such as answers to forms, have no links to them. */
  alone?: boolean;
}

/** The way from a page to another one of the site, without the site's address, so that it works on a disk as well. */
export function way(from: string, to: string): string {
  return '../'.repeat(from.split('/').length - 1) + to;
}

export function layout(frame: Frame, content: Fragment): string {
  const { world, speech, path, title, place } = frame;
  const { text } = speech;
  const from = frame.at ?? speech.folder + path;
  const to = (page: string) => way(from, speech.folder + page);
  const link = (page: string, name: string, here: boolean) =>
    html`<li><a href="${to(page)}" ${here && html` aria-current="page"`}>${name}</a></li>`;
  const others = frame.alone === true ? [] : world.languages.filter((language) => language !== speech.language);
  const feed = (kind: 'atom' | 'rss') =>
    html`<link
      rel="alternate"
      type="application/${kind}+xml"
      title="${world.title}"
      href="${to(`history.${kind}`)}"
    />`;
  const document = html`<!doctype html>
    <html lang="${text.locale.slice(0, 2)}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="Content-Security-Policy" content="${contentPolicy}" />
        <meta name="color-scheme" content="light dark" />
        <meta name="referrer" content="no-referrer" />
        <title>${title === world.title ? title : `${title} · ${world.title}`}</title>
        ${feed('atom')}${feed('rss')} ${styleElement}
      </head>
      <body>
        <a class="skip" href="#content">${text.skip}</a>
        <header>
          <div class="frame">
            <a class="title" href="${to('index.html')}"
              >${world.logoText !== undefined && html`<span class="logo">${world.logoText}</span>`}${world.title}</a
            >
            <nav aria-label="${text.nav.label}">
              <ul>
                ${link('index.html', text.nav.current, place === 'current')}
                ${link('history/index.html', text.nav.history, place === 'history')}
                ${link('subscribe.html', text.nav.subscribe, place === 'subscribe')}
              </ul>
            </nav>
          </div>
        </header>
        <main id="content" class="frame">${content}</main>
        <footer>
          <div class="frame quiet">
            <p>${text.footer.made(speech.moment(world.now))} ${text.footer.zone(world.timeZone)}</p>
            <p>${text.footer.by(world.alone)}</p>
            ${
              others.length > 0 &&
              html`<nav aria-label="${text.nav.languages}">
                <ul>
                  ${others.map((language) => {
                    const { locale, languageName } = statusTexts[language];
                    const short = locale.slice(0, 2);
                    const target = way(from, folderOf(world, language) + path);
                    return html`<li><a href="${target}" lang="${short}" hreflang="${short}">${languageName}</a></li>`;
                  })}
                </ul>
              </nav>`
            }
          </div>
        </footer>
      </body>
    </html> `;
  return document.text;
}

/** Shapes, so that colours tell nothing that is not told without them. */
const marks: Readonly<Record<ComponentStatus | 'unknown', string>> = {
  operational: '✓',
  degraded_performance: '▽',
  partial_outage: '◐',
  major_outage: '✕',
  under_maintenance: '⚒',
  unknown: '?',
};

export function mark(status: ComponentStatus | 'unknown'): Html {
  return html`<i class="mark" aria-hidden="true">${marks[status]}</i>`;
}

/** A name from outside; one that is written from right to left turns nothing else around. */
export function named(name: string): Html {
  return html`<bdi>${name}</bdi>`;
}

export function moment(speech: Speech, at: number): Html {
  return html`<time datetime="${new Date(at).toISOString()}">${speech.moment(at)}</time>`;
}

/** Newest first, as people look for news. */
export function updateList(speech: Speech, updates: readonly PublicUpdate[]): Html {
  return html`<ol class="updates" reversed>
    ${updates.toReversed().map(
      (update) =>
        html`<li id="${update.id}">
          <p><strong>${speech.text.status[update.status]}</strong> ${moment(speech, update.at)}</p>
          <p dir="auto">${speech.words(update)}</p>
        </li> `,
    )}
  </ol>`;
}
