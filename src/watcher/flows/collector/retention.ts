import { createHash } from 'node:crypto';
import { flowKinds, QwError, type EpochMs, type FlowKind, type FlowSettings } from '../../../model/index.ts';
import {
  flowAccountsTable,
  flowClass,
  flowRollups,
  flowsTable,
  partsOf,
  type Removed,
  type Segment,
  type Table,
} from '../../../store/index.ts';

/** How long flows stay, and what is told of those that go. */

type Retention = FlowSettings['retention'];

export interface TableAge {
  table: Table;
  maxAgeMs: number;
  /** Younger rows stay, even over the size. */
  keepMs: number;
}

/** Every table of flows on disk, records by their kinds. */
export function agesOf(retention: Retention): TableAge[] {
  const { raw, classes } = retention;
  const single = partsOf(flowsTable).map((table): TableAge => {
    const kind = flowKinds.find((one) => flowClass(one) === table.name) ?? 'traffic';
    const { minimum = 0, maximum } = classes[kind] ?? {};
    return { table, maxAgeMs: maximum ?? Math.max(raw, minimum), keepMs: minimum };
  });
  return [...single, ...sumsOf(retention)];
}

/** Where one table has records of all kinds, and the engine keeps them apart in it. */
export function tablesTogether(retention: Retention): Table[] {
  return [flowsTable, ...sumsOf(retention).map(({ table }) => table)];
}

export function sumsOf({ raw, ...retention }: Retention): TableAge[] {
  const sums = [
    { table: flowAccountsTable, maxAgeMs: Math.max(raw, retention['1m']) },
    { table: flowRollups('1m'), maxAgeMs: retention['1m'] },
    { table: flowRollups('1h'), maxAgeMs: retention['1h'] },
  ];
  return sums.map((one) => ({ ...one, keepMs: 0 }));
}

/** Throws FORBIDDEN when the law protects some of what shall be deleted. */
export function checkDeletion(retention: Retention, kind: FlowKind, before: EpochMs, now: EpochMs): void {
  const { minimum = 0 } = retention.classes[kind] ?? {};
  if (before <= now - minimum) return;
  const from = new Date(now - minimum).toISOString();
  throw new QwError('FORBIDDEN', `records of the kind ${kind} from ${from} on have to stay`, {
    hint: `retention.classes.${kind}.minimum protects them; give an earlier time`,
    facts: { kind, minimum },
  });
}

/** What was deleted at once: single records of one kind, in whole files. */
export interface DeletionReceipt {
  kind: FlowKind;
  /** Ends of the first and the last flow. */
  from: EpochMs;
  to: EpochMs;
  rows: number;
  why: 'age or size' | 'request';
  /** SHA-256 of each file, in hexadecimal; none where they were on servers. */
  files: readonly string[];
  /** Which servers they were on, and whether these have none of them any more. */
  servers?: string;
}

/** Sums hold no addresses, and are not told of. */
export function receiptsOf(dropped: readonly Segment[], why: DeletionReceipt['why']): DeletionReceipt[] {
  return flowKinds.flatMap((kind) => {
    const files = dropped.filter(({ table }) => table === flowClass(kind));
    if (files.length === 0) return [];
    return [
      {
        kind,
        from: Math.min(...files.map(({ from }) => from)),
        to: Math.max(...files.map(({ to }) => to)),
        rows: files.reduce((sum, { rows }) => sum + rows, 0),
        why,
        files: files.map(({ sha256 }) => sha256),
      },
    ];
  });
}

/** The same of servers, where there are no files. */
export function receiptsOfServers(removed: readonly Removed[], why: DeletionReceipt['why']): DeletionReceipt[] {
  return flowKinds.flatMap((kind) => {
    const ours = removed.filter(({ table }) => table === flowClass(kind));
    if (ours.length === 0) return [];
    const shards = [...new Set(ours.map(({ shard }) => shard))].join(', ');
    const late = [...new Set(ours.filter((one) => one.confirmed < one.copies).map(({ shard }) => shard))].join(', ');
    const gone = late === '' ? 'gone from every copy' : `not seen to be gone from every copy of ${late} yet`;
    return [
      {
        kind,
        from: Math.min(...ours.map(({ from }) => from)),
        to: Math.max(...ours.map(({ to }) => to)),
        rows: ours.reduce((sum, { rows }) => sum + rows, 0),
        why,
        files: [],
        servers: `on the servers of ${shards}, ${gone}`,
      },
    ];
  });
}

/** Hashes that a line of the ledger has room for. */
const hashesInLine = 4;

/** For the ledger: the hash of every file, or of many the hash over all of them. */
export function receiptText({ from, to, rows, why, files, servers }: DeletionReceipt): string {
  const range = `${new Date(from).toISOString()} to ${new Date(to).toISOString()}`;
  if (servers !== undefined) return `${count(rows, 'record')}, ${range}, ${servers}, by ${why}`;
  const named = files.length <= hashesInLine ? files : [createHash('sha256').update(files.join('\n')).digest('hex')];
  const what = files.length <= hashesInLine ? 'SHA-256' : 'SHA-256 of all their SHA-256, a line each,';
  return `${count(rows, 'record')}, ${range}, ${count(files.length, 'file')}, by ${why}; ${what} ${named.join(' ')}`;
}

const count = (number: number, what: string) => `${number} ${what}${number === 1 ? '' : 's'}`;
