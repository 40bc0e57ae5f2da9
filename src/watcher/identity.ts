import { randomBytes } from 'node:crypto';
import { openKeyFile, type Signer } from '../agree/index.ts';
import { messageOf, QwError } from '../model/index.ts';
import { nodeDisk, readSmallFile, replaceFile } from '../platform/index.ts';

/** `office-3fa2`: the machine's name and a random end, made on the first start and kept with the key. */
const idFile = 'watcher.id';
const keyFile = 'watcher.key.pem';
/** Says whose record the folder holds; written when the record begins. */
const recordFile = 'identity.json';
const idPattern = /^[a-z0-9][a-z0-9-]{0,61}[a-z0-9]$/;

/** The watcher that a data folder belongs to: its name and its Ed25519 key, both made when they are missing. */
export async function openIdentity(directory: string, hostName: string): Promise<Signer> {
  try {
    await nodeDisk.makeDirectory(directory);
    return await readOrMake(directory, hostName);
  } catch (thrown) {
    if (thrown instanceof QwError) throw thrown;
    throw new QwError('DATA_UNUSABLE', `the data folder cannot be used: ${messageOf(thrown)}`, {
      where: directory,
      cause: thrown,
    });
  }
}

async function readOrMake(directory: string, hostName: string): Promise<Signer> {
  // A new name or key beside an old record would only hide that the old one is lost.
  if (await readSmallFile(nodeDisk, `${directory}/${recordFile}`, 4096)) {
    for (const file of [idFile, keyFile]) {
      if (await readSmallFile(nodeDisk, `${directory}/${file}`, 4096)) continue;
      throw new QwError('DATA_FOREIGN', 'the folder holds the record of a watcher, but this file of it is missing', {
        where: `${directory}/${file}`,
        hint: 'restore the file from a backup, or give this watcher its own folder with --data',
      });
    }
  }
  let id = (await readSmallFile(nodeDisk, `${directory}/${idFile}`, 256))?.toString().trim();
  if (id === undefined) {
    const machine = hostName
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, '-')
      .slice(0, 40)
      .replaceAll(/^-+|-+$/g, '');
    id = `${machine || 'watcher'}-${randomBytes(2).toString('hex')}`;
    await replaceFile(nodeDisk, directory, idFile, Buffer.from(`${id}\n`));
  }
  if (!idPattern.test(id)) {
    throw new QwError('DATA_FOREIGN', 'the name of the watcher is damaged', { where: `${directory}/${idFile}` });
  }
  return openKeyFile(nodeDisk, directory, keyFile, id);
}
