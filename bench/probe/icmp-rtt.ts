import { join } from 'node:path';
import { median, percentile, rounded } from '../bench.ts';
import { versionOf, type Part } from './arena.ts';

interface Measured {
  /** By kernel time stamps. */
  rttMs: number[];
  /** From the call to the callback, as a measurement without kernel stamps would give it. */
  callbackMs: number[];
}

/** Round-trip time to loopback against `ping`, with the process idle and kept 80 % busy. */
export const icmpRtt: Part = async ({ quick, log }, arena) => {
  const count = quick ? 200 : 1000;
  const rounds = quick ? 3 : 7;
  const child = join(import.meta.dirname, 'icmp-rtt-child.ts');
  const version = versionOf('ping', '-V');
  const p50: Record<'idle' | 'busy' | 'callback' | 'ping', number[]> = { idle: [], busy: [], callback: [], ping: [] };
  const p95: typeof p50 = { idle: [], busy: [], callback: [], ping: [] };
  const note = (name: keyof typeof p50, values: number[]) => {
    p50[name].push(1000 * percentile(values, 50));
    p95[name].push(1000 * percentile(values, 95));
  };
  for (let round = 1; round <= rounds; round++) {
    log(`rtt: ${count} echoes each, round ${round} of ${rounds}`);
    for (const load of ['idle', 'busy'] as const) {
      const ended = await arena.run(process.execPath, [child, String(count), load]);
      if (!ended.ok) throw new Error(ended.stderr);
      const measured = JSON.parse(ended.stdout) as Measured;
      note(load, measured.rttMs);
      if (load === 'busy') note('callback', measured.callbackMs);
    }
    if (version === undefined) continue;
    const ended = await arena.run('ping', ['-n', '-c', String(count), '-i', '0.005', '-s', '26', '127.0.0.1']);
    note(
      'ping',
      Array.from(ended.stdout.matchAll(/time=([\d.]+) ms/g), (match) => Number(match[1])),
    );
  }
  const row = (measurement: string, name: keyof typeof p50) => ({
    'RTT to 127.0.0.1': measurement,
    rounds,
    'p50 us': rounded(median(p50[name])),
    'p95 us': rounded(median(p95[name])),
  });
  const rows = [
    row('quorumwatch, idle', 'idle'),
    row('quorumwatch, process 80 % busy', 'busy'),
    row('the same echoes by the clock of the busy process', 'callback'),
  ];
  if (version !== undefined) rows.push(row('ping', 'ping'));
  const change = 100 * (median(p50.busy.map((busy, round) => busy / (p50.idle[round] ?? busy))) - 1);
  return {
    rows,
    notes: [
      version === undefined ? 'ping is not installed: no comparison.' : `Peer: ${version}.`,
      `Being 80 % busy changes the p50 by ${rounded(change, 2)} %, median of the rounds (goal: within 20 %).`,
    ],
  };
};
