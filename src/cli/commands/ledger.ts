import { Command } from 'commander';
import type { ApiCluster, ApiLedgerStatus, ApiLedgerVerification } from '../../model/index.ts';
import { Client, withClient, type ClientOptions } from '../client.ts';
import { consensusLines } from '../consensus-lines.ts';
import { Output } from '../output.ts';

type Options = ClientOptions & { json?: boolean; dir?: string };

export function ledgerCommand(): Command {
  const command = new Command('ledger').description('The durable record');
  command.addCommand(
    withClient(new Command('status').description('Size, root and health of the ledger and of those who agree on it'))
      .option('--json', 'print JSON; what is agreed upon how stands under "cluster"')
      .action(async (options: Options) => {
        const client = await Client.open(options);
        const status = await client.get<ApiLedgerStatus>('/ledger');
        const cluster = await client.get<ApiCluster>('/cluster');
        const output = new Output(options.json ?? false);
        output.result({ ...status, cluster }, () => [
          `${status.mode}, ${status.entries} entries, root ${status.root}`,
          status.durable ? 'durable' : `NOT DURABLE: ${status.problem ?? 'unknown'}`,
          ...(cluster.protocol === 'solo' ? [] : consensusLines(cluster, output)),
        ]);
        if (!status.durable) process.exitCode = 1;
      }),
  );
  command.addCommand(
    withClient(new Command('verify').description('Check every entry: hashes, chain, Merkle root, signed checkpoint'))
      .option(
        '--dir <dir>',
        'a data folder on this machine (works beside a running watcher); without it the running watcher verifies its own',
      )
      .option('--json', 'print {"ok","entries","root","firstBad"}')
      .action(async (options: Options) => {
        const output = new Output(options.json ?? false);
        const result = options.dir === undefined ? await verifyRunning(options) : await verifyFolder(options.dir);
        output.result(result, () => [
          ...result.notes,
          result.ok
            ? `ok: ${result.entries} entries, root ${result.root}`
            : `DAMAGED: ${result.firstBad ? `entry ${result.firstBad.position}, ${result.firstBad.file} at byte ${result.firstBad.offset}: ${result.firstBad.reason}` : 'see above'}`,
        ]);
        if (!result.ok) process.exitCode = 1;
      }),
  );
  return command;
}

async function verifyRunning(options: Options): Promise<ApiLedgerVerification> {
  return (await Client.open(options)).post('/ledger/verify');
}

async function verifyFolder(directory: string): Promise<ApiLedgerVerification> {
  const { verifyLedger } = await import('../../watcher/index.ts');
  return verifyLedger(directory);
}
