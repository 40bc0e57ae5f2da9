import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Transition, UplinkSwitch } from '../src/model/index.ts';
import { Lab } from '../test/support/lab.ts';
import { labMissing, root } from '../test/support/shared.ts';
import { machine, percentile, type BenchOptions, type BenchResult } from './bench.ts';

export const question = 'How long does an outage last when three of four watchers must agree before one switches?';

const main = join(root, 'src/cli/main.ts');
const anchors = ['1.1.1.1', '8.8.8.8', '8.8.4.4'];
const uplinks = [
  { name: 'isp1', device: 'wan1', gateway: '192.168.76.1', anchors },
  { name: 'isp2', device: 'wan2', gateway: '192.168.75.1', anchors },
];
const failover = { act: 'quorum', actor: 'watcher-1', hold: '1s', 'hold-max': '1s', bad: { window: '2s' } };
const patienceMs = 60_000;

/** Four watchers on the office router, followed by what the one that switches says. */
class Router {
  readonly switches: UplinkSwitch[] = [];
  readonly up = new Set<string>();
  readonly lab = new Lab();
  readonly #folder = mkdtempSync(join(tmpdir(), 'qw-quorum-'));
  readonly #children: ChildProcess[] = [];

  start(): void {
    this.lab.up();
    this.#run('sysctl', '-qw', 'net.ipv4.ping_group_range=0 2147483647');
    const file = join(this.#folder, 'office.json');
    writeFileSync(file, JSON.stringify({ uplinks, failover }));
    const args = ['init', '--json', '--dir', join(this.#folder, 'members'), '--config', file];
    const made = spawnSync(process.execPath, [main, ...args], { encoding: 'utf8' });
    const { members } = JSON.parse(made.stdout) as { members: { dir: string }[] };
    for (const { dir } of members) this.#children.push(this.#watcher(dir));
    const [actor] = this.#children;
    createInterface({ input: actor?.stdout as NodeJS.ReadableStream }).on('line', (line) => this.#hear(line));
    for (const child of this.#children.slice(1)) child.stdout?.resume();
  }

  async until(what: string, condition: () => boolean): Promise<void> {
    for (const endMs = Date.now() + patienceMs; !condition(); await pause(20)) {
      if (Date.now() > endMs) throw new Error(`${what}: not within ${patienceMs} ms`);
    }
  }

  async stop(): Promise<void> {
    const running = this.#children.filter((child) => child.exitCode === null);
    const ended = running.map((child) => new Promise((resolve) => child.once('exit', resolve)));
    for (const child of running) child.kill('SIGTERM');
    await Promise.all(ended);
    this.lab.down();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #watcher(dir: string): ChildProcess {
    const args = ['up', '--json', '--data', dir, '--listen', '127.0.0.1:0', '--discover', 'none', '--log', 'error'];
    const command = [...this.#inside, process.execPath, main, ...args];
    return spawn('nsenter', command, { stdio: ['ignore', 'pipe', 'inherit'] });
  }

  #hear(line: string): void {
    const { kind, body } = JSON.parse(line) as { kind?: string; body?: unknown };
    if (kind === 'uplink-switch') this.switches.push(body as UplinkSwitch);
    if (kind !== 'transition') return;
    const { check, to } = body as Transition;
    if (to === 'up') this.up.add(check);
    else this.up.delete(check);
  }

  #run(...command: string[]): void {
    spawnSync('nsenter', [...this.#inside, ...command]);
  }

  get #inside(): string[] {
    return [`--net=/run/netns/${this.lab.namespace('rtr')}`];
  }
}

export async function run({ quick, log }: BenchOptions): Promise<BenchResult> {
  const facts = machine();
  const missing = labMissing();
  if (missing !== undefined) return { question, machine: facts, rows: [], notes: [`nothing measured: ${missing}`] };
  const rounds = quick ? 5 : 40;
  const router = new Router();
  const { switches, up, lab } = router;
  try {
    router.start();
    await router.until('both uplinks up', () => up.size === uplinks.length);
    for (let round = 1; round <= rounds; round++) {
      await pause(1000 + Math.random() * 500);
      lab.fault('isp1', 'upstream');
      await router.until('isp1 left', () => switches.length === 2 * round - 1);
      lab.clear();
      await router.until('isp1 back', () => switches.length === 2 * round && up.size === uplinks.length);
      log(`round ${round} of ${rounds}`);
    }
  } finally {
    await router.stop();
  }
  const left = switches.filter(({ to }) => to[0] === 'isp2').map(({ timings }) => timings);
  const row = (name: string, values: readonly number[]) => ({
    name,
    runs: values.length,
    medianMs: Math.round(percentile(values, 50)),
    p90Ms: Math.round(percentile(values, 90)),
    p99Ms: Math.round(percentile(values, 99)),
  });
  const sinceAnswer = left.map((one) => (one.lastAnswerBeforeMs ?? Infinity) + one.switchedAfterMs);
  const sinceSuspicion = left.flatMap(({ suspicionBeforeMs: ms, switchedAfterMs }) =>
    ms === undefined ? [] : ms + switchedAfterMs,
  );
  return {
    question,
    machine: facts,
    rows: [
      row('from the last answer to the new routes', sinceAnswer),
      row('from the suspicion to them', sinceSuspicion),
    ],
    notes: [
      'Four watchers, each a process that probes every 50 ms, on one machine with all that stands in for the Internet.',
      'The fault itself comes up to one probe interval after the last answer.',
    ],
  };
}
