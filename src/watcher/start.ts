import {
  createVerifier,
  openReplica,
  VerdictMachine,
  type Application,
  type Replica,
  type Signer,
} from '../agree/index.ts';
import { messageOf, QwError, type Authority, type ConfigurationSource, type Genesis } from '../model/index.ts';
import type { Clock } from '../platform/index.ts';
import type { Watcher } from './api.ts';
import { Certificates } from './certificates.ts';
import { certifiedLedger } from './certified-ledger.ts';
import { operatorOf, type Operator } from './cluster/operator.ts';
import { openGenesis } from './genesis-file.ts';
import { openIdentity } from './identity.ts';
import { Proposer } from './proposer.ts';
import { readDocument } from './read-document.ts';

import { RunningWatcher, type RunningOptions } from './running.ts';

export interface GivenConfiguration {
  /** As it was read from the file. */
  document: unknown;
  /** For messages. */
  file: string;
  source: ConfigurationSource;
  /** An operator's signature on the document; in a cluster nothing comes into force without. */
  authority?: Authority;
}

/** What a replica is opened with. */
export interface ReplicaParts {
  directory: string;
  genesis: Genesis;
  application: Application & Pick<VerdictMachine, 'membership' | 'hasExecuted'>;
  clock: Clock;
  signer: Signer;
  report: (problem: unknown) => void;
}

export interface WatcherOptions extends RunningOptions {
  hostName: string;
  /** A file that the user named; put in force when its text is another than the last time. */
  configuration?: GivenConfiguration;
  /** Asked for when there is neither a file nor a configuration in the ledger; members may leave it to others. */
  firstConfiguration: () => Promise<GivenConfiguration | undefined>;
  /** Opens the record of a member of a cluster; without, the watcher runs alone. */
  openReplica?: (parts: ReplicaParts) => Promise<Replica>;
}

/**
 * Opens a watcher: its record, the configuration in force; `begin` lets it probe and act. Errors:
 * CONFIG_INVALID, DATA_LOCKED, DATA_FOREIGN, DATA_NEWER, LEDGER_CORRUPT, LEDGER_UNAVAILABLE.
 */
export async function startWatcher(options: WatcherOptions): Promise<Watcher> {
  const { directory, clock, log } = options;
  const signer = await openIdentity(directory, options.hostName);
  const genesis = await openGenesis(directory, signer, clock.now());
  const machine = new VerdictMachine({ genesis, readConfiguration: readDocument, verify: createVerifier() });
  const report = (problem: unknown) => log.error('the ledger reports a problem', { problem: messageOf(problem) });
  const replica = await (options.openReplica ?? openAlone)({
    directory,
    genesis,
    application: machine,
    clock,
    signer,
    report,
  });
  try {
    for (const note of replica.status().notes) log.warning(note);
    const proposer = new Proposer({ replica, machine, signer, clock });
    // What was read from the file is in the ledger afterwards; a large one must not be kept twice.
    const { configuration: _given, ...running } = options;
    const first = await putInForce(options, proposer, machine);
    const operator = options.operator ?? founding(genesis, signer);
    return await RunningWatcher.start(
      { ...running, ...(operator && { operator }) },
      {
        id: signer.name,
        machine,
        replica,
        proposer,
        certificates: new Certificates(certifiedLedger({ replica, genesis, signer, clock })),
        ...(first && { first }),
      },
    );
  } catch (thrown) {
    await replica.close();
    throw thrown;
  }
}

/** Whoever began alone is its own operator, and stays it when others come. */
function founding(genesis: Genesis, signer: Signer): Operator | undefined {
  const publicKey = signer.publicKey.toString('hex');
  const named = genesis.operators.find((operator) => operator.publicKey === publicKey);
  return named && operatorOf(named.name, signer, genesis);
}

async function openAlone(parts: ReplicaParts): Promise<Replica> {
  if (parts.genesis.protocol !== 'solo') throw notAlone(parts);
  const replica = await openReplica({ ...parts, core: 'solo' });
  if (parts.application.membership().protocol === 'solo') return replica;
  await replica.close();
  throw notAlone(parts);
}

function notAlone({ genesis, directory }: ReplicaParts): QwError {
  return new QwError('UNSUPPORTED', `this folder belongs to cluster ${genesis.cluster}, which has other members`, {
    where: directory,
    hint: 'start it as a member, with --peer-listen HOST:PORT',
  });
}

/**
 * The named file when it is new, else what the ledger has, else a first one. Where several decide this takes an
 * operator's signature and a quorum, which may not be there yet: what is still to be put in force is returned.
 */
async function putInForce(
  options: WatcherOptions,
  proposer: Proposer,
  machine: VerdictMachine,
): Promise<GivenConfiguration | undefined> {
  const inForce = machine.view(options.clock.now()).inForce;
  const given = options.configuration ?? (inForce ? undefined : await options.firstConfiguration());
  if (!given) return undefined;
  const { document, source, file: by, authority } = given;
  if (inForce && source.fileHash !== undefined && source.fileHash === inForce.body.source.fileHash) return undefined;
  if (machine.membership().protocol !== 'solo') {
    if (!authority) options.log.warning(`${by} is not signed by an operator and stays out of force`);
    return authority && !inForce ? given : undefined;
  }
  await proposer.propose({ kind: 'configure', body: { document, source, by } });
  options.log.info('configuration put in force', { from: by });
  return undefined;
}
