import { QwError, type FailoverSettings, type IpFamily } from '../../model/index.ts';
import type { LinuxParts } from '../../platform/index.ts';
import { numbersOf, ownTable } from './numbers.ts';

/** Throws CONFLICT where somebody else uses the tables, priorities or names that would be ours. */
export async function refuseConflicts(
  failover: FailoverSettings,
  uplinkCount: number,
  families: readonly IpFamily[],
  { network, listNftTable }: Pick<LinuxParts, 'network' | 'listNftTable'>,
): Promise<void> {
  const numbers = numbersOf(failover);
  const { specific, traffic } = numbers.rules;
  for (const family of families) {
    for (const table of numbers.tables(uplinkCount, failover.classes.length)) {
      const [foreign] = network.routes(family, table);
      if (foreign) throw taken(`the routing table ${table} holds a route to ${foreign.destination} already`, 'table');
    }
    const rule = network.rules(family).find(({ priority }) => priority >= specific && priority <= traffic);
    if (rule) throw taken(`there is a routing rule of priority ${rule.priority} already`, 'rule-priority');
  }
  const table = await listNftTable('inet', ownTable);
  if (table !== undefined) {
    const hint = `if no other watcher acts on this machine: nft delete table inet ${ownTable}`;
    throw new QwError('CONFLICT', `there is an nftables table inet ${ownTable} already`, { hint });
  }
}

function taken(what: string, key: string): QwError {
  return new QwError('CONFLICT', what, { hint: `choose another number with failover.${key}` });
}
