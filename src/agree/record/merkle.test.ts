import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hashToHex, leafHash, nodeHash, type Hash } from './hash.ts';
import { consistencyProof, inclusionProof, merkleRoot, verifyConsistency, verifyInclusion } from './merkle.ts';

/** The reference leaves and roots of Certificate Transparency's test suite (RFC 6962), sizes 0 to 8. */
const inputs = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'].map(
  (hex) => leafHash(Buffer.from(hex, 'hex')),
);
const roots = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

const trees = fc.array(fc.uint8Array({ maxLength: 8 }).map(leafHash), { minLength: 1, maxLength: 70 });
const flip = (value: Hash) => String.fromCodePoint((value.codePointAt(0) ?? 0) ^ 1) + value.slice(1);

/** RFC 6962 section 2.1, word for word. */
function definition(leaves: readonly Hash[]): Hash {
  const [only] = leaves;
  if (only === undefined) return merkleRoot([]);
  if (leaves.length === 1) return only;
  let half = 1;
  while (half * 2 < leaves.length) half *= 2;
  return nodeHash(definition(leaves.slice(0, half)), definition(leaves.slice(half)));
}

describe('Merkle tree', () => {
  it.each(roots.map((root, size) => [size, root] as const))('has the reference root at size %i', (size, root) => {
    expect(hashToHex(merkleRoot(inputs.slice(0, size)))).toBe(root);
  });

  it('has the reference inclusion proof of leaf 5 of 8, and consistency proof from 6 to 8', () => {
    expect(inclusionProof(inputs, 5).map(hashToHex)).toEqual([
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ]);
    expect(consistencyProof(inputs, 6).map(hashToHex)).toEqual([
      '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ]);
  });

  const h01 = '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7';
  const h23 = '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e';
  const h47 = '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4';
  const leaf0 = '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d';
  const leaf4 = 'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b';
  const root2 = 'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125';

  it.each([
    [0, 1, []],
    [0, 8, [h01, h23, h47]],
    [2, 3, [root2]],
    [1, 5, [leaf0, h23, leaf4]],
  ])('has the reference inclusion proof of leaf %i of %i', (index, size, proof) => {
    expect(inclusionProof(inputs.slice(0, size), index).map(hashToHex)).toEqual(proof);
  });

  it.each([
    [0, 8, []],
    [1, 1, []],
    [8, 8, []],
    [1, 8, [h01, h23, h47]],
    [2, 5, [h23, leaf4]],
  ])('has the reference consistency proof from %i to %i', (first, second, proof) => {
    expect(consistencyProof(inputs.slice(0, second), first).map(hashToHex)).toEqual(proof);
  });

  it('agrees with the definition', () => {
    fc.assert(
      fc.property(trees, (leaves) => {
        expect(merkleRoot(leaves)).toBe(definition(leaves));
      }),
    );
  });

  it('proves every leaf, and nothing else', () => {
    fc.assert(
      fc.property(trees, fc.nat(), (leaves, pick) => {
        const index = pick % leaves.length;
        const leaf = leaves[index] ?? '';
        const root = merkleRoot(leaves);
        const proof = inclusionProof(leaves, index);
        expect(verifyInclusion(proof, index, leaves.length, leaf, root)).toBe(true);
        expect(verifyInclusion(proof, index, leaves.length, flip(leaf), root)).toBe(false);
        expect(verifyInclusion(proof, index, leaves.length, leaf, flip(root))).toBe(false);
        expect(verifyInclusion([...proof, leaf], index, leaves.length, leaf, root)).toBe(false);
        expect(verifyInclusion(proof, leaves.length, leaves.length, leaf, root)).toBe(false);
        for (const at of proof.keys()) {
          const forged = proof.with(at, flip(proof[at] ?? ''));
          expect(verifyInclusion(forged, index, leaves.length, leaf, root)).toBe(false);
        }
      }),
    );
  });

  it('proves that every earlier tree is a prefix, and nothing else', () => {
    fc.assert(
      fc.property(trees, fc.nat(), (leaves, pick) => {
        const first = pick % (leaves.length + 1);
        const earlier = merkleRoot(leaves.slice(0, first));
        const root = merkleRoot(leaves);
        const proof = consistencyProof(leaves, first);
        expect(verifyConsistency(proof, first, leaves.length, earlier, root)).toBe(true);
        expect(verifyConsistency(proof, first, leaves.length, flip(earlier), root)).toBe(false);
        expect(verifyConsistency([...proof, root], first, leaves.length, earlier, root)).toBe(false);
        for (const at of proof.keys()) {
          const forged = proof.with(at, flip(proof[at] ?? ''));
          expect(verifyConsistency(forged, first, leaves.length, earlier, root)).toBe(false);
        }
      }),
    );
  });

  it('does not take a node for a leaf', () => {
    const [left = '', right = ''] = inputs;
    const joined = Buffer.concat([Buffer.from(left, 'latin1'), Buffer.from(right, 'latin1')]);
    expect(leafHash(joined)).not.toBe(nodeHash(left, right));
  });
});
