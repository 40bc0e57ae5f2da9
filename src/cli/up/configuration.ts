import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { messageOf, type Configuration } from '../../model/index.ts';
import { discoverNetwork, systemClock, type Log } from '../../platform/index.ts';
import type { GivenConfiguration } from '../../watcher/index.ts';
import { readText } from '../commands/check.ts';
import { hashOf } from '../document.ts';
import { defaultConfig, type UpOptions } from './options.ts';

/** Where a watcher's first configuration comes from. */

export interface Given {
  configuration: GivenConfiguration;
  yaml: string;
  server: Configuration['server'];
}

/** The configuration that exists: the one named, or the default file, if there is one. */
export async function givenConfiguration(options: Pick<UpOptions, 'config'>): Promise<Given | undefined> {
  const file = options.config ?? (existsSync(defaultConfig) ? defaultConfig : undefined);
  if (file === undefined) return undefined;
  const { readConfigurationText } = await import('../../watcher/index.ts');
  const yaml = await readText(file);
  const { document, server } = await readConfigurationText({ yaml, file });
  return { configuration: { document, file, source: { kind: 'file', fileHash: hashOf(yaml) } }, yaml, server };
}

/** What this machine uses, written to `quorumwatch.yaml` for people to go on from. */
export async function discoveredFirst(
  discover: UpOptions['discover'],
  listen: { host: string; port: number },
  log: Log,
): Promise<GivenConfiguration> {
  const { discoveredConfiguration, readConfigurationText } = await import('../../watcher/index.ts');
  const network = discover === 'all' ? await discoverNetwork() : { gateways: [], resolvers: [] };
  const text =
    discover === 'none'
      ? `# Nothing is watched yet. Every option: docs/reference/configuration.md\nwatch: []\n`
      : discoveredConfiguration({ site: hostname(), listen, network, at: systemClock.now() });
  const found = { gateways: network.gateways.length, resolvers: network.resolvers.length };
  try {
    await writeFile(defaultConfig, text, { flag: 'wx' });
    log.info('wrote a first configuration', { file: defaultConfig, ...found });
  } catch (thrown) {
    log.warning('the first configuration is in the ledger only', { ...found, problem: messageOf(thrown) });
  }
  const { document } = await readConfigurationText({ yaml: text, file: defaultConfig });
  return { document, file: defaultConfig, source: { kind: 'discovery', fileHash: hashOf(text) } };
}
