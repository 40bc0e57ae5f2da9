import { randomBytes } from 'node:crypto';
import { openKeyFile, type Signer } from '../agree/index.ts';
import { QwError } from '../model/index.ts';
import { nodeDisk, readSmallFile, replaceFile } from '../platform/index.ts';

/** `office-3fa2`: the machine's name and a random end, made on the first start and kept with the key. */
const idFile = 'watcher.id';
const keyFile = 'watcher.key.pem';
const idPattern = /^[a-z0-9][a-z0-9-]{0,61}[a-z0-9]$/;

/** The watcher that a data folder belongs to: its name and its Ed25519 key, both made when they are missing. */
export async function openIdentity(directory: string, hostName: string): Promise<Signer> {
  await nodeDisk.makeDirectory(directory);
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
