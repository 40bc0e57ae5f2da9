import { openReplica, VerdictMachine, type Replica } from '../agree/index.ts';
import {
  messageOf,
  QwError,
  validateConfiguration,
  type Configuration,
  type ConfigurationSource,
} from '../model/index.ts';
import type { Watcher } from './api.ts';
import { propose } from './commands.ts';
import { openIdentity } from './identity.ts';
import { configuration as schema } from './parts.ts';
import { RunningWatcher, type RunningOptions } from './running.ts';

export interface GivenConfiguration {
  /** As it was read from the file. */
  document: unknown;
  /** For messages. */
  file: string;
  source: ConfigurationSource;
}

export interface WatcherOptions extends RunningOptions {
  hostName: string;
  /** A file that the user named; put in force when its text is another than the last time. */
  configuration?: GivenConfiguration;
  /** Asked for when there is neither a file nor a configuration in the ledger. */
  firstConfiguration: () => Promise<GivenConfiguration>;
}

/**
 * Opens a watcher: its record, the configuration in force; `begin` lets it probe and act. Errors:
 * CONFIG_INVALID, DATA_LOCKED, DATA_FOREIGN, DATA_NEWER, LEDGER_CORRUPT, LEDGER_UNAVAILABLE.
 */
export async function startWatcher(options: WatcherOptions): Promise<Watcher> {
  const { directory, clock, log } = options;
  const signer = await openIdentity(directory, options.hostName);
  const machine = new VerdictMachine({ readConfiguration: readDocument, members: [{ id: signer.name }] });
  const replica = await openReplica({
    directory,
    core: 'solo',
    application: machine,
    clock,
    signer,
    report: (problem) => log.error('the ledger reports a problem', { problem: messageOf(problem) }),
  });
  try {
    for (const note of replica.status().notes) log.warning(note);
    if (replica.status().entries === 0) {
      const members = [{ id: signer.name, publicKey: signer.publicKey.toString('hex') }];
      await propose(replica, { kind: 'genesis', body: { cluster: signer.name, members, version: options.version } });
    }
    await putInForce(options, replica, machine);
    // What was read from the file is in the ledger now; a large one must not be kept twice.
    const { configuration: _given, ...running } = options;
    return await RunningWatcher.start(running, signer.name, machine, replica);
  } catch (thrown) {
    await replica.close();
    throw thrown;
  }
}

/** The named file when it is new, else what the ledger has, else a first one. */
async function putInForce(options: WatcherOptions, replica: Replica, machine: VerdictMachine): Promise<void> {
  const inForce = machine.view(options.clock.now()).inForce;
  const given = options.configuration ?? (inForce ? undefined : await options.firstConfiguration());
  if (!given) return;
  if (inForce && given.source.fileHash !== undefined && given.source.fileHash === inForce.body.source.fileHash) return;
  await propose(replica, {
    kind: 'configure',
    body: { document: given.document, source: given.source, by: given.file },
  });
  options.log.info('configuration put in force', { from: given.file });
}

function readDocument(document: unknown): Configuration {
  const result = validateConfiguration(document, 'configuration', schema);
  if (result.ok) return result.configuration;
  const first = result.issues[0];
  throw new QwError(
    'CONFIG_INVALID',
    `the configuration has ${result.issues.length} errors, first ${first?.path}: ${first?.message}`,
    {
      facts: { issues: result.issues },
    },
  );
}
