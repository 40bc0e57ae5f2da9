import { lastChange } from './api-v2.ts';
import { escapeText } from './html.ts';
import type { Speech } from './speech.ts';
import type { PublicIncident, StatusWorld } from './world.ts';

/** Incidents for feed readers: one entry each, which is changed with every update. */

const listedIncidents = 50;

/** RFC 4287. */
export function atomFeed(world: StatusWorld, speech: Speech): string {
  const site = `${world.url}/${speech.folder}`;
  const entries = world.incidents.slice(0, listedIncidents).map(
    (incident) => `<entry>
<id>${escapeText(linkOf(site, incident))}</id>
<title>${escapeText(speech.titleOf(incident))}</title>
<link rel="alternate" type="text/html" href="${escapeText(linkOf(site, incident))}"/>
<published>${instant(incident.openedAt)}</published>
<updated>${instant(incident.updatedAt)}</updated>
<content type="text">${escapeText(storyOf(speech, incident))}</content>
</entry>
`,
  );
  return `<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="${speech.text.locale}">
<id>${escapeText(`${site}history.atom`)}</id>
<title>${escapeText(world.title)}</title>
<author><name>${escapeText(world.title)}</name></author>
<link rel="self" type="application/atom+xml" href="${escapeText(`${site}history.atom`)}"/>
<link rel="alternate" type="text/html" href="${escapeText(`${site}index.html`)}"/>
<updated>${instant(lastChange(world))}</updated>
${entries.join('')}</feed>
`;
}

/** RSS 2.0. */
export function rssFeed(world: StatusWorld, speech: Speech): string {
  const site = `${world.url}/${speech.folder}`;
  const items = world.incidents.slice(0, listedIncidents).map(
    (incident) => `<item>
<title>${escapeText(speech.titleOf(incident))}</title>
<link>${escapeText(linkOf(site, incident))}</link>
<guid isPermaLink="true">${escapeText(linkOf(site, incident))}</guid>
<pubDate>${new Date(incident.updatedAt).toUTCString()}</pubDate>
<description>${escapeText(escapeText(storyOf(speech, incident)))}</description>
</item>
`,
  );
  return `<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom">
<channel>
<title>${escapeText(world.title)}</title>
<link>${escapeText(`${site}index.html`)}</link>
<atom:link rel="self" type="application/rss+xml" href="${escapeText(`${site}history.rss`)}"/>
<description>${escapeText(world.description ?? world.title)}</description>
<language>${speech.text.locale.toLowerCase()}</language>
<lastBuildDate>${new Date(lastChange(world)).toUTCString()}</lastBuildDate>
${items.join('')}</channel>
</rss>
`;
}

const instant = (at: number) => new Date(at).toISOString();
const linkOf = (site: string, { id }: PublicIncident) => `${site}incidents/${id}.html`;

function storyOf(speech: Speech, { updates }: PublicIncident): string {
  return updates
    .toReversed()
    .map((one) => `${speech.moment(one.at)} · ${speech.text.status[one.status]}: ${speech.words(one)}`)
    .join('\n');
}
