import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where the targets of the checks listen, on every loopback address. */
export const ports = { http: 18_080, https: 18_443, tcp: 18_081, dns: 18_053 };

/** Starts the targets; they end with this process. */
export async function startServers(): Promise<ChildProcess> {
  const child = join(import.meta.dirname, 'servers-child.ts');
  const servers = spawn(process.execPath, [child], { stdio: ['pipe', 'pipe', 'inherit'] });
  await once(servers.stdout, 'data');
  return servers;
}

/** User and system time of one running process in milliseconds. Linux, in steps of 10 ms. */
export function cpuOfMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return 10 * (Number(fields[11]) + Number(fields[12]));
}
