import { spawn, spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePorts } from '../../src/platform/index.ts';
import { send } from './processes.ts';
import { cpuSecondsOf, run, type Ran } from './processes.ts';
import type { Load } from './load.ts';

/** nfcapd and nfdump of Debian: the collector and the analyzer that these figures are held against. */

/** Undefined where it is not installed. */
export function peerVersion(): string | undefined {
  const { stdout, status } = spawnSync('nfdump', ['-V'], { encoding: 'utf8' });
  return status === 0 ? stdout.trim().replace(/^.*Version:?\s*/i, '') : undefined;
}

export const peerMissing = 'nfdump is not installed (apt-get install nfdump): there is nothing to compare with';

export interface PeerIngest {
  cpuSeconds: number;
  bytes: number;
}

/** What nfcapd needs to receive a load and to write it with LZ4 into the folder. */
export async function peerIngest(folder: string, load: Load, recordsPerSecond: number): Promise<PeerIngest> {
  const [port = 0] = await freePorts(1);
  // Its own files are rotated by the clock; an hour is longer than any load here.
  const args = ['-y', '-w', folder, '-p', `${port}`, '-b', '127.0.0.1', '-B', '4000000', '-t', '3600'];
  const child = spawn('nfcapd', args, { stdio: 'ignore' });
  const ended = new Promise((resolve) => child.once('close', resolve));
  await pause(500);
  await send(load, port, recordsPerSecond);
  await pause(500);
  child.kill('SIGINT');
  const beforeEnd = cpuSecondsOf(child.pid ?? 0);
  await ended;
  const bytes = readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
  return { cpuSeconds: beforeEnd, bytes };
}

export function ask(folder: string, ...args: string[]): Promise<Ran> {
  return run('nfdump', ['-R', folder, ...args]);
}

export async function peerTotals(folder: string): Promise<{ flows: number; packets: number; octets: number }> {
  const { output } = await ask(folder, '-I');
  const figure = (name: string) => Number(new RegExp(`^${name}: (\\d+)`, 'm').exec(output)?.[1] ?? Number.NaN);
  return { flows: figure('Flows'), packets: figure('Packets'), octets: figure('Bytes') };
}
