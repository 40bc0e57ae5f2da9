import { createPrivateKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { ed25519Signer } from '../crypto/signer.ts';
import { readCheckpoint, signCheckpoint } from './checkpoint.ts';
import { leafHash } from './hash.ts';

/** A fixed key: the PKCS #8 prefix of Ed25519 (RFC 8410 section 7) and 32 equal bytes. */
function keyOf(byte: number) {
  const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), Buffer.alloc(32, byte)]);
  return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
}

const signer = ed25519Signer('office', keyOf(7));
const checkpoint = { origin: 'quorumwatch/office', size: 42, root: leafHash(Buffer.from('root')) };
const note = Buffer.from(signCheckpoint(checkpoint, signer));

describe('checkpoint', () => {
  it('is a signed note with origin, size and root', () => {
    const [origin, size, root, empty, signature] = note.toString().split('\n');
    expect([origin, size, empty]).toEqual(['quorumwatch/office', '42', '']);
    expect(root).toBe(Buffer.from(checkpoint.root, 'latin1').toString('base64'));
    expect(signature).toMatch(/^\u2014 office [A-Za-z0-9+/]{91}=$/);
    expect(readCheckpoint(note, 'office', signer.publicKey)).toEqual(checkpoint);
  });

  it('is refused with any bit changed', () => {
    for (let bit = 0; bit < note.length * 8; bit++) {
      const changed = Buffer.from(note);
      changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      expect(typeof readCheckpoint(changed, 'office', signer.publicKey)).toBe('string');
    }
  });

  it('is refused when cut, lengthened, of another name or by another key', () => {
    const other = ed25519Signer('office', keyOf(8));
    expect(readCheckpoint(note.subarray(0, -1), 'office', signer.publicKey)).toMatch(/not a/);
    expect(readCheckpoint(Buffer.concat([note, note]), 'office', signer.publicKey)).toMatch(/not a/);
    expect(readCheckpoint(note, 'branch', signer.publicKey)).toMatch(/signed by branch/);
    expect(readCheckpoint(note, 'office', other.publicKey)).toMatch(/another key/);
  });
});
