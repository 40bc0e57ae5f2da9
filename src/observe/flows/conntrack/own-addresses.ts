import type { Clock } from '../../../platform/index.ts';
import { wordsOf, type AddressWords } from '../enrich/address-words.ts';
import { prefixTable } from './subnets.ts';

/** RFC 1918, RFC 4193, and what a link has by itself. */
const privateNetworks = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '169.254.0.0/16', 'fc00::/7', 'fe80::/10'];
const readAgainMs = 30_000;

/** Which addresses are this machine's, and which lie in own networks. */
export class OwnAddresses {
  readonly #networks: ReturnType<typeof prefixTable>;
  readonly #read: () => readonly string[];
  readonly #clock: Pick<Clock, 'monotonic'>;
  #here = new Set<string>();
  #readAtMs = -Infinity;

  constructor(networks: readonly string[], read: () => readonly string[], clock: Pick<Clock, 'monotonic'>) {
    this.#networks = prefixTable(networks.length > 0 ? networks : privateNetworks);
    this.#read = read;
    this.#clock = clock;
  }

  isOwn(words: AddressWords): boolean {
    return this.#networks.find(words) > 0;
  }

  isHere(words: AddressWords): boolean {
    if (this.#clock.monotonic() - this.#readAtMs >= readAgainMs) this.#readAgain();
    return this.#here.has(words.join('.'));
  }

  #readAgain(): void {
    this.#readAtMs = this.#clock.monotonic();
    this.#here = new Set(this.#read().flatMap((address) => wordsOf(address)?.join('.') ?? []));
  }
}
