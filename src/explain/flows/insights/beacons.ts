import type { FlowFinding } from '../../../model/index.ts';
import { flowsTable } from '../../../store/index.ts';
import { bound, inParts, rowId } from '../ask.ts';
import { column, equals, minus, sourceIsClient } from '../expressions.ts';
import { protocolName } from '../protocols.ts';
import { serviceText } from '../services.ts';
import { figuresOf, fitting, grouped, hostOf, outside, timesOf, type Looking } from './looking.ts';
import { insightThresholds } from './thresholds.ts';

const { leastFlows, mostFlows, jitter, regularShare, leastIntervalMs } = insightThresholds.beacon;
const looked = 300;
const names = [
  'source_high',
  'source_low',
  'destination_high',
  'destination_low',
  'protocol',
  'destination_port',
] as const;
const keys = names.map(column);

/** A host that talks to one outside again and again at the same intervals, as programs do and people don't. */
export async function beacons(looking: Looking): Promise<FlowFinding[]> {
  const { asking, from, to } = looking;
  const where = { all: [sourceIsClient, fitting(looking, `not ${outside('src')} and ${outside('dst')}`)] };
  const rows = await grouped(looking, {
    where,
    keys,
    select: [{ name: 'flows', value: { aggregate: 'count' } }],
    by: 'flows',
    limit: 5000,
  });
  const candidates = rows
    .filter((row) => {
      const [flows = 0] = figuresOf(row, keys.length);
      return flows >= leastFlows && flows <= mostFlows;
    })
    .slice(0, looked);
  const times = await inParts(
    candidates.map((row) => row.slice(0, keys.length)),
    async (some) => {
      const all = [equals('kind', 0), where, ...bound(keys, some)];
      const select = [
        ...keys.map((value, at) => ({ name: `k${at}`, value })),
        { name: 'start', value: minus(column('ts'), column('duration_ms')) },
        { name: 'duration', value: column('duration_ms') },
      ];
      const found = new Map<string, Occurrence[]>();
      for (const row of await asking.rows({ table: flowsTable, from, to, where: { all }, select })) {
        const id = rowId(row.slice(0, keys.length));
        const [startMs = 0, durationMs = 0] = row.slice(keys.length).map(Number);
        found.set(id, [...(found.get(id) ?? []), { startMs, durationMs }]);
      }
      return found;
    },
  );
  return candidates.flatMap((row): FlowFinding[] => {
    const found = regularity(times.get(rowId(row.slice(0, keys.length))) ?? []);
    if (!found) return [];
    const [host, server] = [hostOf(row), hostOf(row.slice(2))];
    const [protocol, port] = [protocolName(Number(row[4])), Number(row[5])];
    return [
      {
        code: 'beacon',
        kind: 'beacon',
        severity: 'notice',
        subject: `${host} → ${server}`,
        names: { host, server, service: serviceText(protocol, port) },
        figures: { intervalMs: found.intervalMs, flows: found.flows, regularShare: found.regular },
        thresholds: { leastFlows, leastShare: regularShare, jitterShare: jitter },
        ...timesOf(row, keys.length),
        filter: `src host ${host} and dst host ${server} and proto ${protocol} and dst port ${port}`,
      },
    ];
  });
}

interface Occurrence {
  startMs: number;
  durationMs: number;
}

/**
 * The usual interval, where most are near it. A conversation that lasts is told of again and again by its exporter, without
 * a pause between: that is no beacon.
 */
export function regularity(
  given: readonly Occurrence[],
): { intervalMs: number; flows: number; regular: number } | undefined {
  const sorted = given.toSorted((a, b) => a.startMs - b.startMs);
  const gaps = sorted.slice(1).map(({ startMs }, at) => startMs - (sorted[at]?.startMs ?? 0));
  if (gaps.length < leastFlows - 1) return undefined;
  const intervalMs = middle(gaps);
  if (intervalMs < leastIntervalMs || middle(given.map(({ durationMs }) => durationMs)) > intervalMs / 2)
    return undefined;
  const regular = gaps.filter((gap) => Math.abs(gap - intervalMs) <= jitter * intervalMs).length / gaps.length;
  return regular >= regularShare ? { intervalMs, flows: sorted.length, regular } : undefined;
}

export function middle(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  const upper = sorted[half] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] ?? 0) + upper) / 2;
}
