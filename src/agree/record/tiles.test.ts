import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { leafHash, type Hash } from './hash.ts';
import { consistencyProof, inclusionProof, merkleRoot, verifyConsistency, verifyInclusion } from './merkle.ts';
import { LeafTiles, tileLeaves } from './tiles.ts';

const leafAt = (position: number): Hash => leafHash(Buffer.from(`entry ${position}`));
const leaves = Array.from({ length: 1300 }, (_, position) => leafAt(position));

function treeOf(size: number): LeafTiles {
  const tiles = new LeafTiles();
  for (const leaf of leaves.slice(0, size)) tiles.append(leaf);
  return tiles;
}

/** Answers from the ledger, and fails for a tile that was not announced. */
function reader(announced: readonly number[], size = leaves.length) {
  expect(announced.length).toBeLessThanOrEqual(2);
  return (tile: number): Hash[] => {
    expect(announced).toContain(tile);
    return leaves.slice(tile * tileLeaves, Math.min(size, (tile + 1) * tileLeaves));
  };
}

/** Sizes around full tiles, where mistakes would hide, and any others. */
const sizes = fc.oneof(
  fc.nat(leaves.length),
  fc.constantFrom(0, 1, 2, 255, 256, 257, 511, 512, 513, 767, 768, 1023, 1024, 1025, 1280, 1281),
);

describe('tiles', () => {
  it('have the root of the whole tree at every size', () => {
    const tiles = new LeafTiles();
    expect(tiles.root()).toBe(merkleRoot([]));
    for (const [position, leaf] of leaves.entries()) {
      tiles.append(leaf);
      expect(tiles.size).toBe(position + 1);
      if (position % 7 === 0 || position % tileLeaves > 250 || position % tileLeaves < 3) {
        expect(tiles.root()).toBe(merkleRoot(leaves.slice(0, position + 1)));
      }
    }
  });

  it('prove any entry in any earlier size as the whole tree does, from two tiles at most', () => {
    fc.assert(
      fc.property(sizes, sizes, fc.nat(), (one, other, pick) => {
        const [size, grown] = [Math.min(one, other), Math.max(one, other)];
        if (size === 0) return;
        const tiles = treeOf(grown);
        const position = pick % size;
        const readTile = reader(tiles.tilesOfInclusion(position, size), grown);
        expect(tiles.inclusion(position, size, readTile)).toEqual(inclusionProof(leaves.slice(0, size), position));
      }),
      { numRuns: 300 },
    );
  });

  it('prove the step between any two sizes, and know the root of each', () => {
    fc.assert(
      fc.property(sizes, sizes, sizes, (...picked) => {
        const [first, second, grown] = picked.toSorted((a, b) => a - b) as [number, number, number];
        const tiles = treeOf(grown);
        const readTile = reader(tiles.tilesOfConsistency(first, second), grown);
        const proof = tiles.consistency(first, second, readTile);
        expect(proof).toEqual(consistencyProof(leaves.slice(0, second), first));
        const rootAt = (size: number) => tiles.rootAt(size, reader(tiles.tilesOfRoot(size), grown));
        expect(verifyConsistency(proof, first, second, rootAt(first), rootAt(second))).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('refuse what the tree does not hold', () => {
    const tiles = treeOf(3);
    expect(() => tiles.inclusion(3, 3, () => [])).toThrow(/in the tree/);
    expect(() => tiles.inclusion(0, 4, () => [])).toThrow(/in the tree/);
    expect(() => tiles.consistency(2, 4, () => [])).toThrow(/not larger/);
    expect(() => treeOf(300).inclusion(0, 300, () => [])).toThrow(/has its leaves/);
  });

  it('serve a ledger of a million entries', () => {
    const tiles = new LeafTiles();
    const size = 1_000_000;
    // Equal leaves will do: what is tried is where a proof finds its nodes.
    for (let position = 0; position < size; position++) tiles.append(position === 654_321 ? leafAt(1) : leafAt(0));
    const readTile = (tile: number) =>
      Array.from({ length: tileLeaves }, (_, at) => (tile * tileLeaves + at === 654_321 ? leafAt(1) : leafAt(0)));
    expect(tiles.tilesOfInclusion(654_321, size)).toEqual([2555]);
    const proof = tiles.inclusion(654_321, size, readTile);
    expect(proof).toHaveLength(20);
    expect(verifyInclusion(proof, 654_321, size, leafAt(1), tiles.root())).toBe(true);
  });
});
