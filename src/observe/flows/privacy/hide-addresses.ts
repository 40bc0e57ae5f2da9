import type { AddressTreatment } from '../../../model/index.ts';
import type { FlowRows } from '../decode/flow-rows.ts';
import type { Enrich } from '../sink.ts';
import { AddressCache } from '../enrich/address-cache.ts';
import { isMapped, masked, parsePrefix, type AddressWords } from '../enrich/address-words.ts';
import { OwnNetworks, type NamedNetwork } from '../enrich/own-networks.ts';
import { PrefixTable } from '../enrich/prefix-table.ts';
import type { CryptoPan } from './crypto-pan.ts';
import { pseudonymOf } from './pseudonym-of.ts';

export interface HiddenAddresses {
  addresses: Exclude<AddressTreatment, 'keep'>;
  /** Which addresses: in networks of one's own, all others, or both. */
  of: 'all' | 'own' | 'foreign';
  /** Prefixes whose addresses stay as they are. */
  keep: readonly string[];
  networks: readonly NamedNetwork[];
  /** With `addresses: pseudonyms`. */
  pan?: CryptoPan | undefined;
  /** Of addresses that are remembered: 2 to this power. 16 by default. */
  cacheBits?: number;
}

/** Bits that truncation leaves: of IPv4 24, of IPv6 48. */
const [truncated4, truncated6] = [96 + 24, 48];
const columns = ['source', 'destination', 'next_hop', 'nat_source', 'nat_destination'] as const;
const named: Partial<Record<(typeof columns)[number], 'source_name' | 'destination_name'>> = {
  source: 'source_name',
  destination: 'destination_name',
};

/**
 * A pass that comes after all others and before anything is written: addresses that shall not be kept are replaced in
 * their columns, those of translations and next hops too. The name of a host goes with its address, since it says as much;
 * network, country and autonomous system stay. A pseudonym may happen to look like an address that is kept: what is kept
 * is told by its network, not by its look.
 */
export function hideAddresses(options: HiddenAddresses): Enrich {
  const { addresses, of, pan } = options;
  if (addresses === 'pseudonyms' && !pan) throw new RangeError('pseudonyms need a key');
  const own = new OwnNetworks(options.networks);
  const kept = new PrefixTable(
    options.keep.flatMap((text) => {
      const prefix = parsePrefix(text);
      return prefix ? [{ ...prefix, value: 1 }] : [];
    }),
  );
  const isHidden = (words: AddressWords) =>
    kept.find(words) === 0 && (of === 'all' || own.isOwn(words) === (of === 'own'));
  const replacement = (words: AddressWords): AddressWords => {
    if (!isHidden(words)) return words;
    if (pan && addresses === 'pseudonyms') return pseudonymOf(pan, words);
    return masked(words, isMapped(words) ? truncated4 : truncated6);
  };
  const cache = new AddressCache(options.cacheBits);
  const replacements = new Uint32Array(4 * cache.places);
  return (rows) => {
    for (const column of columns) replaceColumn(rows, column, cache, replacements, replacement);
  };
}

function replaceColumn(
  rows: FlowRows,
  column: (typeof columns)[number],
  cache: AddressCache,
  replacements: Uint32Array,
  replacement: (words: AddressWords) => AddressWords,
): void {
  const high = rows.words[`${column}_high`];
  const low = rows.words[`${column}_low`];
  const nameColumn = named[column];
  const names = nameColumn && rows.narrow[nameColumn];
  for (let at = 0; at < 2 * rows.rows; at += 2) {
    const first = high[at + 1] as number;
    const second = high[at] as number;
    const third = low[at + 1] as number;
    const fourth = low[at] as number;
    // A record that has no such address.
    if (fourth === 0 && third === 0 && second === 0 && first === 0) continue;
    let place = cache.find(first, second, third, fourth);
    if (place < 0) {
      place = -1 - place;
      replacements.set(replacement([first, second, third, fourth]), 4 * place);
    }
    const from = 4 * place;
    const hidden = replacements[from + 3] as number;
    const isSame =
      hidden === fourth &&
      replacements[from + 2] === third &&
      replacements[from + 1] === second &&
      replacements[from] === first;
    if (isSame) continue;
    low[at] = hidden;
    low[at + 1] = replacements[from + 2] as number;
    high[at] = replacements[from + 1] as number;
    high[at + 1] = replacements[from] as number;
    if (names) names[at >>> 1] = 0;
  }
}
