import { parsePrefix, type AddressWords } from '../enrich/address-words.ts';
import { PrefixTable } from '../enrich/prefix-table.ts';
import { QwError } from '../../../model/index.ts';
import { oneOf } from './sampling.ts';

export interface SubnetRule {
  prefix: string;
  report: boolean;
  /** Share of the connections; that of all else when missing. */
  sampling?: number | undefined;
}

/** Which connections are reported, and one of how many. */
export class Subnets {
  readonly #table: PrefixTable;
  /** By value of the table, which begins at 1. */
  readonly #rates: readonly number[];
  readonly #otherwise: number;

  /** Throws CONFIG_INVALID for what is no prefix. */
  constructor(rules: readonly SubnetRule[], sampling: number) {
    this.#otherwise = oneOf(sampling);
    this.#rates = rules.map((rule) => (rule.report ? oneOf(rule.sampling ?? sampling) : 0));
    this.#table = prefixTable(rules.map(({ prefix }) => prefix));
  }

  /**
   * 0 for a connection that nobody reports. As in a cloud, each subnet decides for its own end, and one end that reports
   * is enough; of two that report, the one that samples less. What has no end in a listed subnet is reported.
   */
  rateOf(one: AddressWords, other: AddressWords): number {
    if (this.#rates.length === 0) return this.#otherwise;
    const rates = [one, other].flatMap((words) => this.#rates[this.#table.find(words) - 1] ?? []);
    if (rates.length === 0) return this.#otherwise;
    const reporting = rates.filter((rate) => rate > 0);
    return reporting.length === 0 ? 0 : Math.min(...reporting);
  }
}

/** Values are places in the list, from 1. Throws CONFIG_INVALID for what is no prefix. */
export function prefixTable(prefixes: readonly string[]): PrefixTable {
  return new PrefixTable(
    prefixes.map((text, index) => {
      const prefix = parsePrefix(text);
      if (!prefix) throw new QwError('CONFIG_INVALID', `${text} is no network, expected one such as 192.0.2.0/24`);
      return { ...prefix, value: index + 1 };
    }),
  );
}
