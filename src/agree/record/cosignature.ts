import {
  checkpointText,
  cosignatureLine,
  cosignatureMessage,
  readCosignedNote,
  type Cosigner,
  type NoteCheckpoint,
} from '../../model/index.ts';
import type { Signer } from '../crypto/signer.ts';
import type { Checkpoint } from './checkpoint.ts';
import { certificateCrypto } from './certificate-crypto.ts';
import { hashToHex, type Hash } from './hash.ts';

/**
 * Checkpoints that many members sign, by C2SP tlog-cosignature (Ed25519, `cosignature/v1`). The clusters' origin is
 * `clusterOrigin` of the model; a cosigner's name is the member's id.
 */
export interface CosignedCheckpoint extends Checkpoint {
  /** Who signed, when by its own clock, and the line that says so, which may be put into another note of the same. */
  signed: readonly { name: string; timeSeconds: number; line: string }[];
  /** Signatures of keys that are not among the given ones; they mean nothing. */
  unknown: number;
}

/** The signature line of one member for a checkpoint; `timeSeconds` is whole seconds since 1970, by its own clock. */
export function cosign(checkpoint: Checkpoint, signer: Signer, timeSeconds: number): string {
  const signature = signer.sign(cosignatureMessage(noted(checkpoint), timeSeconds));
  return cosignatureLine(certificateCrypto, signer, timeSeconds, signature);
}

/** The note of a checkpoint with the signature lines of `cosign`, one of each member. */
export function cosignedNote(checkpoint: Checkpoint, lines: readonly string[]): string {
  return `${checkpointText(noted(checkpoint))}\n${lines.join('')}`;
}

/**
 * Reads a cosigned checkpoint; a text is the reason why it is refused. Whoever asks decides how many signatures are
 * enough: none may be.
 */
export function readCosigned(bytes: Uint8Array, cosigners: readonly Cosigner[]): CosignedCheckpoint | string {
  const read = readCosignedNote(certificateCrypto, bytes, cosigners);
  if (typeof read === 'string') return read;
  const { checkpoint, signed, unknown } = read;
  return { origin: checkpoint.origin, size: checkpoint.size, root: fromHexText(checkpoint.root), signed, unknown };
}

function noted({ origin, size, root }: Checkpoint): NoteCheckpoint {
  return { origin, size, root: hashToHex(root) };
}

function fromHexText(text: string): Hash {
  return Buffer.from(text, 'hex').toString('latin1');
}
