import { createHash } from 'node:crypto';
import { verifyEd25519, type Signer } from '../crypto/signer.ts';
import { hashBytes, hashFromBytes, hashToBytes, type Hash } from './hash.ts';

/**
 * A checkpoint states size and root of a ledger, in the text format of C2SP tlog-checkpoint, signed as a C2SP
 * signed-note. Any tool that knows transparency logs reads it.
 */
export interface Checkpoint {
  /** Which ledger. */
  origin: string;
  size: number;
  root: Hash;
}

export const maxCheckpointBytes = 4096;

export function signCheckpoint(checkpoint: Checkpoint, signer: Signer): string {
  const text = checkpointText(checkpoint);
  return noteText(
    text,
    signer.name,
    Buffer.concat([keyId(signer.name, signer.publicKey), signer.sign(Buffer.from(text))]),
  );
}

/**
 * Reads a checkpoint that this key signed; a text is the reason why it is not one. Strict: what is read is written
 * again and must come out the same, so that no changed byte passes.
 */
export function readCheckpoint(bytes: Uint8Array, name: string, publicKey: Uint8Array): Checkpoint | string {
  const note = Buffer.from(bytes).toString('latin1');
  const parts = /^([^\n]+)\n(0|[1-9]\d{0,15})\n([A-Za-z0-9+/]{43}=)\n\n[^\n]* ([A-Za-z0-9+/=]+)\n$/.exec(note);
  if (!parts) return 'not a signed checkpoint';
  const checkpoint: Checkpoint = {
    origin: Buffer.from(parts[1] ?? '', 'latin1').toString(),
    size: Number(parts[2]),
    root: hashFromBytes(Buffer.from(parts[3] ?? '', 'base64')),
  };
  const text = checkpointText(checkpoint);
  const signature = Buffer.from(parts[4] ?? '', 'base64');
  if (checkpoint.root.length !== hashBytes || !Buffer.from(noteText(text, name, signature)).equals(bytes)) {
    return `not a checkpoint in its one written form, signed by ${name}`;
  }
  if (!signature.subarray(0, 4).equals(keyId(name, publicKey))) return 'the checkpoint is signed by another key';
  if (!verifyEd25519(publicKey, Buffer.from(text), signature.subarray(4))) {
    return 'the signature of the checkpoint is wrong';
  }
  return checkpoint;
}

function checkpointText(checkpoint: Checkpoint): string {
  return `${checkpoint.origin}\n${checkpoint.size}\n${hashToBytes(checkpoint.root).toString('base64')}\n`;
}

function noteText(text: string, name: string, signature: Buffer): string {
  return `${text}\n\u2014 ${name} ${signature.toString('base64')}\n`;
}

/** C2SP signed-note: the first four bytes of SHA-256(name || 0x0A || 0x01 || key), 0x01 for Ed25519. */
function keyId(name: string, publicKey: Uint8Array): Buffer {
  return createHash('sha256').update(`${name}\n\u0001`).update(publicKey).digest().subarray(0, 4);
}
