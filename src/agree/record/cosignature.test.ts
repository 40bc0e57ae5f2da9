import { execFileSync, spawnSync } from 'node:child_process';
import { createPrivateKey } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { clusterOrigin, type Cosigner } from '../../model/index.ts';
import { ed25519Signer } from '../crypto/signer.ts';
import { cosign, cosignedNote, readCosigned } from './cosignature.ts';
import { leafHash } from './hash.ts';

/** Fixed keys: the PKCS #8 prefix of Ed25519 (RFC 8410 section 7) and 32 equal bytes. */
const pemOf = (byte: number) => {
  const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), Buffer.alloc(32, byte)]);
  return `-----BEGIN PRIVATE KEY-----\n${der.toString('base64')}\n-----END PRIVATE KEY-----\n`;
};
const signers = ['east', 'north', 'south', 'west'].map((id, at) => ed25519Signer(id, createPrivateKey(pemOf(at + 1))));
const [east, north] = signers;
if (!east || !north) throw new Error('there are signers');
const origin = clusterOrigin('office', 'ab'.repeat(32));
const checkpoint = { origin, size: 20_852_163, root: leafHash(Buffer.from('root')) };
const line = (at: number, timeSeconds = 1_679_315_147) => cosign(checkpoint, signers[at] ?? east, timeSeconds);
const note = cosignedNote(checkpoint, [line(0), line(1), line(2)]);
const read = (text: string, cosigners: readonly Cosigner[] = signers) => readCosigned(Buffer.from(text), cosigners);

describe('cosigned checkpoint', () => {
  it('says who signed and when', () => {
    expect(read(note)).toEqual({
      ...checkpoint,
      signed: ['east', 'north', 'south'].map((name, at) => ({ name, timeSeconds: 1_679_315_147, line: line(at) })),
      unknown: 0,
    });
  });

  it.skipIf(spawnSync('openssl', ['version']).status !== 0)(
    'has the bytes that the specification asks for, as another implementation signs and hashes them',
    () => {
      const folder = mkdtempSync(join(tmpdir(), 'qw-cosignature-'));
      const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder });
      const body = `${origin}\n20852163\n${Buffer.from(checkpoint.root, 'latin1').toString('base64')}\n`;
      writeFileSync(join(folder, 'key.pem'), pemOf(1));
      writeFileSync(join(folder, 'message'), `cosignature/v1\ntime 1679315147\n${body}`);
      const signature = openssl('pkeyutl', '-sign', '-rawin', '-in', 'message', '-inkey', 'key.pem');
      const publicKey = openssl('pkey', '-in', 'key.pem', '-pubout', '-outform', 'DER').subarray(-32);
      writeFileSync(join(folder, 'named'), Buffer.concat([Buffer.from('east\n\u0004'), publicKey]));
      const keyId = openssl('dgst', '-sha256', '-binary', 'named').subarray(0, 4);
      rmSync(folder, { recursive: true });
      const blob = Buffer.concat([keyId, Buffer.from('00000000641850cb', 'hex'), signature]);
      expect(1_679_315_147).toBe(0x641850cb);
      expect(cosignedNote(checkpoint, [line(0)])).toBe(`${body}\n\u2014 east ${blob.toString('base64')}\n`);
    },
  );

  it('is refused, or loses a signature, with any bit changed', () => {
    const bytes = Buffer.from(note);
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const changed = Buffer.from(bytes);
      changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      const result = readCosigned(changed, signers);
      // A changed name or key id makes the signature that of a stranger, which is to be ignored.
      if (typeof result !== 'string') expect(result).toMatchObject({ ...checkpoint, unknown: 1 });
    }
  });

  it('ignores strangers and counts them', () => {
    expect(read(note, [north])).toMatchObject({ signed: [{ name: 'north' }], unknown: 2 });
    expect(read(note, [{ name: 'east', publicKey: north.publicKey }])).toMatchObject({ signed: [], unknown: 3 });
  });

  it.each([
    ['a cosigner twice', cosignedNote(checkpoint, [line(0), line(0, 1)]), 'east has signed twice'],
    ['no signature', cosignedNote(checkpoint, []), 'not a signed checkpoint'],
    ['an extension line', note.replace('=\n\n', '=\nextension\n\n'), 'not a signed checkpoint'],
    ['a control character', note.replace(origin, `${origin}\t`), 'not a signed checkpoint'],
    ['a size with a leading zero', note.replace('\n2085', '\n02085'), 'not a signed checkpoint'],
    ['more after its end', `${note}\n`, 'not a signed checkpoint'],
    ['a signature cut short', note.replace(/.{8}\n$/, '\n'), 'the signature of south is wrong'],
    [
      'too many bytes',
      cosignedNote(
        checkpoint,
        Array.from({ length: 400 }, () => line(0)),
      ),
      'too large',
    ],
    [
      'too many signatures',
      cosignedNote(
        checkpoint,
        Array.from({ length: 200 }, () => line(0)),
      ),
      'too many',
    ],
  ])('is refused with %s', (_what, text, reason) => {
    expect(read(text)).toContain(reason);
  });

  it('of another size, root or origin has other signatures', () => {
    for (const other of [{ size: 20_852_164 }, { root: leafHash(Buffer.from('other')) }, { origin: `${origin}0` }]) {
      expect(read(cosignedNote({ ...checkpoint, ...other }, [line(0)]))).toBe('the signature of east is wrong');
    }
  });

  it('names a cluster whatever its name is', () => {
    expect(clusterOrigin('Büro 1\n+', 'ab'.repeat(32))).toBe('quorumwatch/B%C3%BCro%201%0A%2B/abababababababab');
    expect(clusterOrigin('\ud800', 'ab'.repeat(32))).toBe('quorumwatch/%EF%BF%BD/abababababababab');
  });
});
