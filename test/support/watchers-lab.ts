import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sharedFolder } from './shared.ts';

/** The wire is a program: on a busy machine it would delay more than it was told, where it may not go before others. */
const realTime = 'chrt -f 50';
const promptly = spawnSync('chrt', ['-f', '50', 'true']).status === 0 ? realTime : '';

/**
 * Four hosts in network namespaces, joined by a hub with 0.5 to 80 ms one way on each spoke; links between them can be
 * cut in every pattern. Host N has 10.77.N.2, the hub 10.77.N.1 on each spoke, and the cuts don't touch the hub itself.
 */
export class WatchersLab {
  readonly #prefix = `qm${process.pid.toString(36)}`;
  readonly #run = mkdtempSync(join(tmpdir(), 'qw-watchers-'));
  readonly #script = join(sharedFolder, 'netlab/watchers.sh');
  #target: ChildProcess | undefined;

  /** One way on each spoke: milliseconds, or `DELAY:JITTER` of which the second is the most that it varies by. */
  up(...delaysMs: (number | string)[]): void {
    this.#do('up', ...delaysMs.map(String));
  }

  down(): void {
    this.#target?.kill('SIGKILL');
    this.#do('down');
    rmSync(this.#run, { recursive: true, force: true });
  }

  /** Runs before a program that belongs to host 1 to 4. */
  prefixOf(host: number): string[] {
    return ['ip', 'netns', 'exec', `${this.#prefix}-w${host}`];
  }

  address(host: number): string {
    return `10.77.${host}.2`;
  }

  split(one: readonly number[], other: readonly number[]): void {
    this.#do('split', one.join(' '), other.join(' '));
  }

  /** Packets from one host to the other vanish, not those back. */
  oneWay(from: number, to: number): void {
    this.#do('oneway', String(from), String(to));
  }

  lossy(host: number, percent: number): void {
    this.#do('lossy', String(host), String(percent));
  }

  /** Of packets from one host to another these shares vanish, and no others. */
  lossyWays(...ways: readonly { from: number; to: number; percent: number }[]): void {
    const rules = ways.map(
      ({ from, to, percent }) =>
        `iifname s${from} oifname s${to} numgen random mod 1000 < ${Math.round(percent * 10)} drop`,
    );
    const chain = `chain f { type filter hook forward priority 0;\n${rules.join('\n')}\n}`;
    this.inHub(['nft', `add table inet part\ndelete table inet part\ntable inet part {\n${chain}\n}`]);
  }

  /** Runs a program in the middle, to its end. */
  inHub(command: readonly string[]): void {
    const done = spawnSync('ip', ['netns', 'exec', `${this.#prefix}-hub`, ...command], { encoding: 'utf8' });
    if (done.status !== 0) throw new Error(`${command.join(' ')}: ${done.stderr}`);
  }

  heal(): void {
    this.#do('heal');
  }

  /** What the watchers watch: accepts connections at 10.77.1.1 port 9000 while it runs. */
  async startTarget(): Promise<void> {
    const program = `require('node:net').createServer((s) => s.end()).listen(9000, () => console.log('on'))`;
    const inside = ['netns', 'exec', `${this.#prefix}-hub`, process.execPath, '-e', program];
    const child = spawn('ip', inside, { stdio: ['ignore', 'pipe', 'inherit'] });
    this.#target = child;
    await new Promise((resolve) => child.stdout.once('data', resolve));
  }

  async stopTarget(): Promise<void> {
    const child = this.#target;
    if (!child) return;
    this.#target = undefined;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
  }

  #do(...args: string[]): void {
    const env = { ...process.env, QWLAB: this.#prefix, QW_RUN: this.#run, RTPRE: promptly };
    const done = spawnSync('bash', [this.#script, ...args], {
      env,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    if (done.status !== 0) throw new Error(`watchers ${args.join(' ')}: ${done.stderr}`);
  }
}
