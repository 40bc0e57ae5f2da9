import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { languages } from '../../model/index.ts';
import { contentPolicy } from './layout.ts';
import { hostileWorld, siteOf, world } from './world.fixture.ts';

const golden = (file: string) => `../../../test/golden/status-page/${file.replaceAll('/', '-')}`;
const textOf = (path: string, given: Parameters<typeof siteOf>[0] = {}, live = true) =>
  siteOf(given, live).file(path)?.text ?? '';

describe('the files of a made-up world', () => {
  test.each([
    'index.html',
    'ko/index.html',
    'components/c1.html',
    'history/index.html',
    'history/2026-10.html',
    'incidents/7.html',
    'incidents/12.html',
    'subscribe.html',
    'history.atom',
    'history.rss',
    'api/v2/summary.json',
  ])('%s', async (path) => {
    const text = textOf(path);
    const shown = path.endsWith('.json') ? `${JSON.stringify(JSON.parse(text), undefined, 2)}\n` : text;
    await expect(shown).toMatchFileSnapshot(golden(path));
  });
});

test.each(languages)('hostile names stay names in every file, %s', (language) => {
  const site = siteOf({
    ...hostileWorld,
    languages: [language, ...languages.filter((one) => one !== language)],
  });
  const plain = siteOf({ languages: site.world.languages });
  expect(site.paths).toEqual(plain.paths);
  for (const path of site.paths) {
    const text = site.file(path)?.text ?? '';
    expect(text.isWellFormed()).toBe(true);
    if (path.endsWith('.json')) {
      expect(text).not.toContain('<');
      expect(() => JSON.parse(text) as unknown).not.toThrow();
      continue;
    }
    expect(text).not.toContain('\u0000');
    expect(text).not.toMatch(/<script|<img/i);
    // What could begin a tag stands only where a page of the usual world has one as well.
    expect(kinds(text)).toEqual(kinds(plain.file(path)?.text ?? ''));
  }
});

/** The kinds of tags that stand in a text, but those of what some things in the usual world do not have. */
function kinds(text: string): string[] {
  const all = [...text.matchAll(/<([!?/]?[a-z0-9]+)/gi)].map(([, name = '']) => name);
  return [...new Set(all)].filter((name) => !/^\/?(p|dt|dd)$/.test(name)).sort();
}

test('no page runs, fetches or sends anything but its forms', () => {
  const site = siteOf();
  for (const path of site.paths.filter((one) => one.endsWith('.html'))) {
    const text = site.file(path)?.text ?? '';
    expect(text).toMatch(/<meta http-equiv="Content-Security-Policy" content="default-src &#39;none&#39;; style-src/);
    expect(text).not.toMatch(/<script|<img|<iframe|<object| on[a-z]+=| style=|javascript:|@import|url\(/i);
  }
});

test('the style is the one that the policy names', () => {
  const text = textOf('index.html');
  const style = /<style>([^<]*)<\/style>/.exec(text)?.[1] ?? '';
  expect(style.length).toBeGreaterThan(1000);
  expect(contentPolicy).toContain(`'sha256-${createHash('sha256').update(style).digest('base64')}'`);
});

test('every link within the site leads to a file of it', () => {
  const site = siteOf();
  const files = new Set([...site.paths, 'genesis.json', 'verify.html', 'certificates/7.outage.json']);
  for (const path of site.paths.filter((one) => one.endsWith('.html'))) {
    const text = site.file(path)?.text ?? '';
    const ids = new Set([...text.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id));
    for (const [, href = ''] of text.matchAll(/ href="([^"]+)"/g)) {
      if (href.startsWith('#')) expect(ids).toContain(href.slice(1));
      else expect(files).toContain(new URL(href, `file:///${path}`).pathname.slice(1));
    }
  }
});

test('the history goes back as far as it is known, and no further', () => {
  const months = (historyFrom: number) =>
    siteOf({ historyFrom, languages: ['en'] }).paths.filter((path) => path.startsWith('history/'));
  expect(months(Date.parse('2026-09-15T00:00:00Z'))).toEqual([
    'history/2026-09.html',
    'history/2026-10.html',
    'history/index.html',
  ]);
  expect(months(0)).toHaveLength(13);
  expect(months(world.now)).toEqual(['history/index.html']);
});

test('what one watcher alone says is not said to be agreed', () => {
  const page = (alone: boolean) => textOf('incidents/7.html', { alone });
  expect(page(false)).toContain('signed by a quorum of them');
  expect(page(false)).toContain('Agreed by independent watchers');
  expect(page(true)).not.toMatch(/quorum of|independent/);
  expect(page(true)).toContain('Recorded in a signed ledger');
});

test('on a disk there are no forms, but the way to those that live', () => {
  expect(textOf('subscribe.html')).toContain('<form');
  const dead = textOf('ko/subscribe.html', {}, false);
  expect(dead).not.toContain('<form');
  expect(dead).toContain('https://status.example.org/status/ko/subscribe.html');
});

test('the same world makes the same files, and another one other tags', () => {
  const [one, two] = [siteOf().file('index.html'), siteOf().file('index.html')];
  expect(one?.etag).toBe(two?.etag);
  expect(one?.etag).toMatch(/^"[\w-]{27}"$/);
  expect(siteOf({ title: 'Another' }).file('index.html')?.etag).not.toBe(one?.etag);
});

test('figures for other programs stay the same while nothing changes', () => {
  const later = siteOf({ now: world.now + 60_000 }).file('api/v2/summary.json');
  expect(later?.etag).toBe(siteOf().file('api/v2/summary.json')?.etag);
});
