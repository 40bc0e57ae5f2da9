/** SHA-256(0x01 || left || right) of RFC 6962 section 2.1, over hashes written as text in any one way. */
export type NodeHash = (left: string, right: string) => string;

/** Where a leaf is said to stand, and in which tree. */
export interface Place {
  index: number;
  /** Leaves of the tree. */
  size: number;
}

/**
 * RFC 9162 section 2.1.3.2: whether the proof, lowest hash first, leads from the leaf to the root. Numbers are divided,
 * not shifted, because a ledger may grow beyond 2^32 entries.
 */
export function provesInclusion(
  nodeHash: NodeHash,
  proof: readonly string[],
  { index, size }: Place,
  leaf: string,
  root: string,
): boolean {
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(size) || index < 0 || index >= size) return false;
  let node = index;
  let last = size - 1;
  let hash = leaf;
  for (const step of proof) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      hash = nodeHash(step, hash);
      while (node % 2 === 0 && node !== 0) {
        node = Math.floor(node / 2);
        last = Math.floor(last / 2);
      }
    } else {
      hash = nodeHash(hash, step);
    }
    node = Math.floor(node / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 && hash === root;
}
