import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Log } from '../../platform/index.ts';
import type { WatcherOptions } from '../../watcher/index.ts';
import type { Launcher } from './launched.ts';
import type { UpOptions } from './options.ts';

export interface OpenedMember {
  /** Undefined for a watcher that is alone so far, and has links to let others come. */
  cluster: string | undefined;
  options: Pick<WatcherOptions, 'openReplica' | 'exchange' | 'operator' | 'mouth'> &
    Partial<Pick<WatcherOptions, 'firstConfiguration'>>;
}

/** What makes a watcher of this folder a member of a cluster; undefined when it runs alone. */
export async function openMember(
  data: string,
  options: Pick<UpOptions, 'peerListen'>,
  log: Log,
  launcher: Launcher | undefined,
): Promise<OpenedMember | undefined> {
  const { hasMembers, Member, Mouth, operatorKeyFile, readFirstConfiguration, readGenesis, readOperator } =
    await import('../../watcher/index.ts');
  const genesis = await readGenesis(data);
  const { peerListen } = options;
  const isMember = genesis !== undefined && hasMembers(genesis, data);
  if (!isMember && peerListen === undefined) return undefined;
  const key = join(data, operatorKeyFile);
  const operator = genesis && existsSync(key) ? await readOperator(key, genesis) : undefined;
  const links = { directory: data, random: Math.random, log, ...(peerListen !== undefined && { peerListen }) };
  const member = new Member(links);
  const mouth = launcher && new Mouth();
  launcher?.onFaults((faults) => {
    const own = faults.find(({ watcher }) => watcher === launcher.self)?.fault;
    member.setFaults({ cut: own === 'cut', lying: own === 'lie' });
    mouth?.lie(own === 'lie');
  });
  return {
    cluster: isMember ? genesis.cluster : undefined,
    options: {
      openReplica: (parts) => member.openReplica(parts),
      exchange: () => member.exchange,
      ...(isMember && { firstConfiguration: () => readFirstConfiguration(data) }),
      ...(operator && { operator }),
      ...(mouth && { mouth }),
    },
  };
}
