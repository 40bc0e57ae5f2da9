import { formatAddress } from '../../../platform/index.ts';
import { bytesOfWords, isMapped, wordsOf, type AddressWords } from '../enrich/address-words.ts';
import type { CryptoPan } from './crypto-pan.ts';

/** Of an address as rows have it: IPv4 becomes another IPv4 address, by its own 32 bits. */
export function pseudonymOf(pan: CryptoPan, words: AddressWords): AddressWords {
  return translated(words, (given) => pan.pseudonym(given));
}

/** Of an address as people write it; undefined for what is none. */
export function pseudonymText(pan: CryptoPan, address: string): string | undefined {
  const words = wordsOf(address);
  return words && formatAddress(bytesOfWords(pseudonymOf(pan, words)));
}

/** The way back. */
export function revealedText(pan: CryptoPan, pseudonym: string): string | undefined {
  const words = wordsOf(pseudonym);
  return words && formatAddress(bytesOfWords(translated(words, (given) => pan.reveal(given))));
}

function translated(words: AddressWords, translate: (given: readonly number[]) => number[]): AddressWords {
  const [first = 0, second = 0, third = 0, fourth = 0] = isMapped(words)
    ? [words[0], words[1], words[2], ...translate([words[3]])]
    : translate(words);
  return [first, second, third, fourth];
}
