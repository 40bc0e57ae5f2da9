import { Command, InvalidArgumentError, Option } from 'commander';
import type { Protocol } from '../../model/index.ts';
import { systemClock } from '../../platform/index.ts';
import type { CreatedCluster, GivenConfiguration } from '../../watcher/index.ts';
import { addressesOf, spread } from '../addresses.ts';
import { givenOf } from '../document.ts';
import { Output } from '../output.ts';
import { readText } from './check.ts';

interface Options {
  watchers?: number;
  dir: string;
  hosts?: string;
  protocol: 'pbft' | 'raft';
  cluster?: string;
  port: number;
  config?: string;
  site?: string;
  json?: boolean;
}

const maxMembers = 64;

export function initCommand(): Command {
  return new Command('init')
    .description('Make the keys, the genesis and one folder for each member of a new cluster')
    .option('--watchers <n>', 'how many members (default: one a host, else 4)', memberCount)
    .option('--dir <dir>', 'where to', 'quorumwatch-cluster')
    .option('--hosts <a,b,…>', 'where the members reach each other: HOST or HOST:PORT each (default: all on 127.0.0.1)')
    .addOption(
      new Option('--protocol <name>', 'pbft survives members that lie, raft only such that stop')
        .choices(['pbft', 'raft'])
        .default('pbft'),
    )
    .option('--cluster <name>', 'name of the cluster (default: that of the folder)')
    .option('--port <base>', 'port of the links between members; counted up for members on the same host', port, 8471)
    .option('--config <file>', 'what is watched from the beginning (default: nothing)')
    .option('--site <a,b,…>', 'the site of each member, or one for all')
    .option('--json', 'print {"genesis":FILE,"members":[{"id","publicKey","dir"}]}')
    .action(init);
}

async function init(options: Options): Promise<void> {
  const { clusterSize, createCluster } = await import('../../watcher/index.ts');
  const hosts = options.hosts?.split(',').map((host) => host.trim());
  const count = options.watchers ?? hosts?.length ?? 4;
  const protocol: Protocol = count === 1 ? 'solo' : options.protocol;
  const addresses = addressesOf(hosts ?? ['127.0.0.1'], count, options.port);
  const sites = spread(options.site?.split(',') ?? [''], count, '--site');
  const output = new Output(options.json ?? false);
  const created = await createCluster({
    directory: options.dir,
    cluster: options.cluster ?? (options.dir.replaceAll(/^.*\/(?=[^/])|\/+$/g, '') || 'cluster'),
    protocol,
    members: addresses.map((address, index) => ({ id: `watcher-${index + 1}`, address, site: sites[index] ?? '' })),
    configuration: await firstConfiguration(options.config),
    now: systemClock.now(),
  });
  const { genesisFile: genesis, members } = created;
  const { faults, quorum, remark } = clusterSize(protocol, count);
  if (remark !== undefined) output.note(`warning: ${remark}`);
  if (protocol === 'raft')
    output.note('warning: with raft, members protect against loss and crashes, not against one that lies');
  const lines = () => [
    `cluster ${created.genesis.cluster}: ${count} ${count === 1 ? 'member' : 'members'}, ${protocol}; ${rule(protocol, count, faults)}, ${quorum} must agree`,
    ...instructions(created),
  ];
  if (output.json) for (const line of lines()) output.note(line);
  output.result({ genesis, members }, lines);
}

function rule(protocol: Protocol, count: number, faults: number): string {
  if (protocol === 'solo') return 'it agrees with itself';
  const does = protocol === 'pbft' ? 'may be lost or lie' : 'may be lost';
  const formula = protocol === 'pbft' ? `N = 3f+1` : `N = 2f+1`;
  return `${formula} with N = ${count} and f = ${faults}: ${faults} ${does}`;
}

function instructions({ genesis, members, operatorKeyFile, genesisFile }: CreatedCluster): string[] {
  return [
    '',
    `Keep ${operatorKeyFile} away from the members: who holds it decides who votes and what is watched.`,
    `Give ${genesisFile} to everybody who is to verify what the cluster says.`,
    '',
    'Copy each folder to its machine, and start it there:',
    ...members.map(({ id, dir }, index) => {
      const address = genesis.watchers[index]?.address ?? '';
      return `  ${id} (${address})  quorumwatch up --data ${dir}`;
    }),
    ...(members.length > 1 ? ['Members on the same machine each need their own --listen HOST:PORT.'] : []),
  ];
}

async function firstConfiguration(file: string | undefined): Promise<GivenConfiguration> {
  if (file === undefined) return { document: { watch: [] }, file: 'init', source: { kind: 'file' } };
  return givenOf(await readText(file), file);
}

function memberCount(text: string): number {
  const count = Number(text);
  if (!/^\d+$/.test(text) || count < 1 || count > maxMembers) {
    throw new InvalidArgumentError(`expected a number from 1 to ${maxMembers}`);
  }
  return count;
}

function port(text: string): number {
  const number = Number(text);
  if (!/^\d+$/.test(text) || number < 1 || number > 65_535 - maxMembers) {
    throw new InvalidArgumentError(`expected a port from 1 to ${65_535 - maxMembers}`);
  }
  return number;
}
