import { join } from 'node:path';
import { Command } from 'commander';
import type { MemberRecord, Membership, MembershipChange } from '../../model/index.ts';
import { Client, defaultData, withClient, type ClientOptions } from '../client.ts';
import { operatorOf, withOperator, type OperatorOptions } from '../operator-key.ts';
import { Output } from '../output.ts';

type Options = ClientOptions & OperatorOptions & { json?: boolean };

/** What `GET /membership` answers. */
type InForce = Pick<Membership, 'epoch' | 'protocol' | 'watchers'> & { position: number };

/** Who votes and who observes; in a cluster an operator signs each change. */
export function memberCommand(): Command {
  const command = new Command('member').description('Members and observers of the cluster');
  command.addCommand(
    withClient(new Command('list').description('Who belongs to the cluster'))
      .option('--json', 'print {"position","epoch","protocol","watchers"}')
      .action(async (options: Options) => {
        print(await (await Client.open(options)).get<InForce>('/membership'), options);
      }),
  );
  const change = (name: string, description: string) =>
    withOperator(withClient(new Command(name).description(description))).option(
      '--json',
      'print the membership in force afterwards',
    );
  command.addCommand(
    change('add', 'A newcomer follows as an observer, until it is promoted')
      .argument('<id>', 'its name')
      .requiredOption('--public-key <hex>', 'as `quorumwatch join` printed it')
      .option('--address <host:port>', 'where the others reach it; without it, it only calls them', '')
      .option('--site <name>', 'where it stands', '')
      .action((id: string, options: Options & { publicKey: string; address: string; site: string }) => {
        const { publicKey, address, site } = options;
        return ask({ type: 'add', watcher: { id, publicKey, address, site } }, options);
      }),
  );
  for (const [type, description] of [
    ['promote', 'Observers become voting members, all at once'],
    ['demote', 'Members become observers'],
    ['remove', 'Watchers leave the cluster'],
  ] as const) {
    command.addCommand(
      change(type, description)
        .argument('<ids...>', 'names')
        .action((ids: string[], options: Options) => ask({ type, ids }, options)),
    );
  }
  command.addCommand(
    change('rotate', 'A watcher goes over to a new key')
      .argument('<id>', 'its name')
      .requiredOption('--public-key <hex>', 'the new one')
      .action((id: string, options: Options & { publicKey: string }) =>
        ask({ type: 'rotate', id, publicKey: options.publicKey }, options),
      ),
  );
  command.addCommand(
    new Command('new-key')
      .description('Make the key that the watcher of a data folder is to go over to')
      .option('--data <dir>', 'its data folder', defaultData())
      .option('--json', 'print {"id","publicKey","file"}')
      .action(newKey),
  );
  command.addCommand(
    change('replace', 'Another machine takes the place of one that is lost')
      .argument('<id>', 'the name of both')
      .requiredOption('--public-key <hex>', 'of the new one, as `quorumwatch join` printed it')
      .option('--address <host:port>', 'where the others reach it', '')
      .action((id: string, options: Options & { publicKey: string; address: string }) =>
        ask({ type: 'replace', id, watcher: { publicKey: options.publicKey, address: options.address } }, options),
      ),
  );
  command.addCommand(
    change('move', 'A watcher is reached elsewhere from now on')
      .argument('<id>', 'its name')
      .argument('<address>', 'HOST:PORT')
      .action((id: string, address: string, options: Options) => ask({ type: 'move', id, address }, options)),
  );
  return command;
}

async function newKey({ data, json }: { data: string; json?: boolean }): Promise<void> {
  const { keyFile, makeNextKey, nextKeyFile } = await import('../../watcher/index.ts');
  const { id, publicKey } = await makeNextKey(data);
  const file = join(data, nextKeyFile);
  new Output(json ?? false).result({ id, publicKey, file }, () => [
    `${file} holds the next key of ${id}`,
    '',
    'While the watcher runs, the operator tells the others:',
    `  quorumwatch member rotate ${id} --public-key ${publicKey} --operator-key operator.key.pem`,
    'Then it is stopped, gets the key, and is started again:',
    `  mv ${file} ${join(data, keyFile)}`,
  ]);
}

async function ask(change: MembershipChange, options: Options): Promise<void> {
  const operator = await operatorOf(options);
  const client = await Client.open(options);
  const { position } = await client.get<InForce>('/membership');
  const authority = operator?.sign('membership', position, change);
  print(await client.post<InForce>('/membership', { change, ...(authority && { authority }) }), options);
}

function print(inForce: InForce, options: Options): void {
  const output = new Output(options.json ?? false);
  const { protocol, epoch, position, watchers } = inForce;
  output.result(inForce, () => [
    ...output.table(
      ['number', 'name', 'role', 'address', 'site', 'key'],
      watchers.map((one: MemberRecord) => {
        const key = `${one.publicKey.slice(0, 16)}…`;
        return [String(one.number), one.id, one.role, one.address || 'calls only', one.site, key];
      }),
    ),
    `${protocol}, epoch ${epoch}, in force since ledger position ${position}`,
  ]);
}
