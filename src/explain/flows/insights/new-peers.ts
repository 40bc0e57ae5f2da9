import type { FlowFinding } from '../../../model/index.ts';
import { flowsTable } from '../../../store/index.ts';
import { bound, inParts, rowId } from '../ask.ts';
import { column, estimatedBytes } from '../expressions.ts';
import { keyOf } from '../keys.ts';
import { figuresOf, fitting, grouped, hostOf, outside, timesOf, type Looking } from './looking.ts';
import { insightThresholds } from './thresholds.ts';

const { lookBackMs, knownForMs, leastBytes, muchBytes } = insightThresholds.newPeer;
const looked = 1000;

/** Servers outside that one's own hosts talk to, and that nobody of them talked to in the days before. */
export async function newPeers(looking: Looking): Promise<FlowFinding[]> {
  const { asking, from } = looking;
  const keys = keyOf('destination', 'client-server').expressions;
  const where = fitting(looking, `not ${outside('client')} and ${outside('server')}`);
  const before = { table: flowsTable, from: Math.max(0, from - lookBackMs), to: from };
  const [known] = await asking.rows({
    ...before,
    select: [{ name: 'first', value: { aggregate: 'min', of: column('ts') } }],
  });
  const knownSince = Number(known?.[0] ?? 0);
  // Where there are no records of a time, everybody would be new.
  if (knownSince === 0 || knownSince > from - knownForMs) return [];
  const rows = await grouped(looking, {
    where,
    keys,
    select: [
      { name: 'bytes', value: { aggregate: 'sum', of: estimatedBytes } },
      { name: 'flows', value: { aggregate: 'count' } },
    ],
    by: 'bytes',
    limit: looked,
  });
  const many = rows.filter((row) => (figuresOf(row, 2)[0] ?? 0) >= leastBytes);
  const seen = await inParts(
    many.map((row) => row.slice(0, 2)),
    async (some) => {
      const select = [
        ...keys.map((value, at) => ({ name: `k${at}`, value })),
        { name: 'n', value: { aggregate: 'count' as const } },
      ];
      const found = await asking.rows({ ...before, where: { all: [where, ...bound(keys, some)] }, select });
      return new Map(found.map((row) => [rowId(row.slice(0, 2)), true]));
    },
  );
  return many
    .filter((row) => !seen.has(rowId(row.slice(0, 2))))
    .map((row) => {
      const host = hostOf(row);
      const [bytes = 0, flows = 0] = figuresOf(row, 2);
      return {
        code: 'new-peer',
        kind: 'new-peer',
        severity: bytes >= muchBytes ? 'warning' : 'notice',
        subject: host,
        names: { host },
        figures: { bytes, flows },
        thresholds: { days: lookBackMs / 86_400_000, leastBytes, muchBytes },
        ...timesOf(row, 2),
        filter: `server host ${host}`,
      };
    });
}
