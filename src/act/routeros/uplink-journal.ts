import { z } from 'zod';
import { messageOf, QwError } from '../../model/index.ts';
import { readSmallFile, replaceFile, type Disk } from '../../platform/index.ts';
import { inUse, outOfUse, sameState, type RouterRoute } from './uplink-routes.ts';

const stateSchema = z.strictObject({ disabled: z.boolean(), distance: z.int().min(0).max(255) });

/** What the routes were before the first change, written down before it: a crash at any instant leaves nothing unnamed. */
const journalSchema = z.strictObject({
  version: z.literal(1),
  url: z.string(),
  /** How the router was reached, without the password: it may be in no configuration any more. */
  access: z.strictObject({
    user: z.string(),
    'password-file': z.string(),
    'certificate-sha256': z.string().optional(),
    timeout: z.number().positive(),
  }),
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

/** Whether this row is one that was named, in a state that we gave it: what somebody else set stays. */
export function isOurs(
  route: Omit<RouterRoute, 'uplink' | 'family'>,
  named: RouterJournal['routes'][number],
  method: RouterJournal['method'],
): boolean {
  return (
    route.menu === named.menu &&
    route.comment === named.comment &&
    route.destination === named.destination &&
    route.gateway === named.gateway &&
    [inUse(named.own), outOfUse(named.own, method)].some((state) => sameState(route.now, state))
  );
}

/** In the data folder while routes of a router may not be as their owner configured them. */
export const routerFile = 'uplinks-router.json';
const limitBytes = 500_000;

/** Undefined when nothing was changed. Throws DATA_UNUSABLE for a file that is not ours to interpret. */
export async function readRouterJournal(disk: Disk, folder: string): Promise<RouterJournal | undefined> {
  const path = `${folder}/${routerFile}`;
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
  await replaceFile(disk, folder, routerFile, Buffer.from(`${JSON.stringify(journal, undefined, 2)}\n`));
}

export async function removeRouterJournal(disk: Disk, folder: string): Promise<void> {
  await disk.remove(`${folder}/${routerFile}`);
  await disk.syncDirectory(folder);
}
