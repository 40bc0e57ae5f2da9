import { assert } from '../../model/index.ts';
import { nodeHash, sha256, type Hash } from './hash.ts';
import { merkleRoot, MerkleFrontier, splitOf } from './merkle.ts';

/** Leaves of one tile, as in C2SP tlog-tiles. */
export const tileLeaves = 256;

/** The leaf hashes of one tile, from entry `tile * tileLeaves` on; those beyond the size in question may be missing. */
export type ReadTile = (tile: number) => readonly Hash[];

/**
 * The Merkle tree of a ledger with proofs for any entry and any two sizes, without its leaves: it keeps the nodes from
 * the roots of full tiles upwards, 1/128 of all hashes, and the leaves of the last tile. What a proof needs below that
 * is read again from the ledger: at most two tiles, which the owner finds by `tilesOf…` and reads before it asks.
 */
export class LeafTiles {
  /** At height h, the roots of full subtrees of 256 * 2^h leaves, from the left. */
  readonly #heights: Hash[][] = [[]];
  #tile = new MerkleFrontier();
  #tileLeaves: Hash[] = [];

  get size(): number {
    return (this.#heights[0]?.length ?? 0) * tileLeaves + this.#tile.size;
  }

  append(leaf: Hash): void {
    this.#tile.append(leaf);
    this.#tileLeaves.push(leaf);
    if (this.#tile.size < tileLeaves) return;
    this.#grow(0, this.#tile.root());
    this.#tile = new MerkleFrontier();
    this.#tileLeaves = [];
  }

  root(): Hash {
    let root = this.#tile.size > 0 ? this.#tile.root() : undefined;
    for (const nodes of this.#heights) {
      // An even count is part of the subtree above.
      if (nodes.length % 2 === 0) continue;
      const left = nodes.at(-1) ?? '';
      root = root === undefined ? left : nodeHash(left, root);
    }
    return root ?? sha256(new Uint8Array());
  }

  /** The root when the ledger had this size. */
  rootAt(size: number, readTile: ReadTile): Hash {
    assert(size >= 0 && size <= this.size, 'the tree has had this size');
    return size === 0 ? sha256(new Uint8Array()) : this.#hashOf(0, size, readTile);
  }

  /** RFC 6962 section 2.1.1: the hashes that lead from an entry to the root of the tree of this size, lowest first. */
  inclusion(position: number, size: number, readTile: ReadTile): Hash[] {
    assert(position >= 0 && position < size && size <= this.size, 'the entry is in the tree');
    const proof: Hash[] = [];
    let from = 0;
    let to = size;
    while (to - from > 1) {
      const middle = from + splitOf(to - from);
      if (position < middle) {
        proof.push(this.#hashOf(middle, to, readTile));
        to = middle;
      } else {
        proof.push(this.#hashOf(from, middle, readTile));
        from = middle;
      }
    }
    return proof.reverse();
  }

  /** RFC 6962 section 2.1.2: proves that the tree of size `first` is a prefix of the tree of size `second`. */
  consistency(first: number, second: number, readTile: ReadTile): Hash[] {
    assert(first >= 0 && first <= second && second <= this.size, 'the earlier tree is not larger');
    const proof: Hash[] = [];
    if (first === 0) return proof;
    let from = 0;
    let to = second;
    while (first !== to) {
      const middle = from + splitOf(to - from);
      if (first <= middle) {
        proof.push(this.#hashOf(middle, to, readTile));
        to = middle;
      } else {
        proof.push(this.#hashOf(from, middle, readTile));
        from = middle;
      }
    }
    if (from > 0) proof.push(this.#hashOf(from, to, readTile));
    return proof.reverse();
  }

  /** The tiles that `rootAt` will read. */
  tilesOfRoot(size: number): number[] {
    return this.#unknown([lastTileOf(size)]);
  }

  /** The tiles that `inclusion` will read. */
  tilesOfInclusion(position: number, size: number): number[] {
    return this.#unknown([Math.floor(position / tileLeaves), lastTileOf(size)]);
  }

  /** The tiles that `consistency` will read. */
  tilesOfConsistency(first: number, second: number): number[] {
    return this.#unknown([lastTileOf(first), lastTileOf(second)]);
  }

  #unknown(tiles: readonly (number | undefined)[]): number[] {
    const current = this.#heights[0]?.length;
    return [...new Set(tiles)].filter((tile): tile is number => tile !== undefined && tile !== current);
  }

  #grow(height: number, node: Hash): void {
    const nodes = this.#heights[height] ?? [];
    this.#heights[height] = nodes;
    nodes.push(node);
    if (nodes.length % 2 === 0) this.#grow(height + 1, nodeHash(nodes.at(-2) ?? '', node));
  }

  /** The root of a run of leaves that is a subtree of some size: it begins at a multiple of the power of two it needs. */
  #hashOf(from: number, to: number, readTile: ReadTile): Hash {
    const count = to - from;
    if (count < tileLeaves) {
      const tile = Math.floor(from / tileLeaves);
      const start = tile * tileLeaves;
      const leaves = tile === this.#heights[0]?.length ? this.#tileLeaves : readTile(tile);
      assert(leaves.length >= to - start, 'a tile that is asked for has its leaves');
      return merkleRoot(leaves.slice(from - start, to - start));
    }
    for (let height = 0, width = tileLeaves; width <= count; height++, width *= 2) {
      if (width === count) return this.#node(height, from / width);
    }
    const middle = from + splitOf(count);
    return nodeHash(this.#hashOf(from, middle, readTile), this.#hashOf(middle, to, readTile));
  }

  #node(height: number, at: number): Hash {
    const node = this.#heights[height]?.[at];
    assert(node !== undefined, 'a full subtree has its root');
    return node;
  }
}

/** The tile that a tree of this size fills in part; undefined when it ends with a full one. */
function lastTileOf(size: number): number | undefined {
  return size % tileLeaves === 0 ? undefined : Math.floor(size / tileLeaves);
}
