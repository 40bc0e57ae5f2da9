import { randomBytes } from 'node:crypto';
import { open } from 'node:fs/promises';
import { messageOf, QwError } from '../../../model/index.ts';
import { readSecret, systemErrorCode } from '../../../platform/index.ts';
import { keyBytes } from './crypto-pan.ts';

/**
 * The key of pseudonyms: 64 hexadecimal digits in a file that only its owner can read. Who has it can turn pseudonyms back
 * into addresses; who loses it cannot, and pseudonyms by another key have nothing in common with the old ones.
 */

/** Throws CONFLICT when the file is there already, DATA_UNUSABLE when it cannot be written. */
export async function makePrivacyKey(path: string): Promise<void> {
  let file;
  try {
    // Never over another key: what was hidden with that one could not be told any more.
    file = await open(path, 'wx', 0o600);
    await file.writeFile(`${randomBytes(keyBytes).toString('hex')}\n`);
    await file.sync();
  } catch (thrown) {
    if (systemErrorCode(thrown) === 'EEXIST') {
      throw new QwError('CONFLICT', 'there is such a file already, and a key is never overwritten', { where: path });
    }
    throw new QwError('DATA_UNUSABLE', `the key cannot be written: ${messageOf(thrown)}`, {
      where: path,
      cause: thrown,
    });
  } finally {
    await file?.close();
  }
}

/** Throws SECRET_UNREADABLE; `warn` is told when others can read it too. */
export async function readPrivacyKey(path: string, warn?: (message: string) => void): Promise<Uint8Array> {
  const text = (await readSecret({ file: path }, warn ? { warn } : {})).reveal().trim();
  if (!new RegExp(`^[0-9a-f]{${2 * keyBytes}}$`, 'i').test(text)) {
    throw new QwError('SECRET_UNREADABLE', `the key in ${path} is none: expected ${2 * keyBytes} hexadecimal digits`, {
      where: path,
      hint: 'make one with `quorumwatch flows privacy-key FILE`',
    });
  }
  return Uint8Array.from(Buffer.from(text, 'hex'));
}
