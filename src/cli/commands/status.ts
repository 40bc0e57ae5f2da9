import { Command } from 'commander';
import { setTimeout as delay } from 'node:timers/promises';
import type { ApiStatus } from '../../model/index.ts';
import { Client, withClient, type ClientOptions } from '../client.ts';
import { Output, state } from '../output.ts';

type Options = ClientOptions & { json?: boolean; watch?: boolean };

export function statusCommand(): Command {
  return withClient(new Command('status').description('The verdict of every check, and the health of the cluster'))
    .option('--watch', 'show it again every two seconds')
    .option('--json', 'print {"cluster","checks"}')
    .action(async (options: Options) => {
      const client = await Client.open(options);
      const output = new Output(options.json ?? false);
      for (;;) {
        const status = await client.get<ApiStatus>('/status');
        if (options.watch && !options.json && process.stdout.isTTY) process.stdout.write('\u001b[H\u001b[2J');
        output.result(status, () => statusLines(status, output));
        if (!options.watch) {
          if (status.counts.down > 0 || !status.cluster.ledger.durable) process.exitCode = 1;
          return;
        }
        await delay(2000);
      }
    });
}

function statusLines(status: ApiStatus, output: Output): string[] {
  const { cluster, watcher, counts } = status;
  const rows = status.checks.map((check) => [
    state(check.verdict),
    check.name,
    check.type,
    check.host,
    check.latencyMs === undefined ? '' : `${check.latencyMs.toFixed(2)} ms`,
    check.since?.replace('T', ' ').slice(0, 19) ?? '',
    check.reason?.text ?? '',
  ]);
  return [
    `${watcher.id} at ${watcher.site}, ${cluster.mode}, ledger ${cluster.ledger.entries} entries${cluster.ledger.durable ? '' : ', NOT DURABLE'}`,
    Object.entries(counts)
      .filter(([, count]) => count > 0)
      .map(([name, count]) => `${count} ${state(name)}`)
      .join(', ') || 'no checks',
    ...watcher.problems.map((problem) => `problem: ${problem}`),
    ...(cluster.members.length > 1 ? ['', ...memberLines(cluster, output)] : []),
    '',
    ...output.table(['verdict', 'check', 'type', 'host', 'latency', 'since (UTC)', 'reason'], rows),
  ];
}

/** Who leads, how far, and how each watcher is reached from the one that was asked. */
function memberLines(cluster: ApiStatus['cluster'], output: Output): string[] {
  const term = cluster.protocol === 'raft' ? 'term' : 'view';
  const marks =
    cluster.protocol === 'pbft' ? `, sequence ${cluster.sequence} of ${cluster.low} to ${cluster.high}` : '';
  const leads = cluster.active && cluster.primary !== undefined ? `${cluster.primary} leads` : 'nobody leads';
  const rows = cluster.members.map((member) => [
    member.id,
    member.state,
    member.link,
    member.heardMs === undefined ? '' : `${(member.heardMs / 1000).toFixed(1)} s ago`,
    member.roundTripMs === undefined ? '' : `${member.roundTripMs.toFixed(1)} ms`,
    member.site,
    member.problem ?? '',
  ]);
  return [
    `epoch ${cluster.epoch}, ${term} ${cluster.view}, ${leads}, ${cluster.quorum} must agree, ${cluster.faults} may fail${marks}`,
    ...output.table(['watcher', 'state', 'link', 'heard', 'round trip', 'site', 'problem'], rows),
  ];
}
