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

/**
 * RFC 9162 section 2.1.4.2: whether the tree of `first` leaves is a prefix of the tree of `second` leaves; the empty tree,
 * whose root nobody needs, is not asked for.
 */
export function provesConsistency(
  nodeHash: NodeHash,
  proof: readonly string[],
  [first, second]: readonly [number, number],
  firstRoot: string,
  secondRoot: string,
): boolean {
  if (!Number.isSafeInteger(first) || !Number.isSafeInteger(second) || first < 1 || first > second) return false;
  if (first === second) return proof.length === 0 && firstRoot === secondRoot;
  let node = first - 1;
  let last = second - 1;
  while (node % 2 === 1) {
    node = Math.floor(node / 2);
    last = Math.floor(last / 2);
  }
  // A full tree is a node of the later one, and stands for the first hash of the proof.
  const [start, ...rest] = node === 0 ? [firstRoot, ...proof] : proof;
  if (start === undefined) return false;
  let earlier = start;
  let later = start;
  for (const step of rest) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      earlier = nodeHash(step, earlier);
      later = nodeHash(step, later);
      while (node % 2 === 0 && node !== 0) {
        node = Math.floor(node / 2);
        last = Math.floor(last / 2);
      }
    } else {
      later = nodeHash(later, step);
    }
    node = Math.floor(node / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 && earlier === firstRoot && later === secondRoot;
}
