import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { QwError } from '../../model/index.ts';
import { freePorts, isFree, systemClock, type Log } from '../../platform/index.ts';
import { discoveredFirst, givenConfiguration } from './configuration.ts';
import { readLaunchFile, writeLaunchFile, type LaunchFile } from './launch-file.ts';
import { defaultListen, type UpOptions } from './options.ts';

/** The folders of all watchers below DATA, made at the first start, and where each serves. */
export async function prepareLaunch(
  data: string,
  options: UpOptions,
  count: number | undefined,
  log: Log,
): Promise<LaunchFile> {
  const found = await readLaunchFile(data);
  const file = found ?? (await makeCluster(data, options, count ?? 0, log));
  if (count !== undefined && file.watchers.length !== count) {
    throw new QwError('CONFLICT', `this folder has a cluster of ${file.watchers.length} watchers, not of ${count}`, {
      where: data,
      hint: 'start it without --watchers, or name another folder with --data',
    });
  }
  for (const [index, watcher] of file.watchers.entries()) {
    // The first one's address is what people have in their bookmarks; the others are found by it.
    if (index === 0) watcher.listen = options.listen ?? watcher.listen;
    else if (!(await isFree(Number(watcher.listen.split(':').pop())))) watcher.listen = '127.0.0.1:0';
  }
  return file;
}

async function makeCluster(data: string, options: UpOptions, count: number, log: Log): Promise<LaunchFile> {
  if (existsSync(join(data, 'watcher.id'))) {
    throw new QwError('CONFLICT', 'this folder belongs to a watcher that runs alone', {
      where: data,
      hint: 'name another folder for the cluster with --data',
    });
  }
  const { clusterSize, createCluster } = await import('../../watcher/index.ts');
  const { remark } = clusterSize('pbft', count);
  if (remark !== undefined) log.warning(remark);
  const given = await givenConfiguration(options);
  const [firstPort = 0, ...ports] = await freePorts(2 * count);
  const listen = (options.listen ?? given?.server.listen ?? defaultListen).replace(/:0$/, `:${firstPort}`);
  const configuration = given?.configuration ?? (await discoveredFirst(options.discover, placeOf(listen), log));
  const { members } = await createCluster({
    directory: data,
    cluster: `demo-${hostname()}`.slice(0, 60),
    protocol: 'pbft',
    members: ports.slice(0, count).map((port, index) => {
      return { id: `watcher-${index + 1}`, address: `127.0.0.1:${port}`, site: '' };
    }),
    configuration,
    operatorEverywhere: true,
    now: systemClock.now(),
  });
  const hash = configuration.source.fileHash;
  const file: LaunchFile = {
    watchers: members.map(({ id }, index) => {
      return { id, dir: id, listen: index === 0 ? listen : `127.0.0.1:${ports[count + index - 1]}` };
    }),
    ...(hash !== undefined && { configurationHash: hash }),
  };
  await writeLaunchFile(data, file);
  log.info('made a cluster on this machine', { watchers: count, folder: data });
  return file;
}

function placeOf(listen: string): { host: string; port: number } {
  const end = listen.lastIndexOf(':');
  return { host: listen.slice(0, end).replaceAll(/[[\]]/g, ''), port: Number(listen.slice(end + 1)) };
}
