import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { messageOf, QwError } from '../../model/index.ts';
import { readSmallFile, replaceFile, type Disk } from '../../platform/index.ts';
import { ed25519Signer, type Signer } from '../crypto/signer.ts';

/** The watcher's private key as PEM (PKCS #8); made when the file is missing. Readable by its owner only. */
export async function openKeyFile(disk: Disk, directory: string, file: string, watcher: string): Promise<Signer> {
  const where = `${directory}/${file}`;
  const pem = await readSmallFile(disk, where, 4096);
  if (!pem) {
    await disk.makeDirectory(directory);
    const { privateKey } = generateKeyPairSync('ed25519');
    await replaceFile(disk, directory, file, Buffer.from(privateKey.export({ type: 'pkcs8', format: 'pem' })));
    return ed25519Signer(watcher, privateKey);
  }
  let key;
  try {
    key = createPrivateKey(pem);
  } catch (cause) {
    throw new QwError('SECRET_UNREADABLE', `the key file is not a private key: ${messageOf(cause)}`, { where });
  }
  if (key.asymmetricKeyType !== 'ed25519') {
    throw new QwError('SECRET_UNREADABLE', 'the key file does not hold an Ed25519 key', { where });
  }
  return ed25519Signer(watcher, key);
}
