import { isAddress, QwError } from '../../model/index.ts';
import { CryptoPan, readPrivacyKey } from '../../observe/index.ts';
import { formatAddress, parseAddress } from '../../platform/index.ts';

/** Addresses and their pseudonyms, for whoever has the key. */

/** What is kept instead of an address, to ask for it. Throws BAD_INPUT and SECRET_UNREADABLE. */
export async function pseudonymOf(address: string, keyFile: string): Promise<string> {
  return formatAddress((await withKey(keyFile)).pseudonym(bytesOf(address)));
}

/** The address that a pseudonym was made of. By another key it would be another one, and nothing tells. */
export async function revealed(pseudonym: string, keyFile: string): Promise<string> {
  return formatAddress((await withKey(keyFile)).reveal(bytesOf(pseudonym)));
}

async function withKey(keyFile: string): Promise<CryptoPan> {
  return new CryptoPan(await readPrivacyKey(keyFile));
}

function bytesOf(text: string): Uint8Array {
  const address = isAddress(text) && !text.includes('%') ? parseAddress(text) : undefined;
  if (address) return address.bytes;
  throw new QwError('BAD_INPUT', `expected an IPv4 or IPv6 address, found ${text}`);
}
