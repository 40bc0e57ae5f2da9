import { z } from 'zod';
import { messageOf, QwError } from '../../model/index.ts';
import { readSmallFile, replaceFile, type Disk } from '../../platform/index.ts';

/** What was set up on this machine, written down before it is done: a crash at any instant leaves nothing unnamed. */
const journalSchema = z.strictObject({
  version: z.literal(1),
  numbers: z.strictObject({ mark: z.int(), table: z.int(), 'rule-priority': z.int() }),
  uplinkCount: z.int().min(0).max(16),
  classCount: z.int().min(0).max(16).default(0),
  /** Settings of the kernel that were changed, with what they were. */
  settings: z.array(z.strictObject({ path: z.string(), before: z.string(), after: z.string() })).max(200),
});
export type SetupJournal = z.output<typeof journalSchema>;

export const setupFile = 'uplinks-set-up.json';
const limitBytes = 100_000;

/** Undefined when nothing is set up. Throws DATA_UNUSABLE for a file that is not ours to interpret. */
export async function readJournal(disk: Disk, folder: string): Promise<SetupJournal | undefined> {
  const path = `${folder}/${setupFile}`;
  const bytes = await readSmallFile(disk, path, limitBytes);
  if (!bytes) return undefined;
  try {
    return journalSchema.parse(JSON.parse(bytes.toString('utf8')));
  } catch (cause) {
    throw new QwError('DATA_UNUSABLE', `what was set up for uplinks cannot be read: ${messageOf(cause)}`, {
      where: path,
      hint: 'remove the routes and rules of protocol 113 and the nftables table quorumwatch by hand, then this file',
      cause,
    });
  }
}

export async function writeJournal(disk: Disk, folder: string, journal: SetupJournal): Promise<void> {
  await disk.makeDirectory(folder);
  await replaceFile(disk, folder, setupFile, Buffer.from(`${JSON.stringify(journal, undefined, 2)}\n`));
}

export async function removeJournal(disk: Disk, folder: string): Promise<void> {
  await disk.remove(`${folder}/${setupFile}`);
  await disk.syncDirectory(folder);
}
