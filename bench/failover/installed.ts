import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { root } from '../../test/support/shared.ts';
import type { Office } from './office.ts';
import { end } from './office.ts';
import { officeUplinks } from './watches.ts';

/** The program as npm installs it: compiled, with its start script and without the sources. */
export class Installed {
  readonly #folder = mkdtempSync(join(tmpdir(), 'qw-installed-'));

  constructor() {
    const compiler = ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'];
    const built = spawnSync(process.execPath, [...compiler, '--outDir', join(this.#folder, 'dist')], {
      cwd: root,
      encoding: 'utf8',
    });
    if (built.status !== 0) throw new Error(built.stdout);
    for (const name of ['bin', 'package.json']) cpSync(join(root, name), join(this.#folder, name), { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(this.#folder, 'node_modules'));
    const page = join(this.#folder, 'dist/web');
    mkdirSync(page, { recursive: true });
    writeFileSync(join(page, 'index.html'), '<!doctype html><title>Quorumwatch</title>');
  }

  /** Starts a watcher on the office's router that probes both uplinks and acts; resolves when it has settled. */
  async start(office: Office): Promise<{ usage(): Usage; stop(): Promise<void> }> {
    const data = mkdtempSync(join(this.#folder, 'data-'));
    const file = join(data, 'office.yaml');
    const failover = { act: 'local-evidence', 'probe-interval': '50ms' };
    writeFileSync(file, JSON.stringify({ uplinks: officeUplinks, failover }));
    const program = [process.execPath, join(this.#folder, 'bin/quorumwatch.mjs'), 'up', '--config', file];
    const options = [
      '--data',
      join(data, 'watcher'),
      '--listen',
      '127.0.0.1:0',
      '--discover',
      'none',
      '--log',
      'error',
    ];
    const words = [`--net=/run/netns/${office.lab.namespace('rtr')}`, ...program, ...options, '--json'];
    const child = spawn('nsenter', words, { stdio: ['ignore', 'pipe', 'inherit'], detached: true });
    await new Promise<void>((resolve, reject) => {
      child.stdout.once('data', () => resolve());
      child.once('exit', (code) => reject(new Error(`the watcher ended with ${code}`)));
    });
    child.stdout.resume();
    await pause(settleMs);
    return { usage: () => usageOf(child.pid ?? 0), stop: () => end(child) };
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** Until what a start leaves behind is collected, and until uplinks are up and routes stand. */
const settleMs = 8000;

export interface Usage {
  cpuMs: number;
  residentBytes: number;
  /** What is this process's own: not the program's text, which all Node processes of a machine share. */
  privateBytes: number;
}

/** Processor time and memory of a process so far, as the kernel counts them. */
export function usageOf(pid: number): Usage {
  const words = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  const memory = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  const bytes = (name: string) => 1024 * Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(memory)?.[1]);
  return {
    cpuMs: 10 * (Number(words[11]) + Number(words[12])),
    residentBytes: bytes('Rss'),
    privateBytes: bytes('Private_Clean') + bytes('Private_Dirty'),
  };
}

/** A Node process that serves HTTP and does nothing: what any such program costs here. */
export async function idleNode(): Promise<Usage> {
  const script = "require('node:http').createServer(() => {}).listen(0, '127.0.0.1', () => console.log('ready'))";
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'], detached: true });
  await new Promise((resolve) => child.stdout.once('data', resolve));
  await pause(1000);
  const usage = usageOf(child.pid ?? 0);
  await end(child);
  return usage;
}
