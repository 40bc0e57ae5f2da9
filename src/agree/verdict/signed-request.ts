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

/**
 * The bytes that are ordered: a SignedRequest as JSON. Observations go in canonical order, so that nobody has to sort
 * them again; a configuration keeps the order in which people wrote it.
 */
export function signRequest(request: LedgerRequest, number: number, network: string, signer: Signer): Uint8Array {
  const texts = signedTexts(request);
  const bytes = signedBytes(network, { signer: signer.name, number, request }, texts.map(digestOf));
  const signature = signer.sign(bytes).toString('base64');
  const text = request.kind === 'observe' ? `{"kind":"observe","opinions":[${texts.join()}]}` : JSON.stringify(request);
  const name = JSON.stringify(signer.name);
  return Buffer.from(`{"number":${number},"request":${text},"signature":"${signature}","signer":${name}}`);
}
