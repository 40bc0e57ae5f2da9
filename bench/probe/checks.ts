import { join } from 'node:path';
import { rounded } from '../bench.ts';
import type { Part } from './arena.ts';

interface Measured {
  runs: number;
  latenessP50Ms: number;
  latenessP99Ms: number;
  cpuPercent: number;
  residentMiB: number;
  outcomes: Record<string, number>;
  medianMs: Record<string, number>;
}

/** Many checks of mixed types at once: do they start in time, and what does the whole engine take? */
export const mixedChecks: Part = async ({ quick, log }, arena) => {
  const count = 10_000;
  const seconds = quick ? 10 : 60;
  log(`checks: ${count} at 10 s for ${seconds} s after 20 s of warm-up`);
  const child = join(import.meta.dirname, 'checks-child.ts');
  const ended = await arena.run(process.execPath, [child, String(count), '10', String(seconds)]);
  if (!ended.ok) throw new Error(ended.stderr);
  const measured = JSON.parse(ended.stdout) as Measured;
  const other = Object.entries(measured.outcomes).filter(([outcome]) => outcome !== 'pass');
  const medians = Object.entries(measured.medianMs).map(([type, ms]) => `${type} ${rounded(ms)} ms`);
  return {
    rows: [
      {
        'checks at 10 s': count,
        runs: measured.runs,
        'lateness p50 ms': rounded(measured.latenessP50Ms),
        'lateness p99 ms': rounded(measured.latenessP99Ms),
        'CPU % of a core': rounded(measured.cpuPercent),
        'resident MiB': Math.round(measured.residentMiB),
      },
    ],
    notes: [
      'Of twenty checks: 8 simple, 4 icmp (trains of ten), 3 tcp-conn, 2 http-get, 2 dns, 1 https-get; targets in a process of their own.',
      'Goals: lateness p99 50 ms, 15 % of a core, 250 MiB. Run from the sources: the type stripper takes memory that the built package does not.',
      `Not passed: ${other.map(([outcome, count]) => `${count} ${outcome}`).join(', ') || 'none'}. Medians: ${medians.join(', ')}.`,
    ],
  };
};
