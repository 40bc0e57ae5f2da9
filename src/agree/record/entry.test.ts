import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LedgerChain } from './chain.ts';
import { decodeEntry, encodeEntry, noEntry, readEntryHeader, type EntryHeader } from './entry.ts';
import { leafHash } from './hash.ts';

const header = (more: Partial<EntryHeader> = {}): EntryHeader => ({
  position: 0,
  sequence: 1,
  time: 1000,
  last: true,
  previous: noEntry,
  ...more,
});

describe('entry', () => {
  it('reads what it wrote', () => {
    const bodies = fc.jsonValue({ maxDepth: 3 });
    fc.assert(
      fc.property(
        fc.maxSafeNat(),
        fc.maxSafeNat(),
        fc.string({ maxLength: 12 }),
        bodies,
        (position, sequence, kind, body) => {
          const text = JSON.stringify(body);
          const bytes = encodeEntry(header({ position, sequence }), kind, text);
          const expected = { position, sequence, time: 1000, kind, body: JSON.parse(text) };
          expect(decodeEntry(bytes)).toEqual(expected);
          expect(readEntryHeader(bytes)).toEqual(header({ position, sequence }));
        },
      ),
    );
  });

  it('never throws on arbitrary bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        expect(() => decodeEntry(Uint8Array.from([0, 1, ...bytes]))).not.toThrow();
      }),
    );
  });

  it('has the RFC 6962 leaf hash of all after its first byte', () => {
    const bytes = encodeEntry(header(), 'transition', '{}');
    const chain = new LedgerChain();
    expect(chain.append(bytes)).toBeUndefined();
    expect(chain.leaf).toBe(leafHash(bytes.subarray(1)));
    expect(chain.root()).toBe(chain.leaf);
  });
});

describe('chain', () => {
  const started = () => {
    const chain = new LedgerChain();
    expect(chain.append(encodeEntry(header({ last: false }), 'a', '1'))).toBeUndefined();
    return chain;
  };

  it('follows batches', () => {
    const chain = started();
    expect(chain.complete).toEqual({ position: 0, sequence: 0 });
    expect(chain.append(encodeEntry(header({ position: 1, previous: chain.leaf }), 'a', '2'))).toBeUndefined();
    expect(chain.complete).toEqual({ position: 2, sequence: 1 });
  });

  it.each<[string, Partial<EntryHeader>]>([
    ['position is 2', { position: 2 }],
    ['hash of the previous entry', { previous: noEntry }],
    ['sequence 2 does not follow 1', { sequence: 2 }],
    ['time goes back', { time: 999 }],
    ['time goes back', { time: Number.NaN }],
  ])('refuses an entry that does not follow: %s', (reason, wrong) => {
    const chain = started();
    const root = chain.root();
    expect(chain.append(encodeEntry(header({ position: 1, previous: chain.leaf, ...wrong }), 'a', '2'))).toContain(
      reason,
    );
    expect(chain.root()).toBe(root);
  });

  it('refuses what is not an entry', () => {
    expect(started().append(Buffer.from('not an entry'))).toBe('not an entry of a known version');
  });
});
