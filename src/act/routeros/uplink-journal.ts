import { z } from 'zod';
import { messageOf, QwError } from '../../model/index.ts';
import { readSmallFile, replaceFile, type Disk } from '../../platform/index.ts';

const stateSchema = z.strictObject({ disabled: z.boolean(), distance: z.int().min(0).max(255) });

/** What the routes were before the first change, written down before it: a crash at any instant leaves nothing unnamed. */
const journalSchema = z.strictObject({
  version: z.literal(1),
  url: z.string(),
  method: z.enum(['distance', 'disable']),
  routes: z
    .array(
      z.strictObject({
        menu: z.enum(['ip/route', 'ipv6/route']),
        comment: z.string(),
        destination: z.string(),
        gateway: z.string(),
        own: stateSchema,
      }),
    )
    .max(512),
});
export type RouterJournal = z.output<typeof journalSchema>;

const fileName = 'uplinks-router.json';
const limitBytes = 500_000;

/** Undefined when nothing was changed. Throws DATA_UNUSABLE for a file that is not ours to interpret. */
export async function readRouterJournal(disk: Disk, folder: string): Promise<RouterJournal | undefined> {
  const path = `${folder}/${fileName}`;
  const bytes = await readSmallFile(disk, path, limitBytes);
  if (!bytes) return undefined;
  try {
    return journalSchema.parse(JSON.parse(bytes.toString('utf8')));
  } catch (cause) {
    throw new QwError('DATA_UNUSABLE', `what was changed on the router cannot be read: ${messageOf(cause)}`, {
      where: path,
      hint: 'put distances and disabled flags of the routes back by hand, then remove this file',
      cause,
    });
  }
}

export async function writeRouterJournal(disk: Disk, folder: string, journal: RouterJournal): Promise<void> {
  await disk.makeDirectory(folder);
  await replaceFile(disk, folder, fileName, Buffer.from(`${JSON.stringify(journal, undefined, 2)}\n`));
}

export async function removeRouterJournal(disk: Disk, folder: string): Promise<void> {
  await disk.remove(`${folder}/${fileName}`);
  await disk.syncDirectory(folder);
}
