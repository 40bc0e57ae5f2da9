import { assert, provesConsistency, provesInclusion } from '../../model/index.ts';
import { nodeHash, sha256, type Hash } from './hash.ts';

/** The Merkle tree of RFC 6962 section 2.1, grown leaf by leaf: only the roots of its full subtrees are kept. */
export class MerkleFrontier {
  #size = 0;
  /** Roots of full subtrees, largest first; one for each set bit of the size. */
  readonly #subtrees: Hash[] = [];

  get size(): number {
    return this.#size;
  }

  append(leaf: Hash): void {
    let root = leaf;
    // One carry for each trailing one bit of the old size; sizes beyond 2^32 need division, not shifts.
    for (let rest = this.#size; rest % 2 === 1; rest = (rest - 1) / 2) {
      const left = this.#subtrees.pop();
      assert(left !== undefined, 'a set bit of the size has its subtree');
      root = nodeHash(left, root);
    }
    this.#subtrees.push(root);
    this.#size += 1;
  }

  root(): Hash {
    const last = this.#subtrees.at(-1);
    if (last === undefined) return sha256(new Uint8Array());
    let root = last;
    for (let at = this.#subtrees.length - 2; at >= 0; at--) root = nodeHash(this.#subtrees[at] ?? '', root);
    return root;
  }
}

/** The root of a list of leaf hashes. */
export function merkleRoot(leaves: readonly Hash[]): Hash {
  const frontier = new MerkleFrontier();
  for (const leaf of leaves) frontier.append(leaf);
  return frontier.root();
}

/** The largest power of two smaller than the size (at least 2). */
export function splitOf(size: number): number {
  let half = 1;
  while (half * 2 < size) half *= 2;
  return half;
}

/** RFC 6962 section 2.1.1: the hashes that lead from leaf `index` to the root, lowest first. */
export function inclusionProof(leaves: readonly Hash[], index: number): Hash[] {
  assert(index >= 0 && index < leaves.length, 'the leaf is in the tree');
  const proof: Hash[] = [];
  let from = 0;
  let to = leaves.length;
  while (to - from > 1) {
    const middle = from + splitOf(to - from);
    if (index < middle) {
      proof.push(merkleRoot(leaves.slice(middle, to)));
      to = middle;
    } else {
      proof.push(merkleRoot(leaves.slice(from, middle)));
      from = middle;
    }
  }
  return proof.reverse();
}

/** RFC 9162 section 2.1.3.2. */
export function verifyInclusion(proof: readonly Hash[], index: number, size: number, leaf: Hash, root: Hash): boolean {
  return provesInclusion(nodeHash, proof, { index, size }, leaf, root);
}

/** RFC 6962 section 2.1.2: proves that the tree of the first `first` leaves is a prefix of the whole. */
export function consistencyProof(leaves: readonly Hash[], first: number): Hash[] {
  assert(first >= 0 && first <= leaves.length, 'the earlier tree is not larger');
  const proof: Hash[] = [];
  let from = 0;
  let to = leaves.length;
  let whole = true;
  if (first === 0 || first === to) return proof;
  while (first !== to) {
    const middle = from + splitOf(to - from);
    if (first <= middle) {
      proof.push(merkleRoot(leaves.slice(middle, to)));
      to = middle;
    } else {
      proof.push(merkleRoot(leaves.slice(from, middle)));
      from = middle;
      whole = false;
    }
  }
  if (!whole) proof.push(merkleRoot(leaves.slice(from, to)));
  return proof.reverse();
}

/** RFC 9162 section 2.1.4.2, with the empty tree being a prefix of every tree. */
export function verifyConsistency(
  proof: readonly Hash[],
  first: number,
  second: number,
  firstRoot: Hash,
  secondRoot: Hash,
): boolean {
  if (first === 0) return second >= 0 && proof.length === 0 && firstRoot === merkleRoot([]);
  return provesConsistency(nodeHash, proof, [first, second], firstRoot, secondRoot);
}
