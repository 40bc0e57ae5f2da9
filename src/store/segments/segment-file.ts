import { createHash } from 'node:crypto';
import type { Disk } from '../../platform/index.ts';
import type { ColumnBatch } from '../batch.ts';
import { readFooter } from '../parquet/read.ts';
import type { Choices } from '../parquet/choices.ts';
import type { Workspace } from '../parquet/workspace.ts';
import { ParquetWriter } from '../parquet/writer.ts';
import type { Table } from '../table.ts';
import { timeRange } from './partition.ts';
import { originIn, originMetadata, type Origin } from './segment-name.ts';
import type { Segment } from './segment-store.ts';

/** Bytes that are read and hashed between two turns of the event loop. */
const pieceBytes = 1024 * 1024;

/** Writes rows as a file that is durable under its name, once the folder is synced. */
export async function writeSegment(
  disk: Disk,
  directory: string,
  name: string,
  { table, parts: batches }: { table: Table; parts: readonly ColumnBatch[] },
  { level, choices, workspace }: { level: number; choices: Choices; workspace: Workspace },
): Promise<Segment> {
  const path = `${directory}/${name}`;
  const parts: Uint8Array[] = [];
  const hash = createHash('sha256');
  const put = (bytes: Uint8Array) => {
    parts.push(bytes);
    hash.update(bytes);
  };
  const writer = new ParquetWriter(table, put, choices, workspace);
  for (const group of groupsOf(batches)) await writer.add(...group);
  await writer.finish(originMetadata({ table: table.name, level, replaces: [], outputs: [] }));
  const content = Buffer.concat(parts);
  const file = await disk.open(`${path}.new`, 'write');
  try {
    await file.truncate(0);
    await file.write(0, content);
    await file.sync();
  } finally {
    await file.close();
  }
  await disk.rename(`${path}.new`, path);
  const ranges = batches.map(({ columns }) => timeRange(columns['ts'] as BigUint64Array));
  const from = Math.min(...ranges.map((range) => range.from));
  const to = Math.max(...ranges.map((range) => range.to));
  const rows = batches.reduce((sum, batch) => sum + batch.rows, 0);
  return { name, path, table: table.name, level, rows, bytes: content.length, from, to, sha256: hash.digest('hex') };
}

/** Rows of a group that still takes little memory to read. */
const rowsOfGroup = 122_880;

/** Whole pieces, so that none is copied; a piece that is larger is a group by itself. */
function groupsOf(batches: readonly ColumnBatch[]): ColumnBatch[][] {
  const groups: ColumnBatch[][] = [[]];
  let rows = 0;
  for (const batch of batches) {
    if (rows > 0 && rows + batch.rows > rowsOfGroup) {
      groups.push([]);
      rows = 0;
    }
    groups.at(-1)?.push(batch);
    rows += batch.rows;
  }
  return groups;
}

/** A file as its own footer describes it. Throws when it is none of ours, has no rows, or no times in its statistics. */
export async function describeFile(disk: Disk, path: string, name: string): Promise<Segment & { origin: Origin }> {
  const file = await disk.open(path, 'read');
  try {
    const bytes = await file.size();
    const footer = await readFooter(file, bytes);
    const origin = originIn(footer.metadata);
    const from = Math.min(...footer.groups.map((group) => group.from ?? Number.NaN));
    const to = Math.max(...footer.groups.map((group) => group.to ?? Number.NaN));
    if (footer.rows === 0 || !Number.isFinite(from) || !Number.isFinite(to))
      throw new SyntaxError('no rows with times');
    const sha256 = await hashOf(disk, path);
    const { table, level, note } = origin;
    const about = { name, path, table, level, rows: footer.rows, bytes, from, to, sha256, origin };
    return note === undefined ? about : { ...about, note };
  } finally {
    await file.close();
  }
}

export async function hashOf(disk: Disk, path: string): Promise<string> {
  const file = await disk.open(path, 'read');
  try {
    const hash = createHash('sha256');
    for (let at = 0; ; at += pieceBytes) {
      const piece = await file.read(at, pieceBytes);
      hash.update(piece);
      if (piece.length < pieceBytes) return hash.digest('hex');
    }
  } finally {
    await file.close();
  }
}

/** Makes durable what another program wrote. */
export async function syncFile(disk: Disk, path: string): Promise<void> {
  const file = await disk.open(path, 'write');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
