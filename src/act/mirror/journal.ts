import { z } from 'zod';
import { messageOf, mirrorDirections, QwError } from '../../model/index.ts';
import { readSmallFile, replaceFile, type Disk } from '../../platform/index.ts';

/** What mirrors have set up here, written down before it is done: a crash at any instant leaves nothing unnamed. */
const journalSchema = z.strictObject({
  version: z.literal(1),
  mirrors: z
    .array(
      z.strictObject({
        id: z.string(),
        slot: z.int().min(0).max(255),
        interfaces: z.array(z.string()).max(16),
        direction: z.enum(mirrorDirections),
        tunnel: z.boolean(),
      }),
    )
    .max(100),
  /** Interfaces that had no place for filters before. */
  qdiscs: z.array(z.string()).max(1000),
});
export type MirrorJournal = z.output<typeof journalSchema>;

const mirrorFile = 'mirrors-set-up.json';
const limitBytes = 100_000;

export const emptyJournal: MirrorJournal = { version: 1, mirrors: [], qdiscs: [] };

/** Throws DATA_UNUSABLE for a file that is not ours to interpret. */
export async function readMirrorJournal(disk: Disk, folder: string): Promise<MirrorJournal> {
  const path = `${folder}/${mirrorFile}`;
  const bytes = await readSmallFile(disk, path, limitBytes);
  if (!bytes) return emptyJournal;
  try {
    return journalSchema.parse(JSON.parse(bytes.toString('utf8')));
  } catch (cause) {
    throw new QwError('DATA_UNUSABLE', `what was set up for mirrors cannot be read: ${messageOf(cause)}`, {
      where: path,
      hint: 'remove the tc filters with preferences 65000 to 65008 and the devices qwm0 to qwm15 by hand, then this file',
      cause,
    });
  }
}

/** An empty one is no file. */
export async function writeMirrorJournal(disk: Disk, folder: string, journal: MirrorJournal): Promise<void> {
  if (journal.mirrors.length + journal.qdiscs.length > 0) {
    await disk.makeDirectory(folder);
    await replaceFile(disk, folder, mirrorFile, Buffer.from(`${JSON.stringify(journal, undefined, 2)}\n`));
    return;
  }
  if (!(await disk.list(folder)).includes(mirrorFile)) return;
  await disk.remove(`${folder}/${mirrorFile}`);
  await disk.syncDirectory(folder);
}
