import { join } from 'node:path';
import { rounded } from '../bench.ts';
import type { Part } from './arena.ts';

interface Measured {
  readyMs: number;
  verdictMs: Partial<Record<'first' | 'half' | 'all', number>>;
  loadingLagMs: number;
  startingLagMs: number;
  cpuPercent: number;
  residentMiB: number;
  latenessP99Ms: number;
  lagP99Ms: number;
  lagMaxMs: number;
  handles: number;
  probesPerSecond: number;
  entriesGrown: number;
  counts: Record<string, number>;
  problems: string[];
  requests: Record<string, { tookMs: number; bytes: number }>;
}

/** A whole watcher, `quorumwatch up` with ledger, telemetry and HTTP, on ten thousand checks every ten seconds. */
export const wholeWatcher: Part = async ({ quick, log }, arena) => {
  const checks = quick ? 2000 : 10_000;
  const seconds = quick ? 10 : 60;
  log(`watcher: ${checks} checks every 10 s, measured for ${seconds} s once all are settled`);
  const child = join(import.meta.dirname, 'watcher-child.ts');
  const ended = await arena.run(process.execPath, [child, String(checks), '10', String(seconds)]);
  if (!ended.ok) throw new Error(ended.stderr);
  const found = JSON.parse(ended.stdout) as Measured;
  const row = (watcher: string, figure: number | undefined, goal: string) => ({
    [`watcher, ${checks} checks every 10 s`]: watcher,
    figure: figure === undefined ? 'never' : rounded(figure, 3),
    goal,
  });
  const rows = [
    row('start lateness p99, ms', found.latenessP99Ms, 'at most 50'),
    row('CPU, % of a core', found.cpuPercent, 'at most 15'),
    row('resident memory, MiB', found.residentMiB, 'at most 250'),
    row('event loop late, p99, ms', found.lagP99Ms, ''),
    row('event loop late, at most, ms', found.lagMaxMs, ''),
    row('ledger entries while nothing changes', found.entriesGrown, '0'),
    row('start to ready, ms', found.readyMs, ''),
    row('start to first verdict, ms', found.verdictMs.first, ''),
    row('start to last verdict, ms', found.verdictMs.all, ''),
    row('longest hold of the event loop while loading, ms', found.loadingLagMs, 'at most 300'),
    row('longest hold while all verdicts come in, ms', found.startingLagMs, 'at most 300'),
    ...Object.entries(found.requests).map(([path, { tookMs }]) => row(`GET ${path}, ms`, tookMs, 'at most 50')),
  ];
  const up = `${found.counts['up']} of ${checks} up`;
  return {
    rows,
    notes: [
      `Whole watcher from the sources: 40 % simple, 30 % icmp with 3 packets, 15 % tcp-conn, 10 % dns, 5 % http-get to local servers; ${up}; first starts come 3 s after ready (start-delay) and spread over 10 s.`,
    ],
  };
};
