import { ByteJoiner, fromBase64, fromUtf8, toBase64, toHex, utf8 } from './bytes.ts';
import type { CertificateCrypto } from './crypto.ts';

/**
 * Checkpoints with cosignatures: C2SP tlog-checkpoint (origin, size, root), signed as C2SP signed-note by any number of
 * cosigners with C2SP tlog-cosignature, Ed25519 (type 0x04). Other tools for transparency logs read the same text.
 */
export interface NoteCheckpoint {
  /** Which ledger. */
  origin: string;
  size: number;
  /** 64 hexadecimal digits. */
  root: string;
}

/** One whose cosignature is known. */
export interface Cosigner {
  name: string;
  /** Ed25519, 32 bytes. */
  publicKey: Uint8Array;
}

export interface Cosigned {
  checkpoint: NoteCheckpoint;
  /** Who signed and when (whole seconds since 1970, by the signer's clock), with the line that says so, in the order of the note. */
  signed: { name: string; timeSeconds: number; line: string }[];
  /** Signatures of nobody we know, which say nothing. */
  unknown: number;
}

/** A note of 64 cosigners with the longest names fits. */
export const maxNoteBytes = 32_768;
const maxNoteSignatures = 128;
const cosignatureType = 4;
const signatureBytes = 64;
const blobBytes = 4 + 8 + signatureBytes;

/**
 * The name of a cluster's ledger in checkpoints. `network` is the genesis' hash in hexadecimal digits; what may not
 * stand in a line of a note is percent-encoded.
 */
export function clusterOrigin(cluster: string, network: string): string {
  return `quorumwatch/${encodeURIComponent(cluster.toWellFormed())}/${network.slice(0, 16)}`;
}

/** The text that is signed, without signatures. The root is hexadecimal digits. */
export function checkpointText({ origin, size, root }: NoteCheckpoint): string {
  return `${origin}\n${size}\n${toBase64(new ByteJoiner().hex(root).join())}\n`;
}

/** What a cosigner signs. */
export function cosignatureMessage(checkpoint: NoteCheckpoint, timeSeconds: number): Uint8Array {
  return utf8(`cosignature/v1\ntime ${timeSeconds}\n${checkpointText(checkpoint)}`);
}

/** The line that stands for a cosignature in a note. */
export function cosignatureLine(
  crypto: Pick<CertificateCrypto, 'sha256'>,
  { name, publicKey }: Cosigner,
  timeSeconds: number,
  signature: Uint8Array,
): string {
  const blob = new ByteJoiner().raw(cosignerKeyId(crypto, { name, publicKey })).u64(timeSeconds).raw(signature);
  return `\u2014 ${name} ${toBase64(blob.join())}\n`;
}

/**
 * Reads a note with the cosigners we know; a text is the reason why it is refused. Strict: one written form, no
 * extension lines, no cosigner twice, and a wrong signature under a known name and key id refuses the whole note, as
 * signed-note asks for. Signatures of unknown keys are counted and mean nothing.
 */
export function readCosignedNote(
  crypto: CertificateCrypto,
  bytes: Uint8Array,
  cosigners: readonly Cosigner[],
): Cosigned | string {
  if (bytes.length > maxNoteBytes) return 'the note is too large';
  const text = fromUtf8(bytes) ?? '';
  const [, origin = '', digits = '', root64 = '', lines = ''] =
    /^([^\n]+)\n(0|[1-9]\d{0,15})\n([A-Za-z0-9+/]{43}=)\n\n((?:\u2014 [^\n]+\n)+)$/.exec(text) ?? [];
  const root = fromBase64(root64);
  const checkpoint = { origin, size: Number(digits), root: toHex(root ?? new Uint8Array()) };
  // oxlint-disable-next-line no-control-regex
  if (lines === '' || !root || !Number.isSafeInteger(checkpoint.size) || /[\u0000-\u0009\u000b-\u001f]/.test(text)) {
    return 'not a signed checkpoint in its one written form';
  }
  const signatures = lines.split('\n').slice(0, -1);
  if (signatures.length > maxNoteSignatures) return 'the note has too many signatures';
  const read: Cosigned = { checkpoint, signed: [], unknown: 0 };
  for (const line of signatures) {
    const [, name = '', blob64 = ''] = /^\u2014 ([^\s+]+) ([A-Za-z0-9+/]+={0,2})$/.exec(line) ?? [];
    const blob = fromBase64(blob64);
    if (!blob || blob.length < 5) return 'a signature line is not in its one written form';
    const cosigner = cosigners.find((one) => one.name === name && startsWith(blob, cosignerKeyId(crypto, one)));
    if (!cosigner) {
      read.unknown += 1;
      continue;
    }
    if (read.signed.some((one) => one.name === name)) return `${name} has signed twice`;
    const timeSeconds = blob.length === blobBytes ? Number(new DataView(blob.buffer).getBigUint64(4)) : Infinity;
    const signature = blob.subarray(12);
    if (
      !Number.isSafeInteger(timeSeconds) ||
      !crypto.verifyEd25519(cosigner.publicKey, cosignatureMessage(checkpoint, timeSeconds), signature)
    ) {
      return `the signature of ${name} is wrong`;
    }
    read.signed.push({ name, timeSeconds, line: `${line}\n` });
  }
  return read;
}

/** C2SP tlog-cosignature: the first four bytes of SHA-256(name || 0x0A || 0x04 || key). */
function cosignerKeyId(crypto: Pick<CertificateCrypto, 'sha256'>, { name, publicKey }: Cosigner): Uint8Array {
  const named = new ByteJoiner().text(`${name}\n`).u8(cosignatureType).raw(publicKey);
  return crypto.sha256(named.join()).subarray(0, 4);
}

function startsWith(bytes: Uint8Array, start: Uint8Array): boolean {
  return start.every((byte, at) => bytes[at] === byte);
}
