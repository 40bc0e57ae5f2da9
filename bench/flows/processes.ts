import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { childrenCpuMs } from '../bench.ts';
import type { Load } from './load.ts';

/** User and system time of a process so far; Linux counts in hundredths of a second. */
export function cpuSecondsOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** Of a process, in MB: what it has, and the most that it had. */
export function residentMb(pid: number): { now: number; most: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const kibOf = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0);
  return { now: (kibOf('VmRSS') * 1024) / 1e6, most: (kibOf('VmHWM') * 1024) / 1e6 };
}

export interface Ran {
  output: string;
  cpuSeconds: number;
}

/** Runs a program to its end. Rejects when it fails. */
export async function run(command: string, args: readonly string[]): Promise<Ran> {
  const beforeMs = childrenCpuMs();
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  let problems = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (problems += chunk.toString()));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) throw new Error(`${command} ended with ${code}: ${problems.slice(-500)}`);
  return { output, cpuSeconds: (childrenCpuMs() - beforeMs) / 1000 };
}

/** Sends a load at so many records a second; resolves when all of it was sent. */
export async function send(
  load: Load,
  port: number,
  recordsPerSecond: number,
  times = 1,
): Promise<{ records: number; perSecond: number }> {
  const datagramsPerSecond = (recordsPerSecond / load.records) * load.datagrams;
  const child = new URL('./send-child.ts', import.meta.url).pathname;
  const { output } = await run(process.execPath, [child, load.file, `${port}`, `${datagramsPerSecond}`, `${times}`]);
  const { seconds } = JSON.parse(output) as { seconds: number };
  const records = load.records * times;
  return { records, perSecond: records / seconds };
}
