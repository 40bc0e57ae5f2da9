import type { EpochMs } from '../../model/index.ts';

export const hourMs = 3_600_000;

/** `<table>-<hour since 1970>-<level>-<number>.parquet`; the number is never used twice. */
export function segmentName(table: string, from: EpochMs, level: number, number: number): string {
  return `${table}-${Math.floor(from / hourMs)}-${level}-${String(number).padStart(9, '0')}.parquet`;
}

/** The number in a name of ours, finished or half written; undefined for other files, which are not touched. */
export function numberIn(name: string): number | undefined {
  const number = /^(?:tmp_)?[a-z][a-z0-9_]*-\d+-\d+-(\d{9,})\.parquet(\.new)?$/.exec(name)?.[1];
  return number === undefined ? undefined : Number(number);
}

/** Half written: by us under another end, by DuckDB under another beginning. */
export function isUnfinished(name: string): boolean {
  return name.endsWith('.new') || name.startsWith('tmp_');
}

/** What a footer of ours says about its own file, so that a lost manifest can be made again from the files. */
export interface Origin {
  table: string;
  level: number;
  note?: string;
  /** Numbers of the segments whose place it took, together with its fellows `outputs`. */
  replaces: readonly number[];
  outputs: readonly number[];
}

const key = 'quorumwatch.segment';

export function originMetadata(origin: Origin): Record<string, string> {
  return { [key]: JSON.stringify(origin) };
}

/** Throws when there is none. */
export function originIn(metadata: ReadonlyMap<string, string>): Origin {
  const origin = JSON.parse(metadata.get(key) ?? '') as Partial<Origin> | null;
  if (typeof origin?.table !== 'string' || !origin.replaces || !origin.outputs || origin.level === undefined) {
    throw new SyntaxError('no segment of ours');
  }
  return { ...origin, table: origin.table, level: origin.level, replaces: origin.replaces, outputs: origin.outputs };
}
