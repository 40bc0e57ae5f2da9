import { join } from 'node:path';
import { median, rounded } from '../bench.ts';
import { versionOf, type Arena, type Part } from './arena.ts';

/** 127.1.0.1 to 127.1.15.250. */
export const targets = Array.from(
  { length: 4000 },
  (_, index) => `127.1.${Math.floor(index / 250)}.${(index % 250) + 1}`,
);

/** fping 5 keeps each of its 65,535 sequence numbers for ten seconds: this many a process is what it can do at once. */
const fpingRounds = 15;

interface Run {
  probes: number;
  lost: number;
  cpuMicroseconds: number;
  achieved: number;
}

/** CPU per probe and loss at a given rate, against fping on the same targets in the same run. */
export const icmpRate: Part = async ({ quick, log }, arena) => {
  const seconds = quick ? 5 : 30;
  const rounds = quick ? 1 : 3;
  const version = versionOf('fping', '--version');
  const ours: Run[] = [];
  const theirs: Run[] = [];
  for (let round = 1; round <= rounds; round++) {
    log(`icmp: 20,000 probes/s for ${seconds} s, round ${round} of ${rounds}`);
    ours.push(await runOurs(arena, 20_000, seconds));
    if (version === undefined) continue;
    log(`icmp: fping, round ${round} of ${rounds}`);
    theirs.push(await runFping(arena));
  }
  log(`icmp: 50,000 probes/s for ${seconds} s`);
  const fast = await runOurs(arena, 50_000, seconds);

  const rows = [row('quorumwatch', 20_000, ours), row('quorumwatch', 50_000, [fast])];
  if (version === undefined) return { rows, notes: ['fping is not installed: no comparison.'] };
  rows.push(row('fping', 20_000, theirs));
  const ratio = cost(ours) / cost(theirs);
  return {
    rows,
    notes: [
      `Peer: ${version}; ${fpingRounds} rounds of the same 4,000 targets a process, 26 bytes of data on both sides.`,
      `CPU per probe at 20,000/s: ${rounded(ratio, 2)} of fping's (goal 0.25, limit 0.5).`,
    ],
  };
};

function cost(runs: readonly Run[]): number {
  return median(runs.map((run) => run.cpuMicroseconds));
}

function row(engine: string, asked: number, runs: readonly Run[]) {
  return {
    engine,
    'asked 1/s': asked,
    'achieved 1/s': Math.round(median(runs.map((run) => run.achieved))),
    runs: runs.length,
    probes: runs.reduce((sum, run) => sum + run.probes, 0),
    lost: runs.reduce((sum, run) => sum + run.lost, 0),
    'CPU us/probe': rounded(cost(runs)),
  };
}

async function runOurs(arena: Arena, rate: number, seconds: number): Promise<Run> {
  const child = join(import.meta.dirname, 'icmp-rate-child.ts');
  const ended = await arena.run(process.execPath, [child, String(rate), String(seconds)]);
  if (!ended.ok) throw new Error(ended.stderr);
  const { sent, lost, ms } = JSON.parse(ended.stdout) as { sent: number; lost: number; ms: number };
  return { probes: sent, lost, cpuMicroseconds: (1000 * ended.cpuMs) / sent, achieved: (1000 * sent) / ms };
}

async function runFping(arena: Arena): Promise<Run> {
  const args = ['-q', '-c', String(fpingRounds), '-i', '0.05', '-p', '200', '-t', '200', '-b', '26'];
  const ended = await arena.run('fping', args, targets.join('\n'));
  let probes = 0;
  let received = 0;
  for (const match of ended.stderr.matchAll(/xmt\/rcv\/%loss = (\d+)\/(\d+)/g)) {
    probes += Number(match[1]);
    received += Number(match[2]);
  }
  return {
    probes,
    lost: probes - received,
    cpuMicroseconds: (1000 * ended.cpuMs) / probes,
    achieved: (1000 * probes) / ended.wallMs,
  };
}
