import { expect, test } from 'vitest';
import type { ApiCheckSummary } from '../../../src/model/index.ts';
import {
  countStates,
  facetsOf,
  linesOf,
  matching,
  rowOf,
  sortByName,
  stripCounts,
  viewFrom,
  type CheckRow,
} from './rows.ts';
import { patched } from './check-list.ts';

function row(name: string, over: Partial<ApiCheckSummary> = {}): CheckRow {
  return rowOf({
    name,
    type: 'icmp',
    host: '192.0.2.1',
    labels: {},
    disabled: false,
    verdict: 'up',
    flapping: false,
    maintenance: false,
    intervalMs: 10_000,
    opinions: {},
    silent: [],
    strip: [],
    ...over,
  });
}

const rows = sortByName([
  row('b', { labels: { site: 'berlin' } }),
  row('a10'),
  row('a9', { type: 'dns', host: 'Example.org' }),
  row('old', { verdict: 'down', since: '2026-01-01T00:00:00.000Z', labels: { site: 'oslo' } }),
  row('new', { verdict: 'down', since: '2026-02-01T00:00:00.000Z' }),
  row('slow', { verdict: 'degraded', latencyMs: 900 }),
  row('off', { verdict: 'down', disabled: true }),
]);
const view = (query: string) => viewFrom(new URLSearchParams(query));
const names = (query: string) =>
  linesOf(matching(rows, view(query)), view(query), new Set()).map((line) =>
    line.kind === 'check' ? line.row.name : `[${line.name}]`,
  );

test('problems come first, newest above, the healthy by name, the disabled last', () => {
  expect(names('')).toEqual(['new', 'old', 'slow', 'a9', 'a10', 'b', 'off']);
});

test('search takes every word, in any field, in any case', () => {
  expect(names('search=example%20A9')).toEqual(['a9']);
  expect(names('search=site=oslo')).toEqual(['old']);
  expect(names('search=%3Cb%3E')).toEqual([]);
});

test('filters by state, type and label; unknown values of the address change nothing', () => {
  expect(names('verdict=down')).toEqual(['new', 'old']);
  expect(names('verdict=down,disabled')).toEqual(['new', 'old', 'off']);
  expect(names('verdict=nonsense&sort=nonsense')).toHaveLength(rows.length);
  expect(names('type=dns')).toEqual(['a9']);
  expect(names('label=site=berlin')).toEqual(['b']);
});

test('groups stand in the order of their worst member and can be folded', () => {
  expect(names('group=site')[0]).toBe('[]');
  const grouped = linesOf(rows, view('group=site'), new Set(['']));
  expect(grouped.map((line) => (line.kind === 'group' ? line.total : line.row.name))).toEqual([5, 1, 'old', 1, 'b']);
  expect(names('group=type&sort=name')[0]).toBe('[dns]');
});

test('counts and choices', () => {
  expect(countStates(rows)).toEqual({ up: 3, degraded: 1, partial: 0, down: 2, unknown: 0, disabled: 1 });
  expect(facetsOf(rows).labels.get('site')).toEqual(['berlin', 'oslo']);
});

test('a strip becomes one letter a slice', () => {
  const strip = row('x', {
    strip: [
      { from: '2026-01-01T00:00:00.000Z', state: 'up', passed: 1, failed: 0 },
      { from: '2026-01-01T00:01:00.000Z', state: 'down', passed: 0, failed: 1 },
    ],
  }).strip;
  expect(strip).toEqual({ codes: 'ud', fromMs: Date.parse('2026-01-01'), stepMs: 60_000 });
  expect(stripCounts(strip).get('down')).toBe(1);
});

test('slices that are missing leave gaps', () => {
  const cell = (minute: number) => ({
    from: new Date(minute * 60_000).toISOString(),
    state: 'up' as const,
    passed: 1,
    failed: 0,
  });
  expect(row('x', { strip: [cell(0), cell(10), cell(15), cell(30)] }).strip.codes).toBe('u uu  u');
  expect(row('x', { strip: [cell(0)] }).strip).toMatchObject({ codes: 'u', stepMs: 0 });
});

test('a transition patches its row; a strange body leaves it alone', () => {
  const event = { position: 1, time: '2026-03-01T00:00:00.000Z', kind: 'transition', text: '' };
  const next = patched(row('x'), {
    ...event,
    body: { to: 'down', since: 1_760_000_000_000, reason: { code: 'no-reply', text: 'No reply' } },
  });
  expect(next).toMatchObject({
    state: 'down',
    reason: { text: 'No reply' },
    since: new Date(1_760_000_000_000).toISOString(),
  });
  expect(patched(row('x'), { ...event, body: { to: 'sideways' } }).state).toBe('up');
});
