import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Lab } from '../../test/support/lab.ts';
import { sharedFolder } from '../../test/support/shared.ts';

const netlab = join(sharedFolder, 'netlab');

/** What the meter in the office saw. */
export interface Pings {
  sent: number;
  lost: number;
  /** The longest run of lost echoes; undefined when none was lost, Infinity when it lasted until the end. */
  outageMs: number | undefined;
}

/** A lab, and what is done in it between two runs. */
export class Office {
  readonly lab = new Lab();

  up(): void {
    this.lab.up();
  }

  down(): void {
    this.lab.down();
  }

  /** As at the beginning: no fault, the router's own routes, no connections. */
  reset(): void {
    this.lab.clear();
    // The routes' names as the lab made them; a link that was down has lost its own.
    const routes = [
      'route replace default via 192.168.75.1 dev wan2 metric 2',
      'route replace default via 192.168.76.1 dev wan1 metric 1',
      'route del default metric 200',
      'route del 1.1.1.1',
    ];
    for (const route of routes) spawnSync('ip', ['-n', this.lab.namespace('rtr'), ...route.split(' ')]);
    this.on('rtr', 'conntrack', '-F');
  }

  /** Runs a command on a host, and returns what it printed. */
  on(host: string, ...command: string[]): string {
    return spawnSync('nsenter', [`--net=/run/netns/${this.lab.namespace(host)}`, ...command], { encoding: 'utf8' })
      .stdout;
  }

  /** Starts a command on a host, in a process group of its own. */
  start(host: string, ...command: string[]): ChildProcess {
    const words = [`--net=/run/netns/${this.lab.namespace(host)}`, ...command];
    return spawn('nsenter', words, { detached: true, stdio: 'ignore', env: this.lab.environment, cwd: netlab });
  }

  /** A script of the lab beside it. */
  script(...command: string[]): void {
    spawnSync('bash', command, { env: this.lab.environment, cwd: netlab, stdio: 'ignore' });
  }

  /** What a command on a host prints until it ends. */
  async output(host: string, ...command: string[]): Promise<string> {
    const child = spawn('nsenter', [`--net=/run/netns/${this.lab.namespace(host)}`, ...command], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    await new Promise((resolve) => child.once('close', resolve));
    return output;
  }

  /** The client in the office pings 8.8.8.8; `everyNew` makes each ping a connection of its own. */
  async ping(seconds: number, intervalMs: number, everyNew = false): Promise<Pings> {
    const words = ['8.8.8.8', '--interval', String(intervalMs), '--duration', String(seconds)];
    const meter = ['nice', '-n', '-10', join(netlab, 'pinggap.py'), ...words, ...(everyNew ? ['--rotate'] : [])];
    const found = JSON.parse(await this.output('pc', ...meter)) as {
      sent: number;
      lost: number;
      outage_ms?: number | null;
    };
    const { sent, lost, outage_ms: outageMs } = found;
    return { sent, lost, outageMs: outageMs === null ? Infinity : outageMs };
  }
}

/** Ends a process group, and waits for it. */
export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  process.kill(-child.pid, 'SIGTERM');
  await Promise.race([gone, pause(2000)]);
}
