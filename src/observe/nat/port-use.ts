import type { ConntrackEntry } from '../../platform/index.ts';
import { formatAddress } from '../../platform/index.ts';
import { bytesOfWords, type AddressWords } from '../flows/enrich/address-words.ts';
import type { NatPool } from './pools.ts';

/** How full a pool is. A port is taken for one destination only, so the fullest destination counts. */
export interface PoolUse {
  rule: string;
  /** What sources are translated to. */
  address: string;
  protocol: number;
  ports: number;
  /** Ports in use towards the destination that uses most. */
  used: number;
  destination: string;
  destinationPort: number;
  /** Of all destinations. */
  translations: number;
}

/** Translations without a rule that is known: rules of other programs, or rules that have gone. */
const unknownRule: NatPool = { rule: '', ports: { from: 1024, to: 65_535 }, isBounded: false };
/** Different destinations that are told apart at most; a router with more has a greater problem than this. */
const mostDestinations = 500_000;
const sourceTranslated = 16;

interface Count {
  /** One of them. */
  entry: ConntrackEntry;
  used: number;
}

/** Ports in use by translated address, protocol and destination, counted while all connections are listed. */
export class PortUse {
  /** Translations that found no room to be counted. */
  uncounted = 0;
  readonly #counts = new Map<string, Count>();

  add(entry: ConntrackEntry): void {
    if (!isSourceTranslated(entry)) return;
    const { addresses, ports, protocol } = entry;
    const words = addresses.subarray(8);
    const key = `${words.join('.')}:${ports[2]} ${protocol}`;
    const count = this.#counts.get(key);
    if (count) count.used++;
    else if (this.#counts.size >= mostDestinations) this.uncounted++;
    else this.#counts.set(key, { entry, used: 1 });
  }

  /** By share of the ports in use, the fullest first. */
  result(pools: readonly NatPool[]): PoolUse[] {
    const uses = new Map<string, PoolUse>();
    for (const { entry, used } of this.#counts.values()) {
      const pool = poolOf(entry, pools);
      const address = endText(entry, 3);
      const key = `${pool.rule} ${address} ${entry.protocol}`;
      const known = uses.get(key);
      const busiest = !known || used > known.used;
      uses.set(key, {
        rule: pool.rule,
        address,
        protocol: entry.protocol,
        ports: pool.ports.to - pool.ports.from + 1,
        used: busiest ? used : known.used,
        destination: busiest ? endText(entry, 2) : known.destination,
        destinationPort: busiest ? (entry.ports[2] ?? 0) : known.destinationPort,
        translations: (known?.translations ?? 0) + used,
      });
    }
    return [...uses.values()].sort((a, b) => b.used / b.ports - a.used / a.ports || b.translations - a.translations);
  }
}

function isSourceTranslated({ status }: ConntrackEntry): boolean {
  return (status & sourceTranslated) !== 0;
}

function endText(entry: ConntrackEntry, end: number): string {
  return formatAddress(bytesOfWords(wordsOfEnd(entry, end)));
}

/** Rules that name addresses before those that don't, those that name ports before others, and then in their order. */
function poolOf(entry: ConntrackEntry, pools: readonly NatPool[]): NatPool {
  const address = wordsOfEnd(entry, 3);
  const port = entry.ports[3] ?? 0;
  const fits = pools.filter(
    ({ family, addresses, ports, isBounded, protocols }) =>
      (!family || family === entry.family) &&
      (!protocols || protocols.includes(entry.protocol)) &&
      (!isBounded || (port >= ports.from && port <= ports.to)) &&
      (!addresses || (compare(address, addresses.from) >= 0 && compare(address, addresses.to) <= 0)),
  );
  const rank = ({ addresses, isBounded }: NatPool) => (addresses ? 2 : 0) + (isBounded ? 1 : 0);
  return fits.sort((a, b) => rank(b) - rank(a))[0] ?? unknownRule;
}

function wordsOfEnd({ addresses }: ConntrackEntry, end: number): AddressWords {
  const at = 4 * end;
  return [addresses[at] ?? 0, addresses[at + 1] ?? 0, addresses[at + 2] ?? 0, addresses[at + 3] ?? 0];
}

function compare(one: AddressWords, other: AddressWords): number {
  const at = one.findIndex((word, index) => word !== other[index]);
  return at < 0 ? 0 : (one[at] ?? 0) - (other[at] ?? 0);
}
