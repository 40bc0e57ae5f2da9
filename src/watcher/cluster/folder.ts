import { z } from 'zod';
import { messageOf, QwError } from '../../model/index.ts';
import { nodeDisk, readSmallFile, replaceFile } from '../../platform/index.ts';
import type { GivenConfiguration } from '../start.ts';

/** Files of a member's data folder, beside those that every watcher has. */

export const genesisFile = 'genesis.json';
export const keyFile = 'watcher.key.pem';
export const idFile = 'watcher.id';
/** Says whose record the folder holds; written when the record begins. */
export const recordFile = 'identity.json';
/** Lists who the members were; written when they first change. */
export const epochsFile = 'epochs';
const configurationFile = 'configuration.json';
const maxConfigurationBytes = 16_777_216;

const schema = z.strictObject({
  document: z.unknown(),
  file: z.string().min(1).max(200),
  source: z.strictObject({ kind: z.enum(['file', 'api', 'discovery']), fileHash: z.string().max(128).optional() }),
  authority: z.strictObject({ operator: z.string(), base: z.int().min(0), signature: z.string() }),
});

export function writeJson(directory: string, name: string, value: unknown): Promise<void> {
  return replaceFile(nodeDisk, directory, name, Buffer.from(`${JSON.stringify(value, undefined, 2)}\n`));
}

/** The first configuration, signed by an operator: whichever member comes first puts it in force. */
export function writeFirstConfiguration(directory: string, configuration: GivenConfiguration): Promise<void> {
  return writeJson(directory, configurationFile, configuration);
}

/** As `init` wrote it; undefined for a member that came later. Throws DATA_FOREIGN when the file is damaged. */
export async function readFirstConfiguration(directory: string): Promise<GivenConfiguration | undefined> {
  const where = `${directory}/${configurationFile}`;
  const bytes = await readSmallFile(nodeDisk, where, maxConfigurationBytes);
  if (!bytes) return undefined;
  try {
    return schema.parse(JSON.parse(bytes.toString())) as GivenConfiguration;
  } catch (thrown) {
    throw new QwError('DATA_FOREIGN', `the first configuration cannot be read: ${messageOf(thrown)}`, {
      where,
      hint: 'copy it from another member’s folder, or remove it: the others have it',
    });
  }
}

export const newcomerFile = 'join.json';
const newcomerSchema = z.strictObject({ address: z.string().max(300) });

/** What a watcher that came later knows of itself before the ledger tells it. */
export type NewcomerFile = z.output<typeof newcomerSchema>;

export function writeNewcomer(directory: string, newcomer: NewcomerFile): Promise<void> {
  return writeJson(directory, newcomerFile, newcomer);
}

/** Undefined for those with whom the cluster began. Throws DATA_FOREIGN when the file is damaged. */
export async function readNewcomer(directory: string): Promise<NewcomerFile | undefined> {
  const where = `${directory}/${newcomerFile}`;
  const bytes = await readSmallFile(nodeDisk, where, 4096);
  if (!bytes) return undefined;
  try {
    return newcomerSchema.parse(JSON.parse(bytes.toString()));
  } catch (thrown) {
    throw new QwError('DATA_FOREIGN', `what this watcher joined with cannot be read: ${messageOf(thrown)}`, { where });
  }
}
