import { randomBytes } from 'node:crypto';
import type { Signer } from '../agree/index.ts';
import { genesisSchema, messageOf, QwError, type EpochMs, type Genesis } from '../model/index.ts';
import { nodeDisk, readSmallFile, replaceFile } from '../platform/index.ts';

const genesisFile = 'genesis.json';
const maxGenesisBytes = 1_048_576;

/** The genesis in a data folder; undefined when there is none. Throws DATA_FOREIGN on a file that is none. */
export function readGenesis(directory: string): Promise<Genesis | undefined> {
  return readGenesisFile(`${directory}/${genesisFile}`);
}

export async function readGenesisFile(where: string): Promise<Genesis | undefined> {
  const bytes = await readSmallFile(nodeDisk, where, maxGenesisBytes);
  if (!bytes) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString());
  } catch (cause) {
    throw damaged(where, messageOf(cause));
  }
  const read = genesisSchema.safeParse(value);
  if (read.success) return read.data as Genesis;
  const issue = read.error.issues[0];
  throw damaged(where, `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`);
}

/** The genesis in a data folder; a watcher that has none runs alone, and makes its own. */
export async function openGenesis(directory: string, signer: Signer, now: EpochMs): Promise<Genesis> {
  const found = await readGenesis(directory);
  if (found) return found;
  const genesis = soloGenesis(signer, now, randomBytes(16).toString('hex'));
  await replaceFile(nodeDisk, directory, genesisFile, Buffer.from(`${JSON.stringify(genesis, undefined, 2)}\n`));
  return genesis;
}

/** A watcher alone is its own operator. Its site stays open: that of its configuration holds. */
export function soloGenesis(signer: Signer, now: EpochMs, nonce: string): Genesis {
  const publicKey = signer.publicKey.toString('hex');
  return {
    format: 1,
    cluster: signer.name,
    createdAt: Math.floor(now),
    nonce,
    operators: [{ name: signer.name, publicKey }],
    epoch: 1,
    protocol: 'solo',
    watchers: [{ number: 1, id: signer.name, publicKey, address: '', role: 'member', site: '' }],
    nextNumber: 2,
  };
}

function damaged(where: string, problem: string): QwError {
  return new QwError('DATA_FOREIGN', `the genesis of this folder cannot be read: ${problem}`, {
    where,
    hint: 'copy it from another member: all have the same',
  });
}
