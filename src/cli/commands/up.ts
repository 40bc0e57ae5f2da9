import { resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { defaultData } from '../client.ts';
import { readLaunchFile } from '../up/launch-file.ts';
import { defaultConfig, defaultListen, type UpOptions } from '../up/options.ts';

const maxWatchers = 16;

export function upCommand(): Command {
  return new Command('up')
    .description('Run a watcher; without a configuration, watch what this machine uses')
    .option('--config <file>', `the configuration (default: ${defaultConfig} if there is one)`)
    .option('--data <dir>', 'where the watcher keeps its key, ledger and telemetry', defaultData())
    .option(
      '--listen <host:port>',
      `address of the page and the API (default: the configuration’s, else ${defaultListen})`,
    )
    .option('--peer-listen <host:port>', 'where other members call this one (default: its address in the genesis)')
    .option('--watchers <n>', 'run a cluster of so many on this machine, a process each: 1, 4, 7 or 10', watcherCount)
    .addOption(
      new Option(
        '--discover <what>',
        'without a configuration: gateways, resolvers and this machine (all), only this machine (local), or nothing (none)',
      )
        .choices(['all', 'local', 'none'])
        .default('all'),
    )
    .option('--insecure', 'serve off loopback without TLS (something else encrypts)')
    .addOption(
      new Option('--log <level>', 'what is logged to stderr')
        .choices(['debug', 'info', 'warning', 'error'])
        .default('info'),
    )
    .option('--json', 'print {"event":"ready",…} and then every event, one a line; log as JSON')
    .action(up);
}

async function up(options: UpOptions): Promise<void> {
  const several = (options.watchers ?? 1) > 1 || (await readLaunchFile(resolve(options.data))) !== undefined;
  if (several) {
    const { launch } = await import('../up/launch.ts');
    await launch(options, options.watchers);
  } else {
    const { runWatcher } = await import('../up/run-watcher.ts');
    await runWatcher(options);
  }
}

function watcherCount(text: string): number {
  const count = Number(text);
  if (!/^\d+$/.test(text) || count < 1 || count > maxWatchers) {
    throw new InvalidArgumentError(`expected a number from 1 to ${maxWatchers}, best 1, 4, 7 or 10`);
  }
  return count;
}
