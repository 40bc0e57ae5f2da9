import { RouterError, type RouterClient } from './client.ts';

const menu = 'ip/firewall/connection';
/** Connections end all the time, and one that is gone may refuse its whole request: each round asks for fewer at once. */
const chunks = [200, 20, 1];

/** Removes the connections that the router tracks now, so that they are set up anew over the present routes. */
export async function removeConnections(router: RouterClient, dryRun: boolean): Promise<string> {
  const before = await ids(router);
  if (dryRun) return `${before.size} tracked connections would be removed`;
  let left = [...before];
  for (const size of chunks) {
    for (let i = 0; i < left.length; i += size) {
      try {
        await router.command(menu, 'remove', { '.id': left.slice(i, i + size).join(',') });
      } catch (error) {
        if (!(error instanceof RouterError) || error.status !== 404) throw error;
      }
    }
    const present = await ids(router);
    left = left.filter((id) => present.has(id));
    if (left.length === 0) return `${before.size} tracked connections were removed`;
  }
  throw new RouterError(`still tracks ${left.length} of ${before.size} connections after removing them`);
}

async function ids(router: RouterClient): Promise<Set<string>> {
  const rows = await router.print(menu, {}, ['.id']);
  return new Set(rows.map((row) => row['.id']).filter((id) => id !== undefined));
}

/** What a router tracks can be hundreds of thousands; beyond this the rest finds out by itself. */
const mostMarked = 20_000;

/** Removes the connections with a mark, and says how many of how many; those that end meanwhile count as removed. */
export async function removeMarked(
  router: RouterClient,
  markedMenu: string,
  mark: string,
): Promise<{ removed: number; of: number }> {
  const marked = async () => {
    const rows = await router.print(markedMenu, { 'connection-mark': mark }, ['.id', 'connection-mark']);
    // The router is asked for these only, but what it answers is what is acted on.
    return rows.flatMap((row) => (row['connection-mark'] === mark ? (row['.id'] ?? []) : []));
  };
  const before = await marked();
  let left = before.slice(0, mostMarked);
  for (const size of chunks) {
    for (let i = 0; i < left.length; i += size) {
      try {
        await router.command(markedMenu, 'remove', { '.id': left.slice(i, i + size).join(',') });
      } catch (error) {
        if (!(error instanceof RouterError) || error.status !== 404) throw error;
      }
    }
    const present = new Set(left.length === 0 ? [] : await marked());
    left = left.filter((id) => present.has(id));
    if (left.length === 0) break;
  }
  return { removed: Math.min(before.length, mostMarked) - left.length, of: before.length };
}
