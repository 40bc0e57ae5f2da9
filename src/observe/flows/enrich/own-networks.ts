import { specialNetworks4, specialNetworks6 } from '../../../platform/index.ts';
import { isMapped, parsePrefix, type AddressWords, type Prefix } from './address-words.ts';
import { PrefixTable } from './prefix-table.ts';

/** Networks of one's own, as the configuration has them. */
export interface NamedNetwork {
  name: string;
  prefixes: readonly string[];
  site?: string | undefined;
}

const tableOf = (prefixes: readonly string[], value = 1) =>
  new PrefixTable(prefixes.flatMap((text) => withValue(parsePrefix(text), value)));
const withValue = (prefix: Prefix | undefined, value: number) => (prefix ? [{ ...prefix, value }] : []);

/** What is nobody's own on the Internet: RFC 1918, RFC 6598, RFC 3927, RFC 4193, RFC 4291. */
const privateAddresses = tableOf(
  '10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 100.64.0.0/10 169.254.0.0/16 127.0.0.0/8 fc00::/7 fe80::/10 ::1'.split(' '),
);
const toMany = tableOf(['224.0.0.0/4', '255.255.255.255', 'ff00::/8']);
/** Of IPv4, where addresses with the same upper half are treated differently above: they end in 255.255. */
const mixedHalf = 0xffff;
const specialAddresses = tableOf(
  [...specialNetworks4, ...specialNetworks6].map(([network, bits]) => `${network}/${bits}`),
);

/** One of the public Internet, as `isPublicAddress` has it for text. */
export function isPublicWords(words: AddressWords): boolean {
  // Of IPv6, 2000::/3.
  return (isMapped(words) || words[0] >>> 29 === 1) && specialAddresses.find(words) === 0;
}

export class OwnNetworks {
  readonly networks: readonly NamedNetwork[];
  readonly #table: PrefixTable;

  /** Prefixes that are none are left out; the configuration has refused them. */
  constructor(networks: readonly NamedNetwork[]) {
    this.networks = networks;
    this.#table = new PrefixTable(
      networks.flatMap(({ prefixes }, index) => prefixes.flatMap((text) => withValue(parsePrefix(text), index + 1))),
    );
  }

  /** Place in `networks` plus one, 0 for an address in none. */
  find(words: AddressWords): number {
    return this.#table.find(words);
  }

  /** In a network of one's own; without any known, a private address. */
  isOwn(words: AddressWords): boolean {
    return this.networks.length > 0 ? this.find(words) > 0 : privateAddresses.find(words) > 0;
  }

  /** Also what is sent to many at once, which routers do not pass on to strangers. */
  staysInside(words: AddressWords): boolean {
    return this.isOwn(words) || toMany.find(words) > 0;
  }
}

/**
 * Whether IPv4 addresses stay inside while no networks are known, by their upper 16 bits: 1 where all of them do, 0 where
 * none does, and 2 where it takes the whole address to tell.
 */
export function staysInsideByHalf(): Uint8Array {
  const nobodys = new OwnNetworks([]);
  halves ??= new Uint8Array(65_536).map((_, half) =>
    half === mixedHalf ? 2 : nobodys.staysInside([0, 0, 0xffff, half * 65_536]) ? 1 : 0,
  );
  return halves;
}

let halves: Uint8Array | undefined;
