import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { UplinkSwitch } from '../../src/model/index.ts';
import { Lab } from './lab.ts';
import { root } from './shared.ts';
import { WatcherProcess } from './watcher-process.ts';

const addresses = ['1.1.1.1', '8.8.8.8', '8.8.4.4'];
const routerUplinks = [
  { name: 'isp1', device: 'wan1', gateway: '192.168.76.1', anchors: addresses },
  { name: 'isp2', device: 'wan2', gateway: '192.168.75.1', anchors: addresses },
];
/** So that a test need not wait for holds. */
const quick = { hold: '1s', 'hold-max': '1s', bad: { window: '2s' } };

/** The office in the lab, with whole watchers on its router. */
export class RouterOffice {
  readonly lab = new Lab();
  readonly folder = mkdtempSync(join(tmpdir(), 'qw-router-office-'));
  readonly running: WatcherProcess[] = [];
  #before = '';

  up(): void {
    this.lab.up();
    this.router('sysctl', '-qw', 'net.ipv4.ping_group_range=0 2147483647');
    this.mark();
  }

  /** What is there now must be there at the end. */
  mark(): void {
    this.#before = this.state();
  }

  down(): void {
    this.lab.down();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Clears faults and ends the watchers; what they left on the router, and what was there before the first. */
  async end(): Promise<{ after: string; before: string }> {
    this.lab.clear();
    await Promise.all(this.running.splice(0).map((watcher) => watcher.stop()));
    return { after: this.state(), before: this.#before };
  }

  get prefix(): string[] {
    return ['nsenter', `--net=/run/netns/${this.lab.namespace('rtr')}`];
  }

  /** Output and errors of a command on a host. */
  on(host: string, ...command: string[]): string {
    const words = [`--net=/run/netns/${this.lab.namespace(host)}`, ...command];
    const run = spawnSync('nsenter', words, { encoding: 'utf8' });
    return `${run.stdout}${run.stderr}`;
  }

  router(...command: string[]): string {
    return this.on('rtr', ...command);
  }

  /** All that a watch may touch on the router. */
  state(): string {
    return (
      [
        this.router('ip', 'rule'),
        this.router('ip', '-6', 'rule'),
        this.router('ip', 'route', 'show', 'table', 'all', 'type', 'unicast'),
        this.router('ip', '-6', 'route', 'show', 'table', 'all', 'type', 'unicast'),
        this.router('nft', '--stateless', 'list', 'ruleset'),
        this.router('sysctl', 'net.ipv4.fib_multipath_hash_policy', 'net.ipv4.conf.wan1.ignore_routes_with_linkdown'),
      ]
        .join('\n')
        // Those of the kernel come and go with its own addresses.
        .replaceAll(/^fe80::.*\n/gm, '')
    );
  }

  /** By which device the router would send a new connection. */
  way(destination = '203.0.113.80', ...more: string[]): string | undefined {
    const family = destination.includes(':') ? '-6' : '-4';
    return /dev (\S+)/.exec(this.router('ip', family, 'route', 'get', destination, ...more))?.[1];
  }

  /** Writes a configuration; its path. */
  write(name: string, failover: object, uplinks: readonly object[] = routerUplinks): string {
    const file = join(this.folder, name);
    writeFileSync(file, JSON.stringify({ uplinks, failover: { ...quick, ...failover } }));
    return file;
  }

  /** A watcher on the router, with `before` in front of its program. */
  async startBehind(before: readonly string[], data: string, ...args: string[]): Promise<WatcherProcess> {
    const all = ['--data', data, '--listen', '127.0.0.1:0', '--discover', 'none', '--log', 'info', ...args];
    const watcher = new WatcherProcess(all, { cwd: this.folder, prefix: [...this.prefix, ...before] });
    this.running.push(watcher);
    await watcher.ready;
    return watcher;
  }

  start(data: string, ...args: string[]): Promise<WatcherProcess> {
    return this.startBehind([], data, ...args);
  }

  /** Ends one with SIGKILL; it is none of those that `end` stops. */
  async kill(watcher: WatcherProcess): Promise<void> {
    await watcher.kill();
    this.running.splice(this.running.indexOf(watcher), 1);
  }

  /** The command line, on the router. */
  cli(...args: string[]) {
    const [program = '', ...rest] = [...this.prefix, process.execPath, join(root, 'src/cli/main.ts'), ...args];
    return spawnSync(program, rest, { encoding: 'utf8' });
  }

  /** By curl, for the API listens inside the namespace. */
  async ask<Answer>(watcher: WatcherProcess, path: string, body?: object): Promise<Answer> {
    const { url, page } = await watcher.ready;
    const token = page.split('#token=')[1] ?? '';
    const data = body ? ['--json', JSON.stringify(body)] : [];
    const authority = ['-H', `authorization: Bearer ${token}`];
    return JSON.parse(this.router('curl', '-s', ...authority, ...data, `${url}/api/v1${path}`)) as Answer;
  }

  async until(what: string, condition: () => boolean | Promise<boolean>, timeoutMs = 20_000): Promise<void> {
    const endMs = Date.now() + timeoutMs;
    while (!(await condition())) {
      if (Date.now() > endMs) throw new Error(`${what}: not within ${timeoutMs} ms\n${this.running.at(-1)?.stderr}`);
      await sleep(100);
    }
  }

  /** Switches that the ledger has told of. */
  switches(watcher: WatcherProcess): UplinkSwitch[] {
    return watcher.events.flatMap(({ kind, body }) => (kind === 'uplink-switch' ? (body as UplinkSwitch) : []));
  }

  switched(watcher: WatcherProcess, count: number, timeoutMs = 30_000): Promise<void> {
    return watcher.when(
      () => this.switches(watcher).length >= count,
      timeoutMs,
      () => `${count} switches expected, seen ${JSON.stringify(this.switches(watcher))}`,
    );
  }

  upIn(watcher: WatcherProcess, ...families: (4 | 6)[]): Promise<void> {
    const checks = families.flatMap((family) => ['isp1', 'isp2'].map((name) => [`uplink/${name}/ipv${family}`, 'up']));
    return watcher.until(Object.fromEntries(checks) as Record<string, string>, 30_000);
  }

  /** Folders of a new cluster. */
  members(name: string, count: number, file: string, ...more: string[]): string[] {
    const words = ['--watchers', String(count), '--dir', join(this.folder, name), '--config', file, '--json', ...more];
    const made = this.cli('init', ...words);
    if (made.status !== 0) throw new Error(made.stderr);
    return (JSON.parse(made.stdout) as { members: { dir: string }[] }).members.map(({ dir }) => dir);
  }
}
