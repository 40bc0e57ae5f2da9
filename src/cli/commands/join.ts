import { hostname } from 'node:os';
import { Command } from 'commander';
import { QwError } from '../../model/index.ts';
import { addressesOf } from '../addresses.ts';
import { defaultData } from '../client.ts';
import { Output } from '../output.ts';

interface Options {
  genesis: string;
  peerListen?: string;
  id?: string;
  site: string;
  replace?: boolean;
  data: string;
  json?: boolean;
}

const defaultPort = 8471;

export function joinCommand(): Command {
  return new Command('join')
    .description('Make the folder and the key of a watcher that is to be added to a cluster')
    .requiredOption('--genesis <file>', 'of the cluster, from somebody whom you trust')
    .option('--peer-listen <host:port>', 'where the others reach it; without it, it only calls them')
    .option('--id <name>', 'its name (default: this machine’s)')
    .option('--site <name>', 'where it stands', '')
    .option('--replace', 'it takes the place and the name of a watcher that is lost')
    .option('--data <dir>', 'its data folder', defaultData())
    .option('--json', 'print {"id","publicKey","dir","address"}')
    .action(join);
}

async function join(options: Options): Promise<void> {
  const { joinCluster, readGenesisFile } = await import('../../watcher/index.ts');
  const genesis = await readGenesisFile(options.genesis);
  if (!genesis) throw new QwError('BAD_INPUT', 'there is no such file', { where: options.genesis });
  const { data: dir, site } = options;
  const id = options.id ?? nameOf(hostname());
  const address = options.peerListen === undefined ? '' : (addressesOf([options.peerListen], 1, defaultPort)[0] ?? '');
  const { publicKey } = await joinCluster({
    directory: dir,
    id,
    genesis,
    address,
    ...(options.replace && { replaces: true }),
  });
  const change = options.replace ? 'replace' : 'add';
  const place = [...(address ? ['--address', address] : []), ...(site && !options.replace ? ['--site', site] : [])];
  const add = ['quorumwatch', 'member', change, id, '--public-key', publicKey, ...place];
  new Output(options.json ?? false).result({ id, publicKey, dir, address }, () => [
    `${dir} belongs to ${id}, which may join cluster ${genesis.cluster}`,
    '',
    `The operator ${options.replace ? 'puts it into the other’s place' : 'adds it'}, on a machine that reaches a member:`,
    `  ${add.join(' ')} --operator-key operator.key.pem`,
    ...(options.replace
      ? ['Then it is started here, catches up, and has the part that the other had:', `  quorumwatch up --data ${dir}`]
      : [
          'Then it is started here, and promoted once it has caught up:',
          `  quorumwatch up --data ${dir}`,
          `  quorumwatch member promote ${id} --operator-key operator.key.pem`,
        ]),
  ]);
}

function nameOf(machine: string): string {
  const plain = machine.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
  return plain.slice(0, 60).replaceAll(/^-+|-+$/g, '');
}
