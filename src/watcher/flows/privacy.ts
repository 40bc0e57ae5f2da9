import { isAddress, QwError } from '../../model/index.ts';
import { CryptoPan, pseudonymText, readPrivacyKey, revealedText } from '../../observe/index.ts';

/** Addresses and their pseudonyms, for whoever has the key. */

/** What is kept instead of an address, to ask for it. Throws BAD_INPUT and SECRET_UNREADABLE. */
export function pseudonymOf(address: string, keyFile: string): Promise<string> {
  return translated(address, keyFile, pseudonymText);
}

/** The address that a pseudonym was made of. By another key it would be another one, and nothing tells. */
export function revealed(pseudonym: string, keyFile: string): Promise<string> {
  return translated(pseudonym, keyFile, revealedText);
}

async function translated(
  given: string,
  keyFile: string,
  translate: (pan: CryptoPan, text: string) => string | undefined,
): Promise<string> {
  const pan = new CryptoPan(await readPrivacyKey(keyFile));
  const found = isAddress(given) && !given.includes('%') ? translate(pan, given) : undefined;
  if (found !== undefined) return found;
  throw new QwError('BAD_INPUT', `expected an IPv4 or IPv6 address, found ${given}`);
}
