import { describe, expect, test } from 'vitest';
import type { LedgerEntry } from '../../agree/index.ts';
import type { Incident, MaintenanceWindow, VerdictState } from '../../model/index.ts';
import { maintenanceOf, PastBook } from './past-book.ts';
import { readOlderIncidents, readPast } from './read-past.ts';

let position = 0;
const entry = (kind: string, time: number, body: unknown) =>
  ({ position: position++, time, kind, body }) as unknown as LedgerEntry;
const transition = (check: string, since: number, from: VerdictState, to: VerdictState) =>
  entry('transition', since, { check, since, from, to });
const book = (...names: string[]) => new PastBook(new Set(names), 0);
const up = { verdict: 'up', since: 5 } as const;

describe('the past of a check', () => {
  test('is its transitions, and what it was before the first of them', () => {
    const past = book('web');
    for (const one of [transition('web', 10, 'up', 'down'), transition('web', 20, 'down', 'up')]) past.add(one);
    past.add(transition('other', 12, 'up', 'down'));
    expect(past.pastOf('web', up)).toEqual({
      initial: 'up',
      changes: [
        { at: 10, to: 'down' },
        { at: 20, to: 'up' },
      ],
    });
  });

  test('without transitions is what it is now since it became so', () => {
    expect(book('web').pastOf('web', up)).toEqual({ initial: 'unknown', changes: [{ at: 5, to: 'up' }] });
    expect(book('web').pastOf('web', { verdict: 'unknown', since: undefined })).toEqual({
      initial: 'unknown',
      changes: [],
    });
  });

  test('is unknown while the check was not there', () => {
    const past = book('web');
    past.add(transition('web', 10, 'unknown', 'up'));
    past.add(entry('configuration', 30, { document: {} }));
    past.add(transition('web', 50, 'unknown', 'up'));
    expect(past.pastOf('web', up).changes).toEqual([
      { at: 10, to: 'up' },
      { at: 30, to: 'unknown' },
      { at: 50, to: 'up' },
    ]);
  });

  test('is kept for each of the checks that a name stands for', () => {
    const past = book('web');
    past.add(transition('web@seoul', 10, 'up', 'down'));
    expect(past.pastOf('web@seoul', up).changes).toEqual([{ at: 10, to: 'down' }]);
  });

  test('forgets what is over, but not what it was like then', () => {
    const past = book('web');
    for (const [at, to] of [
      [10, 'down'],
      [20, 'up'],
      [30, 'down'],
    ] as const)
      past.add(transition('web', at, to === 'up' ? 'down' : 'up', to));
    past.forget(1000, 975);
    expect(past.pastOf('web', up)).toEqual({
      initial: 'down',
      changes: [
        { at: 20, to: 'up' },
        { at: 30, to: 'down' },
      ],
    });
  });

  test('is not forgotten because a clock runs years ahead', () => {
    const past = book('web');
    for (const one of [transition('web', 10, 'up', 'down'), transition('web', 20, 'down', 'up')]) past.add(one);
    past.forget(1e12, 90 * 86_400_000);
    expect(past.pastOf('web', up).changes).toHaveLength(2);
  });

  test('has another version only when something before today changes', () => {
    const past = book('web');
    const before = past.versionBefore(100);
    past.add(transition('web', 120, 'up', 'down'));
    expect(past.versionBefore(100)).toBe(before);
    past.add(transition('web', 90, 'down', 'up'));
    expect(past.versionBefore(100)).not.toBe(before);
  });
});

test('incidents are kept as they were last, and those of other checks not at all', () => {
  const past = book('web');
  const incident = (id: string, check: string, affected: string[], openedAt: number) =>
    ({ id, check, affected, openedAt, status: 'investigating' }) as unknown as Incident;
  past.add(entry('incident', 1, incident('1', 'web', [], 1)));
  past.add(entry('incident', 2, incident('2', 'switch', [], 2)));
  past.add(entry('incident', 3, incident('2', 'switch', ['web'], 2)));
  past.add(entry('incident', 4, incident('3', 'switch', ['other'], 4)));
  expect(past.incidents().map(({ id, affected }) => [id, affected])).toEqual([
    ['2', ['web']],
    ['1', []],
  ]);
});

test('maintenance counts as it was configured at its time', () => {
  const window = { name: 'night' } as unknown as MaintenanceWindow;
  const spansOf = () => ({
    covers: () => true,
    spans: [
      { from: 0, to: 10 },
      { from: 8, to: 14 },
      { from: 40, to: 60 },
      { from: 90, to: 99 },
    ],
  });
  const plans = [
    { at: 5, windows: [window] },
    { at: 50, windows: [] },
    { at: 95, windows: [window] },
  ];
  expect(maintenanceOf({ name: 'web', labels: {} }, plans, spansOf)).toEqual([
    { from: 5, to: 14 },
    { from: 40, to: 50 },
    { from: 95, to: 99 },
  ]);
});

test('the ledger is read from the time that is shown, with the configuration that was in force then', async () => {
  position = 0;
  const window = { name: 'night', weekly: { days: ['sun'], at: '02:00', for: '2h' } };
  const ledger = [
    transition('web', 1, 'unknown', 'up'),
    entry('configuration', 2, { document: { maintenance: [window, { name: 'of another version', yearly: true }] } }),
    ...Array.from({ length: 1200 }, (_, at) => entry('observations', 3 + at, {})),
    transition('web', 1500, 'up', 'down'),
    transition('web', 1600, 'down', 'up'),
  ];
  const reads: number[] = [];
  const read = (from: number, limit: number) => {
    reads.push(limit);
    return Promise.resolve(ledger.slice(from, from + limit));
  };
  const past = book('web');
  const signal = new AbortController().signal;
  expect(await readPast(past, { read, entries: () => ledger.length }, 1550, signal)).toBe(ledger.length);
  expect(past.pastOf('web', up)).toEqual({ initial: 'down', changes: [{ at: 1600, to: 'up' }] });
  expect(past.plans.map(({ at, windows }) => [at, windows.map(({ name }) => name)])).toEqual([[2, ['night']]]);
  expect(Math.max(...reads)).toBeLessThanOrEqual(500);
});

test('older incidents come from the index, once that has seen the whole ledger', async () => {
  const resolved = (id: number, check: string) =>
    ({ id: String(id), check, affected: [], openedAt: id * 10, status: 'resolved' }) as unknown as Incident;
  const all = Array.from({ length: 250 }, (_, at) => resolved(250 - at, at % 2 === 0 ? 'web' : 'other'));
  const find = ({ after, limit, from = 0 }: { after?: unknown; limit: number; from?: number }) => {
    const begin = Number(after ?? 0);
    const items = all.filter(({ openedAt }) => openedAt >= from).slice(begin, begin + limit);
    return Promise.resolve({ items, total: 250, ...(items.length === limit && { next: begin + limit }) });
  };
  const history = (behind: number) =>
    ({ index: { find }, behind }) as unknown as Parameters<typeof readOlderIncidents>[1];
  const past = new PastBook(new Set(['web']), 2400);
  expect(await readOlderIncidents(past, history(3), 500)).toBe(false);
  expect(past.incidents()).toEqual([]);
  expect(await readOlderIncidents(past, history(0), 500)).toBe(true);
  expect(past.incidents()).toHaveLength(101);
  expect(past.incidentsSince).toBe(500);
});
