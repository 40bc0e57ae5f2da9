import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { QwError } from '../model/index.ts';
import { writeFileAtomic } from '../platform/index.ts';

/** A watcher's key and name. The key is made on the first start and never leaves the data folder. */
export interface Identity {
  /** `office-3fa2`: the machine's name and the start of the key's hash. */
  id: string;
  privateKey: KeyObject;
  /** SubjectPublicKeyInfo, base64. */
  publicKey: string;
}

const idPattern = /^[a-z0-9][a-z0-9-]{0,61}[a-z0-9]$/;

export async function openIdentity(directory: string, hostName: string): Promise<Identity> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const file = join(directory, 'watcher.key.pem');
  const idFile = join(directory, 'watcher.id');
  const known = await readText(file);
  if (known === undefined) {
    const { privateKey } = generateKeyPairSync('ed25519');
    const publicKey = publicText(privateKey);
    const machine = hostName
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, '-')
      .replaceAll(/^-+|-+$/g, '')
      .slice(0, 40);
    const id = `${machine || 'watcher'}-${createHash('sha256').update(publicKey).digest('hex').slice(0, 4)}`;
    // The name goes first: a key without a name would be taken for a damaged folder.
    await writeFileAtomic(idFile, `${id}\n`, 0o644);
    await writeFileAtomic(file, privateKey.export({ type: 'pkcs8', format: 'pem' }) as string, 0o600);
    return { id, privateKey, publicKey };
  }
  const id = (await readText(idFile))?.trim() ?? '';
  if (!idPattern.test(id)) {
    throw new QwError('DATA_FOREIGN', 'the name of the watcher is missing or damaged', { where: idFile });
  }
  try {
    const privateKey = createPrivateKey(known);
    return { id, privateKey, publicKey: publicText(privateKey) };
  } catch (cause) {
    throw new QwError('DATA_FOREIGN', 'the key of the watcher is damaged', { where: file, cause });
  }
}

function publicText(privateKey: KeyObject): string {
  return createPublicKey(privateKey).export({ type: 'spki', format: 'der' }).toString('base64');
}

async function readText(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new QwError('DATA_FOREIGN', `cannot read the watcher's identity`, { where: file, cause: thrown });
  }
}
