import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Lab } from './lab.ts';
import { sharedFolder } from './shared.ts';
import { UplinksProcess } from './uplinks-process.ts';

const anchors = ['1.1.1.1', '8.8.8.8', '8.8.4.4', '2606:4700:4700::1111', '2001:4860:4860::8888'];
/** The office's two ways out, of which the second is thin. */
export const officeUplinks = [
  { name: 'isp1', device: 'wan1', gateway: ['192.168.76.1', '2001:db8:76::1'], anchors },
  { name: 'isp2', device: 'wan2', gateway: ['192.168.75.1', '2001:db8:75::1'], anchors },
];

/** The office in the lab, and a watch over its uplinks on its router. */
export class UplinksOffice {
  readonly lab = new Lab();
  readonly folder = mkdtempSync(join(tmpdir(), 'qw-uplinks-'));
  #running: UplinksProcess | undefined;

  up(): void {
    this.lab.up();
    // The lab pins probes by rules of its own; these tests must do without.
    for (const family of ['-4', '-6']) {
      for (const priority of ['100', '100', '101', '101', '102', '102']) {
        this.router('ip', family, 'rule', 'del', 'priority', priority);
      }
    }
  }

  down(): void {
    this.lab.down();
    rmSync(this.folder, { recursive: true, force: true });
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

  /** A command that goes on running on a host. */
  background(host: string, ...command: string[]): ChildProcess {
    const words = [`--net=/run/netns/${this.lab.namespace(host)}`, ...command];
    return spawn('nsenter', words, { stdio: ['ignore', 'pipe', 'ignore'] });
  }

  /** All of routes, rules and nftables that a watch may touch on the router. */
  state(): string {
    return (
      [
        this.router('ip', 'rule'),
        this.router('ip', '-6', 'rule'),
        this.router('ip', 'route', 'show', 'table', 'all', 'type', 'unicast'),
        this.router('nft', '--stateless', 'list', 'ruleset'),
      ]
        .join('\n')
        // Those of the kernel come and go with its own addresses.
        .replaceAll(/^fe80::.*\n/gm, '')
    );
  }

  /** Starts a watch; done when it is ready or has refused to act. */
  async start(
    failover: object,
    uplinks: object[] = officeUplinks,
    environment: Record<string, string> = {},
    wrapper: string[] = [],
  ): Promise<UplinksProcess> {
    const file = join(this.folder, 'office.yaml');
    const quick = { hold: '1s', 'hold-max': '1s', bad: { window: '2s' }, act: 'local-evidence' };
    writeFileSync(file, JSON.stringify({ uplinks, failover: { ...quick, ...failover } }));
    const data = join(this.folder, 'data');
    this.#running = new UplinksProcess(this.lab.namespace('rtr'), file, data, environment, wrapper);
    await this.#running.until(({ event }) => event === 'ready' || event === 'refused');
    return this.#running;
  }

  /** Waits until both uplinks are up in both families. */
  async allUp(watch: UplinksProcess, names = ['isp1', 'isp2'], families: (4 | 6)[] = [4, 6]): Promise<void> {
    for (const name of names) for (const family of families) await this.becomes(watch, name, family, 'up');
  }

  /** Waits until an uplink is thought of in that way. */
  async becomes(watch: UplinksProcess, uplink: string, family: 4 | 6, state: string, timeoutMs = 30_000) {
    if (watch.state(uplink, family) === state) return;
    await watch.until(
      (event) =>
        event.event === 'opinion' &&
        event['uplink'] === uplink &&
        event['family'] === family &&
        event['state'] === state,
      watch.events.length,
      timeoutMs,
    );
  }

  /** Ends the watch, and clears all faults. */
  async end(): Promise<void> {
    await this.#running?.stop();
    this.#running = undefined;
    this.lab.clear();
    for (const [family, gateway] of [
      ['-4', '192.168.76.1'],
      ['-6', '2001:db8:76::1'],
    ] as const) {
      this.router('ip', family, 'route', 'replace', 'default', 'via', gateway, 'dev', 'wan1', 'metric', '1');
    }
  }

  /** By which device the router would send a packet; with a mark or from a device and address, as such a packet. */
  way(destination: string, ...more: string[]): string | undefined {
    const family = destination.includes(':') ? '-6' : '-4';
    return /dev (\S+)/.exec(this.router('ip', family, 'route', 'get', destination, ...more))?.[1];
  }

  /** The office's meter pings 8.8.8.8 or its like from a host: how many were lost. */
  async ping(
    host: string,
    seconds: number,
    intervalMs: number,
    to = '8.8.8.8',
  ): Promise<{ sent: number; lost: number }> {
    const meter = join(sharedFolder, 'netlab/pinggap.py');
    const child = this.background(host, meter, to, '--interval', String(intervalMs), '--duration', String(seconds));
    let output = '';
    child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
    await new Promise((resolve) => child.once('close', resolve));
    return JSON.parse(output) as { sent: number; lost: number };
  }
}
