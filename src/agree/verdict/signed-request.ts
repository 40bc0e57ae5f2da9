import { hash } from 'node:crypto';
import { canonicalJson, requestStatement, type LedgerRequest, type SignedRequest } from '../../model/index.ts';
import type { Signer } from '../crypto/signer.ts';

/** Canonical JSON of what is signed: of observations each opinion for itself, of any other request the whole. */
export function signedTexts(request: LedgerRequest): string[] {
  return request.kind === 'observe' ? request.opinions.map(canonicalJson) : [canonicalJson(request)];
}

/** SHA-256 in hexadecimal digits. */
export function digestOf(text: string): string {
  return hash('sha256', text);
}

/** The bytes under the signature. */
export function signedBytes(
  network: string,
  { signer, number, request }: Omit<SignedRequest, 'signature'>,
  digests: readonly string[],
): Uint8Array {
  return Buffer.from(requestStatement(network, signer, number, request.kind, digests));
}

/** A request as a watcher stands behind it. */
export function signRequest(request: LedgerRequest, number: number, network: string, signer: Signer): SignedRequest {
  const unsigned = { signer: signer.name, number, request };
  const bytes = signedBytes(network, unsigned, signedTexts(request).map(digestOf));
  return { ...unsigned, signature: signer.sign(bytes).toString('base64') };
}

/** The bytes that are ordered. */
export function encodeRequest(signed: SignedRequest): Uint8Array {
  return Buffer.from(JSON.stringify(signed));
}
