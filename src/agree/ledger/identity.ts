import { z } from 'zod';
import { messageOf, QwError } from '../../model/index.ts';
import { readSmallFile, replaceFile, type Disk } from '../../platform/index.ts';
import { layout } from './layout.ts';

/** The version of everything in the data folder; a program refuses a higher one than its own. */
const dataFormat = 1;

/** Whose data folder it is. */
export interface Identity {
  watcher: string;
  /** Ed25519. */
  publicKey: Buffer;
}

const version = z.object({ format: z.int().min(1) });
const schema = z.strictObject({
  format: z.literal(dataFormat),
  watcher: z.string().min(1),
  publicKey: z.string().regex(/^[0-9a-f]{64}$/),
});

/** Undefined for a folder that nobody has used yet. */
export async function readIdentity(disk: Disk, directory: string): Promise<Identity | undefined> {
  const where = `${directory}/${layout.identity}`;
  const bytes = await readSmallFile(disk, where, 4096);
  if (!bytes) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString());
  } catch (cause) {
    throw new QwError('LEDGER_CORRUPT', `the identity of the data folder is damaged: ${messageOf(cause)}`, { where });
  }
  const format = version.safeParse(value).data?.format;
  if (format !== undefined && format > dataFormat) {
    const message = `the data folder has format ${format}, this version knows up to ${dataFormat}`;
    throw new QwError('DATA_NEWER', message, { where, facts: { format, known: dataFormat } });
  }
  const identity = schema.safeParse(value).data;
  if (!identity) throw new QwError('LEDGER_CORRUPT', 'the identity of the data folder is damaged', { where });
  return { watcher: identity.watcher, publicKey: Buffer.from(identity.publicKey, 'hex') };
}

export async function writeIdentity(disk: Disk, directory: string, identity: Identity): Promise<void> {
  const document = { format: dataFormat, watcher: identity.watcher, publicKey: identity.publicKey.toString('hex') };
  await replaceFile(disk, directory, layout.identity, Buffer.from(`${JSON.stringify(document, undefined, 2)}\n`));
}

export function refuseForeign(found: Identity, own: Identity, directory: string): void {
  if (found.watcher === own.watcher && found.publicKey.equals(own.publicKey)) return;
  const other = found.watcher === own.watcher ? 'has another key' : `belongs to watcher ${found.watcher}`;
  const message = `the data folder ${other}, this is ${own.watcher}`;
  throw new QwError('DATA_FOREIGN', message, { where: directory, facts: { found: found.watcher, own: own.watcher } });
}
