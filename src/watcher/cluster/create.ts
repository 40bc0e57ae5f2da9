import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ed25519Signer } from '../../agree/index.ts';
import { genesisSchema, QwError, type EpochMs, type Genesis, type Protocol } from '../../model/index.ts';
import { nodeDisk, replaceFile } from '../../platform/index.ts';
import type { GivenConfiguration } from '../start.ts';
import { genesisFile, idFile, keyFile, writeFirstConfiguration, writeJson } from './folder.ts';
import { operatorKeyFile, operatorOf } from './operator.ts';

export interface NewCluster {
  /** Gets the genesis, the operator's key and one folder a member; made when missing. */
  directory: string;
  cluster: string;
  protocol: Protocol;
  members: readonly { id: string; address: string; site: string }[];
  /** What is watched from the beginning; signed here. */
  configuration: GivenConfiguration;
  /** The operator's key into each member's folder too, so that a member can sign by itself: where all is one machine. */
  operatorEverywhere?: boolean;
  now: EpochMs;
}

export interface CreatedCluster {
  genesis: Genesis;
  genesisFile: string;
  operatorKeyFile: string;
  members: { id: string; publicKey: string; dir: string }[];
}

/**
 * Makes keys, genesis and one data folder for each member, ready to be copied to its machine. CONFLICT when any of them
 * is there already; what was begun is removed when it cannot be finished.
 */
export async function createCluster(options: NewCluster): Promise<CreatedCluster> {
  const { directory, members } = options;
  const names = [genesisFile, operatorKeyFile, ...members.map(({ id }) => id)];
  const taken = names.find((name) => existsSync(join(directory, name)));
  if (taken !== undefined) {
    throw new QwError('CONFLICT', 'this is there already, and keys are never overwritten', {
      where: join(directory, taken),
      hint: 'name another folder with --dir, or move the old one away',
    });
  }
  try {
    return await writeCluster(options);
  } catch (thrown) {
    for (const name of names) await rm(join(directory, name), { recursive: true, force: true }).catch(() => undefined);
    throw thrown;
  }
}

async function writeCluster(options: NewCluster): Promise<CreatedCluster> {
  const { directory, configuration } = options;
  const keys = options.members.map(({ id }) => newKey(id));
  const operatorKey = newKey('operator');
  const genesis = genesisSchema.parse({
    format: 1,
    cluster: options.cluster,
    createdAt: Math.floor(options.now),
    nonce: randomBytes(16).toString('hex'),
    operators: [{ name: operatorKey.signer.name, publicKey: operatorKey.publicKey }],
    epoch: 1,
    protocol: options.protocol,
    watchers: options.members.map(({ id, address, site }, index) => {
      return { number: index + 1, id, publicKey: keys[index]?.publicKey, address, role: 'member', site };
    }),
    nextNumber: options.members.length + 1,
  }) as Genesis;
  const operator = operatorOf(operatorKey.signer.name, operatorKey.signer, genesis);
  const signed = { ...configuration, authority: operator.sign('configure', 0, configuration.document) };
  await nodeDisk.makeDirectory(directory);
  const members: CreatedCluster['members'] = [];
  for (const { signer, publicKey, pem } of keys) {
    const dir = join(directory, signer.name);
    await nodeDisk.makeDirectory(dir);
    await replaceFile(nodeDisk, dir, keyFile, pem);
    await replaceFile(nodeDisk, dir, idFile, Buffer.from(`${signer.name}\n`));
    await writeFirstConfiguration(dir, signed);
    await writeJson(dir, genesisFile, genesis);
    if (options.operatorEverywhere) await replaceFile(nodeDisk, dir, operatorKeyFile, operatorKey.pem);
    members.push({ id: signer.name, publicKey, dir });
  }
  await replaceFile(nodeDisk, directory, operatorKeyFile, operatorKey.pem);
  await writeJson(directory, genesisFile, genesis);
  return {
    genesis,
    genesisFile: join(directory, genesisFile),
    operatorKeyFile: join(directory, operatorKeyFile),
    members,
  };
}

function newKey(name: string) {
  const { privateKey } = generateKeyPairSync('ed25519');
  const signer = ed25519Signer(name, privateKey);
  const pem = Buffer.from(privateKey.export({ type: 'pkcs8', format: 'pem' }));
  return { signer, publicKey: signer.publicKey.toString('hex'), pem };
}
