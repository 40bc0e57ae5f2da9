import { describe, expect, it } from 'vitest';
import { MtuSearch, packetSizes } from './mtu-search.ts';

/** Lets an hour pass on a path with this MTU; returns how many packets were sent, and the largest that did not pass. */
function run(search: MtuSearch, mtu: number, fromMs = 0, forMs = 3_600_000) {
  let sent = 0;
  for (let nowMs = fromMs; nowMs < fromMs + forMs; nowMs += 1000) {
    const bytes = search.next(nowMs);
    if (bytes === undefined) continue;
    sent += 1;
    if (bytes <= mtu) search.passed(bytes, nowMs);
    else search.missed(bytes, nowMs, 0);
  }
  return sent;
}

describe('the search for the path MTU', () => {
  it.each([576, 1280, 1399, 1420, 1450, 1492, 1500, 2000, 9000, 65_535])('finds %i', (mtu) => {
    const search = new MtuSearch();
    run(search, mtu);
    expect(search.bytes).toBe(packetSizes.findLast((size) => size <= mtu));
  });

  it('finds Ethernet at once, and is cautious afterwards', () => {
    const search = new MtuSearch();
    run(search, 1500, 0, 1000);
    expect(search.bytes).toBe(1500);
    expect(run(search, 1500, 1000)).toBeLessThan(120);
  });

  it('knows nothing where nothing passes', () => {
    const search = new MtuSearch();
    expect(run(search, 500)).toBeLessThan(200);
    expect(search.bytes).toBeUndefined();
  });

  it('follows a path that becomes narrower, and one that becomes wider', () => {
    const search = new MtuSearch();
    run(search, 1500);
    run(search, 1420, 3_600_000, 300_000);
    expect(search.bytes).toBe(1420);
    run(search, 9000, 3_900_000);
    expect(search.bytes).toBe(9000);
  });

  it('needs three misses in a row', () => {
    const search = new MtuSearch();
    run(search, 1500);
    for (const _ of [1, 2]) search.missed(1500, 4_000_000, 0);
    search.passed(1500, 4_000_000);
    for (const _ of [1, 2]) search.missed(1500, 4_000_000, 0);
    expect(search.bytes).toBe(1500);
  });

  it('does not take the loss of a bad path for its MTU', () => {
    const search = new MtuSearch();
    run(search, 1500);
    for (let at = 0; at < 5; at++) search.missed(1500, 4_000_000, 0.2);
    expect(search.bytes).toBe(1500);
    search.missed(1500, 4_000_000, 0.2);
    expect(search.bytes).toBeUndefined();
    for (let at = 0; at < 20; at++) search.missed(1500, 4_000_000, 1);
    expect(run(search, 1400, 5_000_000)).toBeGreaterThan(0);
    expect(search.bytes).toBe(1400);
  });
});
