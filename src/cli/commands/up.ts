import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { hostname, uptime } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command, InvalidArgumentError, Option } from 'commander';
import { formatInstant, messageOf, type Configuration } from '../../model/index.ts';
import {
  createLog,
  discoverNetwork,
  keepHeapSmall,
  nodeDisk,
  replaceFile,
  systemClock,
  type Log,
  type LogLevel,
} from '../../platform/index.ts';
import type { ReservedServer } from '../../server/index.ts';
import type { GivenConfiguration, Watcher } from '../../watcher/index.ts';
import { defaultData, type RunFile } from '../client.ts';
import { Output } from '../output.ts';
import { version } from '../version.ts';
import { readText } from './check.ts';

interface Options {
  config?: string;
  data: string;
  listen?: string;
  watchers: number;
  discover: 'all' | 'local' | 'none';
  insecure?: boolean;
  log: LogLevel;
  json?: boolean;
}

const defaultConfig = 'quorumwatch.yaml';
const defaultListen = '127.0.0.1:8470';

export function upCommand(): Command {
  return new Command('up')
    .description('Run a watcher; without a configuration, watch what this machine uses')
    .option('--config <file>', `the configuration (default: ${defaultConfig} if there is one)`)
    .option('--data <dir>', 'where the watcher keeps its key, ledger and telemetry', defaultData())
    .option(
      '--listen <host:port>',
      `address of the page and the API (default: the configuration’s, else ${defaultListen})`,
    )
    .option('--watchers <n>', 'members of a cluster on this machine', watcherCount, 1)
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

async function up(options: Options): Promise<void> {
  keepHeapSmall();
  const [{ startWatcher }, { reserve }] = await Promise.all([
    import('../../watcher/index.ts'),
    import('../../server/index.ts'),
  ]);
  // First of all: a signal that comes while it starts must not cut it off.
  const stopped = untilStopped();
  const output = new Output(options.json ?? false);
  const log = createLog({
    level: options.log,
    format: options.json ? 'json' : 'text',
    write: (line) => process.stderr.write(line),
  });
  const data = resolve(options.data);
  const given = await givenConfiguration(options);
  const listen = options.listen ?? given?.server.listen ?? defaultListen;
  const server = await reserve({ listen, tls: given?.server.tls, insecure: options.insecure ?? false });
  let watcher: Watcher | undefined;
  try {
    watcher = await startWatcher({
      directory: data,
      hostName: hostname(),
      uptimeMs: () => uptime() * 1000,
      clock: systemClock,
      random: Math.random,
      log,
      version,
      pageUrl: server.url,
      ...(given ? { configuration: given.configuration } : {}),
      firstConfiguration: () => firstConfiguration(options, server, log),
    });
    const publicMetrics = given?.server['public-metrics'] ?? true;
    server.serve({ watcher, clock: systemClock, log, version, pageFolder: pageFolder(), publicMetrics });
    await announce(watcher, server, data, output, log);
    watcher.begin();
    await stopped;
  } finally {
    await server.close();
    // Another watcher's file stays where this one could not start.
    if (watcher) await removeRunFile(data);
    await watcher?.stop();
  }
  // What a library left running must not keep a stopped watcher alive.
  process.exit();
}

interface Given {
  configuration: GivenConfiguration;
  server: Configuration['server'];
}

/** The configuration that exists: the one named, or the default file, if there is one. */
async function givenConfiguration(options: Options): Promise<Given | undefined> {
  const file = options.config ?? (existsSync(defaultConfig) ? defaultConfig : undefined);
  if (file === undefined) return undefined;
  const { readConfigurationText } = await import('../../watcher/index.ts');
  const yaml = await readText(file);
  const { document, server } = await readConfigurationText({ yaml, file });
  return { configuration: { document, file, source: { kind: 'file', fileHash: hashOf(yaml) } }, server };
}

/** What this machine uses, written to `quorumwatch.yaml` for people to go on from. */
async function firstConfiguration(options: Options, server: ReservedServer, log: Log): Promise<GivenConfiguration> {
  const { discoveredConfiguration, readConfigurationText } = await import('../../watcher/index.ts');
  const network = options.discover === 'all' ? await discoverNetwork() : { gateways: [], resolvers: [] };
  const text =
    options.discover === 'none'
      ? `# Nothing is watched yet. Every option: docs/reference/configuration.md\nwatch: []\n`
      : discoveredConfiguration({ site: hostname(), listen: server, network, at: systemClock.now() });
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

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

async function announce(
  watcher: Watcher,
  server: ReservedServer,
  data: string,
  output: Output,
  log: Log,
): Promise<void> {
  const token = watcher.tokens.createPassing('page', 'admin');
  const tokenFile = join(data, 'run.token');
  await replaceFile(nodeDisk, data, 'run.token', Buffer.from(`${token}\n`));
  const run: RunFile = { pid: process.pid, url: server.url, tokenFile };
  await replaceFile(nodeDisk, data, 'run.json', Buffer.from(`${JSON.stringify(run)}\n`));
  const page = `${server.url}/#token=${token}`;
  if (output.json) {
    output.emit({
      event: 'ready',
      time: formatInstant(systemClock.now()),
      url: server.url,
      page,
      tokenFile,
      watchers: [{ id: watcher.id, url: server.url, pid: process.pid }],
    });
    watcher.live.onEvent((event) => output.emit({ event: event.kind, ...event }));
  } else {
    output.say(
      `\n  Quorumwatch ${version}, watcher ${watcher.id}\n\n  Open  ${page}\n\n  Stop with Ctrl-C. Verdicts here: quorumwatch status --data ${data}\n`,
    );
  }
  log.info('ready', { url: server.url, checks: watcher.queries.status().checks.length });
}

async function removeRunFile(data: string): Promise<void> {
  // A folder that cannot be written any more keeps them; they lead nowhere now.
  for (const file of ['run.json', 'run.token']) await rm(join(data, file), { force: true }).catch(() => undefined);
}

function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    let asked = 0;
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        resolve();
        // Somebody who asks three times does not want to wait for what is running.
        if (++asked === 3) process.exit(1);
      });
    }
  });
}

/** The page beside the compiled program, or where the checkout builds it. */
function pageFolder(): string {
  const here = fileURLToPath(new URL('../..', import.meta.url));
  return (
    [join(here, 'web'), join(here, '..', 'build', 'web')].find((folder) => existsSync(join(folder, 'index.html'))) ??
    join(here, 'web')
  );
}

function watcherCount(text: string): number {
  if (text !== '1') throw new InvalidArgumentError('expected 1: a watcher agrees only with itself in this version');
  return 1;
}
