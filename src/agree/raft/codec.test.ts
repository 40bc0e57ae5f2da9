import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeMessage, encodeMessage } from './codec.ts';
import type { Entry, Membership, RaftMessage } from './messages.ts';
import { decodeRecord, encodeRecord, type RaftRecord } from './records.ts';

const place = fc.nat();
const membership: fc.Arbitrary<Membership> = fc.uniqueArray(fc.nat(1000), { maxLength: 12 }).map((ids) => {
  const ascending = (a: number, b: number) => a - b;
  return { voters: ids.slice(0, 6).sort(ascending), learners: ids.slice(6).sort(ascending) };
});
const bytes = fc.uint8Array({ maxLength: 40 }).map((array) => Buffer.from(array));
const request = fc.record({ id: fc.string({ maxLength: 20 }), bytes });
const entryAt = (index: number, term: number): fc.Arbitrary<Entry> =>
  fc.record(
    {
      index: fc.constant(index),
      term: fc.constant(term),
      time: fc.nat(),
      requests: fc.array(request, { maxLength: 3 }),
      membership,
    },
    { requiredKeys: ['index', 'term', 'time', 'requests'] },
  );
const append = fc.tuple(place, fc.nat(90), fc.nat(4), place).chain(([previousIndex, previousTerm, count, commit]) =>
  fc.record({
    type: fc.constant('append' as const),
    term: fc.constant(100),
    previousIndex: fc.constant(previousIndex),
    previousTerm: fc.constant(previousTerm),
    commit: fc.constant(commit),
    entries: fc.tuple(...Array.from({ length: count }, (_, at) => entryAt(previousIndex + at + 1, 91 + at))),
  }),
);
const point = fc.record({ index: place, term: place, time: place, membership });
const message: fc.Arbitrary<RaftMessage> = fc.oneof(
  append,
  fc.record({
    type: fc.constant('vote-request' as const),
    term: place,
    trial: fc.boolean(),
    forced: fc.boolean(),
    lastIndex: place,
    lastTerm: place,
  }),
  fc.record({ type: fc.constant('vote-reply' as const), term: place, trial: fc.boolean(), granted: fc.boolean() }),
  fc.record({
    type: fc.constant('append-reply' as const),
    term: place,
    index: place,
    refused: fc.boolean(),
    hintIndex: place,
    hintTerm: place,
  }),
  fc.record({
    type: fc.constant('snapshot' as const),
    term: place,
    point,
    totalBytes: fc.constant(500),
    offset: fc.nat(400),
    bytes,
  }),
  fc.record({ type: fc.constant('snapshot-reply' as const), term: place, index: place, offset: place }),
  fc.record({ type: fc.constant('timeout-now' as const), term: place }),
);
const record: fc.Arbitrary<RaftRecord> = fc.oneof(
  fc.record({ type: fc.constant('promise' as const), term: place, votedFor: fc.option(place, { nil: undefined }) }),
  fc.record({ type: fc.constant('entry' as const), entry: entryAt(7, 3) }),
  fc.record({ type: fc.constant('base' as const), point }),
);

describe.each([
  ['messages', message as fc.Arbitrary<unknown>, encodeMessage as (value: unknown) => Uint8Array, decodeMessage],
  ['records', record as fc.Arbitrary<unknown>, encodeRecord as (value: unknown) => Uint8Array, decodeRecord],
])('%s', (_, arbitrary, encode, decode) => {
  it('are read as they were written, in one form only', () => {
    fc.assert(
      fc.property(arbitrary, (value) => {
        const written = encode(value);
        const read = decode(written);
        expect(read).toEqual(value);
        expect(encode(read)).toEqual(written);
      }),
    );
  });

  it('are refused when cut, too long, or changed into what cannot be', () => {
    fc.assert(
      fc.property(arbitrary, fc.nat(), fc.nat(255), (value, at, byte) => {
        const written = encode(value);
        expect(decode(written.subarray(0, at % written.length))).toBeUndefined();
        expect(decode(Buffer.concat([written, Buffer.from([0])]))).toBeUndefined();
        const changed = Buffer.from(written);
        changed[at % changed.length] = byte;
        const read = decode(changed);
        if (read) expect(encode(read)).toEqual(changed);
      }),
      { numRuns: 1000 },
    );
  });

  it('never throw on arbitrary bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(6), (noise, kind) => {
        const read = decode(Uint8Array.from([1, kind, ...noise]));
        expect(read === undefined || typeof read === 'object').toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});

it.each([
  ['entries that skip an index', { index: 9, term: 1 }],
  ['an entry of a later term than the leader', { index: 2, term: 5 }],
  ['an entry of term 0', { index: 2, term: 0 }],
])('refuses %s', (_, place) => {
  const entries = [{ ...place, time: 0, requests: [] }];
  const bad = encodeMessage({ type: 'append', term: 4, previousIndex: 1, previousTerm: 0, commit: 0, entries });
  expect(decodeMessage(bad)).toBeUndefined();
});
