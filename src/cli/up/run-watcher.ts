import { existsSync } from 'node:fs';
import { hostname, uptime } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { formatInstant } from '../../model/index.ts';
import { createLog, keepHeapSmall, systemClock, type Log } from '../../platform/index.ts';
import type { FollowedStatusPage, ReservedServer } from '../../server/index.ts';
import type { Watcher } from '../../watcher/index.ts';
import { Output } from '../output.ts';
import { version } from '../version.ts';
import { discoveredFirst, givenConfiguration } from './configuration.ts';
import { launchedBy, type Launcher } from './launched.ts';
import { openMember, type OpenedMember } from './member.ts';
import { defaultListen, type UpOptions } from './options.ts';
import { removeRunFile, writeRunFile } from './run-file.ts';
import { untilStopped } from './stopping.ts';

/** Runs one watcher, alone or as a member of a cluster, until it is asked to stop. */
export async function runWatcher(options: UpOptions): Promise<void> {
  keepHeapSmall();
  const [{ startWatcher }, { followStatusPage, reserve }] = await Promise.all([
    import('../../watcher/index.ts'),
    import('../../server/index.ts'),
  ]);
  // First of all: a signal that comes while it starts must not cut it off.
  const stopped = untilStopped();
  const launcher = launchedBy();
  const output = new Output(options.json ?? false);
  const log = createLog({
    level: options.log,
    format: options.json ? 'json' : 'text',
    write: (line) => process.stderr.write(line),
  });
  const data = resolve(options.data);
  const member = await openMember(data, options, log, launcher);
  // What members watch is agreed, and no file beside them changes it.
  const isMember = member?.cluster !== undefined;
  const given = isMember && options.config === undefined ? undefined : await givenConfiguration(options);
  if (isMember && given) log.warning('only its server settings count; `quorumwatch apply` puts it in force for all');
  const listen = options.listen ?? given?.server.listen ?? defaultListen;
  const server = await reserve({ listen, tls: given?.server.tls, insecure: options.insecure ?? false });
  let watcher: Watcher | undefined;
  let statusPage: FollowedStatusPage | undefined;
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
      ...(given && !isMember ? { configuration: given.configuration } : {}),
      firstConfiguration: () => discoveredFirst(options.discover, server, log),
      ...member?.options,
    });
    const publicMetrics = given?.server['public-metrics'] ?? true;
    const demonstration = launcher?.demonstration;
    server.serve({
      watcher,
      clock: systemClock,
      log,
      version,
      pageFolder: pageFolder(),
      publicMetrics,
      demonstration,
      trustedProxies: given?.server['trusted-proxies'] ?? [],
      publicUrl: given?.server['public-url'],
      oidc: given?.server.oidc,
    });
    const { live, statusPage: desk } = watcher;
    statusPage = await followStatusPage({
      desk,
      log,
      pageFolder: pageFolder(),
      trustedProxies: given?.server['trusted-proxies'] ?? [],
      onEvent: (listener) => live.onEvent(listener),
      insecure: options.insecure ?? false,
    });
    await announce(watcher, server, data, { output, log, member, launcher });
    watcher.begin();
    await stopped;
  } finally {
    await statusPage?.close();
    await server.close();
    // Another watcher's file stays where this one could not start.
    if (watcher) await removeRunFile(data);
    await watcher?.stop();
  }
  // What a library left running must not keep a stopped watcher alive.
  process.exit();
}

interface Surroundings {
  output: Output;
  log: Log;
  member: OpenedMember | undefined;
  launcher: Launcher | undefined;
}

async function announce(
  watcher: Watcher,
  server: ReservedServer,
  data: string,
  { output, log, member, launcher }: Surroundings,
): Promise<void> {
  const token = watcher.accounts.tokens.createPassing('page', 'admin');
  const { tokenFile } = await writeRunFile(data, server, token);
  const page = `${server.url}/#token=${token}`;
  const self = { id: watcher.id, url: server.url, pid: process.pid };
  if (launcher) {
    launcher.ready({ ...self, page, tokenFile });
    watcher.live.onEvent((event) => launcher.event(event));
  } else if (output.json) {
    const others = watcher.queries
      .membership()
      .membership.watchers.filter(({ id }) => id !== watcher.id)
      .map(({ id, address }) => ({ id, address }));
    const time = formatInstant(systemClock.now());
    output.emit({ event: 'ready', time, url: server.url, page, tokenFile, watchers: [self, ...others] });
    watcher.live.onEvent((event) => output.emit({ event: event.kind, ...event }));
  } else {
    const of = member?.cluster ? ` of cluster ${member.cluster}` : '';
    output.say(
      `\n  Quorumwatch ${version}, watcher ${watcher.id}${of}\n\n  Open  ${page}\n\n  Stop with Ctrl-C. Verdicts here: quorumwatch status --data ${data}\n`,
    );
  }
  log.info('ready', { url: server.url, checks: watcher.queries.status().checks.length });
}

/** The page beside the compiled program, or where the checkout builds it. */
function pageFolder(): string {
  const here = fileURLToPath(new URL('../..', import.meta.url));
  return (
    [join(here, 'web'), join(here, '..', 'build', 'web')].find((folder) => existsSync(join(folder, 'index.html'))) ??
    join(here, 'web')
  );
}
