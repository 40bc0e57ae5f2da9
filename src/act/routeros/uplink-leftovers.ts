import { messageOf, QwError, type UplinkRouter } from '../../model/index.ts';
import { readSecret, redact, type Disk, type Log, type Secret } from '../../platform/index.ts';
import { openRouter } from './client.ts';
import { isOurs, readRouterJournal, removeRouterJournal, type RouterJournal } from './uplink-journal.ts';
import { bodyOf, findRoutes, sameState } from './uplink-routes.ts';

interface Place {
  disk: Disk;
  folder: string;
  log: Log;
}

/**
 * Puts back what a crash left on a router, with the access that stood in the configuration then. Nothing is done for
 * `next`, whose actor takes it up itself. True when something was left.
 * Throws CONFLICT that names the routes to look at, and DATA_UNUSABLE.
 */
export async function removeRouterLeftovers(
  { disk, folder, log }: Place,
  next: UplinkRouter | undefined,
): Promise<boolean> {
  const left = await readRouterJournal(disk, folder);
  if (!left || left.url === next?.routeros.url) return false;
  const secrets: Secret[] = [];
  try {
    const { user, 'password-file': file, 'certificate-sha256': certificateSha256, timeout: timeoutMs } = left.access;
    const password = await readSecret({ file }, { warn: (message) => log.warning(message) });
    secrets.push(password);
    const pin = certificateSha256 === undefined ? {} : { certificateSha256 };
    const { signal } = new AbortController();
    const router = openRouter({ url: left.url, user, password, ...pin, timeoutMs, signal });
    try {
      for (const named of left.routes) {
        const rows = await findRoutes(router, named.menu, named.comment);
        const row = rows.find((one) => isOurs(one, named, left.method));
        if (row && !sameState(row.now, named.own)) await router.set(row.menu, row.id, bodyOf(row.now, named.own));
      }
    } finally {
      router.close();
    }
  } catch (cause) {
    const why = redact(messageOf(cause), secrets);
    throw new QwError('CONFLICT', `routes of ${left.url} may not be as they were: ${why}`, {
      where: folder,
      hint: `see that they are: ${left.routes.map(describe).join('; ')}. Then remove uplinks-router.json`,
      cause,
    });
  }
  await removeRouterJournal(disk, folder);
  return true;
}

function describe({ menu, comment, destination, gateway, own }: RouterJournal['routes'][number]): string {
  const state = `distance=${own.distance} disabled=${own.disabled ? 'yes' : 'no'}`;
  return `/${menu.replace('/', ' ')} "${comment}" ${destination} via ${gateway} ${state}`;
}
