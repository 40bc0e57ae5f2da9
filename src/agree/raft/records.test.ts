import { describe, expect, it } from 'vitest';
import type { Membership, Point } from './messages.ts';
import { encodeRecord, recollect, type RaftRecord } from './records.ts';

const genesis: Membership = { voters: [1, 2, 3], learners: [] };
const entry = (index: number, term: number): RaftRecord => ({
  type: 'entry',
  entry: { index, term, time: index, requests: [] },
});
const promise = (term: number, votedFor?: number): RaftRecord => ({ type: 'promise', term, votedFor });
const point = (index: number, term: number): Point => ({ index, term, time: index, membership: genesis });
const base = (index: number, term: number): RaftRecord => ({ type: 'base', point: point(index, term) });

function remember(records: readonly RaftRecord[], newest?: Point, start = 0) {
  const memory = recollect(start, records.map(encodeRecord), genesis, newest);
  if (typeof memory === 'string') return memory;
  const { term, votedFor, log, isNewBase, lsn } = memory;
  const terms = Array.from({ length: log.lastIndex - log.base.index }, (_, at) => log.termAt(log.base.index + 1 + at));
  return { term, votedFor, base: log.base.index, terms, isNewBase, lsn, durable: log.durableIndex };
}

describe('recollection', () => {
  it.each([
    ['nothing', [], undefined, { term: 0, votedFor: undefined, base: 0, terms: [] }],
    ['a promise', [promise(3, 2)], undefined, { term: 3, votedFor: 2, terms: [] }],
    ['a vote that a later term ended', [promise(3, 2), promise(4)], undefined, { term: 4, votedFor: undefined }],
    ['entries', [promise(1), entry(1, 1), entry(2, 1)], undefined, { terms: [1, 1], durable: 2 }],
    [
      'entries that others replaced',
      [entry(1, 1), entry(2, 1), entry(3, 1), promise(2), entry(2, 2)],
      undefined,
      { terms: [1, 2] },
    ],
    [
      'a log that was compacted',
      [entry(1, 1), entry(2, 1), entry(3, 1), base(2, 1)],
      point(2, 1),
      { base: 2, terms: [1] },
    ],
    [
      'a journal that starts after its base',
      [entry(3, 1), entry(4, 1), base(2, 1)],
      point(3, 1),
      { base: 2, terms: [1, 1] },
    ],
    [
      'a journal that starts long after an older base',
      [entry(6, 1), base(2, 1), entry(7, 1), base(5, 1), entry(8, 1)],
      point(7, 1),
      { base: 5, terms: [1, 1, 1] },
    ],
    [
      'a state installed over other entries',
      [entry(1, 1), entry(2, 1), base(2, 4), entry(3, 4)],
      point(2, 4),
      { base: 2, terms: [4] },
    ],
    [
      'a state that the journal does not know yet',
      [entry(1, 1), entry(2, 1)],
      point(9, 4),
      { base: 9, terms: [], isNewBase: true },
    ],
    [
      'a snapshot of what the log holds',
      [entry(1, 1), entry(2, 1)],
      point(1, 1),
      { base: 0, terms: [1, 1], isNewBase: false },
    ],
  ])('of %s', (_, records, newest, expected) => {
    expect(remember(records, newest)).toMatchObject(expected);
  });

  it('gives the position of the next record', () => {
    expect(remember([promise(1), entry(1, 1)], undefined, 40)).toMatchObject({ lsn: 42 });
  });

  it.each([
    ['a gap', [entry(1, 1), entry(3, 1)], undefined, /leaves a gap/],
    ['a lost start', [entry(5, 1)], undefined, /does not go on from its base/],
    ['a lost snapshot', [entry(6, 1), base(5, 1)], undefined, /snapshot .* is missing/],
    ['a term that goes back', [promise(4), promise(3)], undefined, /goes back/],
  ])('refuses %s', (_, records, newest, reason) => {
    expect(remember(records, newest)).toMatch(reason);
  });

  it('refuses what is not a record', () => {
    expect(recollect(7, [Uint8Array.of(9, 9)], genesis, undefined)).toMatch(/record 7/);
  });
});
