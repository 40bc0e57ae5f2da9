import { join } from 'node:path';
import { median, rounded } from '../bench.ts';
import { versionOf, type Part } from './arena.ts';

const program = 'prometheus-blackbox-exporter';
const rate = 200;

/** CPU of an HTTP check against blackbox_exporter, at the same rate, against the same server, in turns. */
export const httpCost: Part = async ({ quick, log }, arena) => {
  const seconds = quick ? 5 : 15;
  const rounds = quick ? 1 : 5;
  const version = versionOf(program, '--version');
  log(`http: ${rate} checks/s for ${seconds} s, ${rounds} rounds`);
  const peer = version === undefined ? 'none' : program;
  const child = join(import.meta.dirname, 'http-child.ts');
  const ended = await arena.run(process.execPath, [child, String(rate), String(seconds), String(rounds), peer]);
  if (!ended.ok) throw new Error(ended.stderr);
  const { ours, theirs } = JSON.parse(ended.stdout) as { ours: number[]; theirs: number[] };
  const row = (engine: string, runs: readonly number[]) => ({
    'HTTP checks': engine,
    'rate 1/s': rate,
    runs: runs.length,
    'CPU us/check': rounded(median(runs)),
    'smallest us': rounded(Math.min(...runs)),
    'largest us': rounded(Math.max(...runs)),
  });
  if (version === undefined) return { rows: [row('quorumwatch', ours)], notes: [`${program} is not installed.`] };
  const ratio = median(ours.map((cost, round) => cost / (theirs[round] ?? cost)));
  return {
    rows: [row('quorumwatch', ours), row('blackbox_exporter', theirs)],
    notes: [
      `Peer: ${version}; module http_2xx, asked over kept connections; the reply is a page of 1 kB.`,
      'User and system time of each running process, schedule and results included, after a warm-up of 3 s.',
      `CPU per HTTP check: ${rounded(ratio, 2)} of blackbox_exporter's, median of the rounds (goal 1, limit 1.5).`,
    ],
  };
};
