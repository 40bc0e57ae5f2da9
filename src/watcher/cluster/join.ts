import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { openKeyFile } from '../../agree/index.ts';
import { memberRecordSchema, QwError, type Genesis } from '../../model/index.ts';
import { nodeDisk, readSmallFile, replaceFile } from '../../platform/index.ts';
import { genesisFile, idFile, keyFile, writeJson, writeNewcomer } from './folder.ts';

export interface Newcomer {
  directory: string;
  id: string;
  genesis: Genesis;
  /** `HOST:PORT` where the others will call it; empty when it only calls them. */
  address: string;
  /** It comes in the place of a watcher of this name that is lost. */
  replaces?: boolean;
}

/** Makes the folder of a watcher that is to be added to a cluster; CONFLICT when it is somebody's already. */
export async function joinCluster({
  directory,
  id,
  genesis,
  address,
  replaces,
}: Newcomer): Promise<{ publicKey: string }> {
  const name = memberRecordSchema.shape.id.safeParse(id);
  if (!name.success) throw new QwError('BAD_INPUT', `the name ${id}: ${name.error.issues[0]?.message ?? ''}`);
  if (!replaces && genesis.watchers.some((watcher) => watcher.id === id)) {
    throw new QwError('CONFLICT', `cluster ${genesis.cluster} began with a watcher ${id}`, {
      hint: 'give another name with --id, or --replace when it is to take the place of that one',
    });
  }
  const taken = [idFile, keyFile, genesisFile].find((file) => existsSync(join(directory, file)));
  if (taken !== undefined) {
    throw new QwError('CONFLICT', 'this folder has a watcher already, and keys are never overwritten', {
      where: join(directory, taken),
      hint: 'name another folder with --data',
    });
  }
  const signer = await openKeyFile(nodeDisk, directory, keyFile, id);
  await replaceFile(nodeDisk, directory, idFile, Buffer.from(`${id}\n`));
  await writeNewcomer(directory, { address });
  await writeJson(directory, genesisFile, genesis);
  return { publicKey: signer.publicKey.toString('hex') };
}

/** Where the key lies that a watcher is to go over to, until the operator has told the others. */
export const nextKeyFile = 'watcher.key.next.pem';

/** Makes that key, or finds the one that was made before. BAD_INPUT when no watcher has this folder. */
export async function makeNextKey(directory: string): Promise<{ id: string; publicKey: string }> {
  const id = (await readSmallFile(nodeDisk, join(directory, idFile), 256))?.toString().trim();
  if (id === undefined) {
    throw new QwError('BAD_INPUT', 'there is no watcher in this folder', {
      where: join(directory, idFile),
      hint: 'name its data folder with --data',
    });
  }
  const signer = await openKeyFile(nodeDisk, directory, nextKeyFile, id);
  return { id, publicKey: signer.publicKey.toString('hex') };
}
