import { Argument, Command } from 'commander';
import { QwError, type ApiDemonstration } from '../../model/index.ts';
import type { DemonstrationOrder } from '../../watcher/index.ts';
import { Client, withClient, type ClientOptions } from '../client.ts';
import { Output } from '../output.ts';
import { readLaunchFile } from '../up/launch-file.ts';

type Options = ClientOptions & { json?: boolean };

const orders: Readonly<Record<DemonstrationOrder, string>> = {
  lie: 'it says the opposite of what it sees, and votes late or not at all',
  stop: 'its process stands still',
  cut: 'its links to all others are cut',
  heal: 'it is whole again',
};
/** A member that stands still is asked in vain; the next one answers. */
const patienceMs = 3000;

export function demoCommand(): Command {
  return withClient(
    new Command('demo')
      .description('Make a watcher of `up --watchers N` lie, stand still or be cut off, and heal it again')
      .addArgument(new Argument('[order]', 'without it: what is done at present').choices(Object.keys(orders)))
      .argument('[watcher]', 'such as watcher-2'),
  )
    .option('--json', 'print {"faults":[{"watcher","fault"}]}')
    .action(demo);
}

async function demo(
  order: DemonstrationOrder | undefined,
  watcher: string | undefined,
  options: Options,
): Promise<void> {
  if (order !== undefined && watcher === undefined) {
    throw new QwError('BAD_INPUT', 'which watcher?', { hint: `such as: quorumwatch demo ${order} watcher-2` });
  }
  const { faults } = await askAny(options, (client) =>
    order === undefined
      ? client.get<ApiDemonstration>('/demonstration')
      : client.post<ApiDemonstration>('/demonstration', { watcher, fault: order }),
  );
  new Output(options.json ?? false).result({ faults }, () => [
    ...(order === undefined ? [] : [`${watcher}: ${orders[order]}`]),
    ...(faults.length === 0 ? ['all watchers are whole'] : faults.map((one) => `${one.watcher}: ${one.fault}`)),
  ]);
}

/** Any member passes an order on; the one that people usually ask may be the one that stands still. */
async function askAny<Answer>(options: Options, ask: (client: Client) => Promise<Answer>): Promise<Answer> {
  const launched = options.url === undefined ? await readLaunchFile(options.data) : undefined;
  const folders = launched?.watchers.map(({ dir }) => `${options.data}/${dir}`) ?? [options.data];
  let problem: unknown;
  for (const data of folders) {
    try {
      return await ask(await Client.open({ ...options, data }, launched && patienceMs));
    } catch (thrown) {
      if (!(thrown instanceof QwError) || thrown.code !== 'UNREACHABLE') throw thrown;
      problem = thrown;
    }
  }
  throw problem;
}
