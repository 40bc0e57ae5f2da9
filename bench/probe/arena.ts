import { execFile, spawnSync } from 'node:child_process';
import { childrenCpuMs, type BenchOptions, type BenchRow } from '../bench.ts';

/** One part of the probe benchmark. */
export type Part = (options: BenchOptions, arena: Arena) => Promise<{ rows: BenchRow[]; notes: string[] }>;

interface Ended {
  stdout: string;
  stderr: string;
  ok: boolean;
  /** User and system time of the process and its children. */
  cpuMs: number;
  wallMs: number;
}

/** Where the runs happen: a network namespace of its own with ping sockets, or this machine as it is. */
export interface Arena {
  note: string;
  run(command: string, args: readonly string[], input?: string): Promise<Ended>;
  close(): void;
}

export function openArena(): Arena {
  const name = `qw-bench-${process.pid}`;
  const ip = (...args: string[]) => spawnSync('ip', args).status === 0;
  const made = process.getuid?.() === 0 && ip('netns', 'add', name);
  const inside = ['netns', 'exec', name];
  if (made) {
    ip(...inside, 'ip', 'link', 'set', 'lo', 'up');
    ip(...inside, 'sysctl', '-qw', 'net.ipv4.ping_group_range=0 2147483647');
  }
  return {
    note: made
      ? 'Runs in a network namespace of its own with net.ipv4.ping_group_range="0 2147483647".'
      : 'Runs on this machine as it is, because making a network namespace needs root.',
    run: (command, args, input = '') =>
      made ? execute('ip', [...inside, command, ...args], input) : execute(command, args, input),
    close: () => {
      if (made) ip('netns', 'delete', name);
    },
  };
}

/** Whether a peer is installed, and its version line. */
export function versionOf(command: string, flag: string): string | undefined {
  const { status, stdout, stderr } = spawnSync(command, [flag], { encoding: 'utf8' });
  return status === 0 ? `${stdout}${stderr}`.split('\n', 1)[0]?.trim() : undefined;
}

function execute(command: string, args: readonly string[], input: string): Promise<Ended> {
  return new Promise((resolve) => {
    const cpuBefore = childrenCpuMs();
    const startMs = performance.now();
    const child = execFile(command, args, { maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      const wallMs = performance.now() - startMs;
      resolve({ stdout, stderr, ok: error === null, cpuMs: childrenCpuMs() - cpuBefore, wallMs });
    });
    child.stdin?.end(input);
  });
}
