/**
 * A process to be killed: opens the data folder that its argument names, and lets 64 writers propose without end. It
 * prints `ready`, and then the name of every request that was acknowledged.
 */
import { writeSync } from 'node:fs';
import { openKeyFile, openReplica } from '../../src/agree/index.ts';
import { nodeDisk, systemClock } from '../../src/platform/index.ts';
import { twoEntries } from './two-entries.ts';

const writers = 64;
const [directory = '', round = '0'] = process.argv.slice(2);

const signer = await openKeyFile(nodeDisk, directory, 'key.pem', 'office');
const replica = await openReplica({
  directory,
  core: 'solo',
  application: twoEntries(),
  clock: systemClock,
  signer,
  limits: { snapshotEntries: 3000, maxJournalBytes: 200_000 },
  journalSegmentBytes: 50_000,
  ledgerSegmentBytes: 1_000_000,
});
writeSync(1, 'ready\n');
await Promise.all(
  Array.from({ length: writers }, async (_, writer) => {
    for (let at = 0; ; at++) {
      const name = `${round}-${writer}-${at}`;
      await replica.propose(Buffer.from(name));
      // A write to a pipe is done when it returns: what was printed before the kill is read after it.
      writeSync(1, `${name}\n`);
    }
  }),
);
