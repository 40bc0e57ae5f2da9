import type { Disk, LinuxParts } from '../../platform/index.ts';
import { numbersOf } from './numbers.ts';
import { removal } from './ruleset.ts';
import { restoreSettings } from './settings.ts';
import { readJournal, removeJournal, type SetupJournal } from './journal.ts';
import { ownedBy } from './wanted.ts';

/** Removes what an earlier run set up and did not take back; whether there was anything. */
export async function removeLeftovers(disk: Disk, folder: string, parts: LinuxParts): Promise<boolean> {
  const journal = await readJournal(disk, folder);
  if (!journal) return false;
  await removeSetup(journal, parts);
  await removeJournal(disk, folder);
  return true;
}

/** Removes what the journal names and nothing else: at the end, and at a start after a crash. */
export async function removeSetup(journal: SetupJournal, parts: LinuxParts): Promise<void> {
  const { uplinkCount, classCount } = journal;
  const numbers = numbersOf(journal.numbers);
  const owned = ownedBy(numbers, uplinkCount, classCount);
  for (const family of [4, 6] as const) {
    // Rules first: a rule that leads to an empty table is passed over, a table without its rule is harmless too.
    const rules = parts.network.rules(family).filter(owned.rule);
    parts.network.apply(rules.map((rule) => ({ do: 'remove', rule })));
    for (const table of numbers.tables(uplinkCount, classCount)) {
      const routes = parts.network.routes(family, table).filter(owned.route);
      parts.network.apply(routes.map((route) => ({ do: 'remove', route })));
    }
  }
  await parts.applyNft(removal());
  restoreSettings(journal.settings, parts.settings);
}
