import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Log } from '../../platform/index.ts';
import type { WatcherOptions } from '../../watcher/index.ts';
import type { Launcher } from './launched.ts';
import type { UpOptions } from './options.ts';

export interface OpenedMember {
  cluster: string;
  options: Pick<WatcherOptions, 'openReplica' | 'firstConfiguration' | 'operator' | 'mouth'>;
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
  if (!genesis || !hasMembers(genesis)) return undefined;
  const key = join(data, operatorKeyFile);
  const operator = existsSync(key) ? await readOperator(key, genesis) : undefined;
  const { peerListen } = options;
  const links = { directory: data, random: Math.random, log, ...(peerListen !== undefined && { peerListen }) };
  const member = new Member(links);
  const mouth = launcher && new Mouth();
  launcher?.onFaults((faults) => {
    const own = faults.find(({ watcher }) => watcher === launcher.self)?.fault;
    member.setFaults({ cut: own === 'cut', lying: own === 'lie' });
    mouth?.lie(own === 'lie');
  });
  return {
    cluster: genesis.cluster,
    options: {
      openReplica: (parts) => member.openReplica(parts),
      firstConfiguration: () => readFirstConfiguration(data),
      ...(operator && { operator }),
      ...(mouth && { mouth }),
    },
  };
}
