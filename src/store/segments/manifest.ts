import { QwError } from '../../model/index.ts';
import type { Disk, Log } from '../../platform/index.ts';
import { LineFile, readLines, type LineReading } from './line-file.ts';
import { rebuild } from './rebuild.ts';
import { numberIn } from './segment-name.ts';
import type { Segment } from './segment-store.ts';

/** One step of the manifest: these segments count from now on, these no more. */
export interface Change {
  add: readonly Segment[];
  remove: readonly Segment[];
}

type Stored = Omit<Segment, 'path'>;

interface Line {
  version?: number;
  /** Numbers below were given to segments. */
  next?: number;
  add?: readonly Stored[];
  remove?: readonly string[];
}

const fileName = 'manifest.jsonl';
const version = 1;
/** Lines that say no more than others do, before the file is written anew. */
const spareLines = 2000;
/** Segments of one line, when all are written. */
const segmentsOfLine = 200;

/** The list of segments that count, in `manifest.jsonl`: what it does not name is not there. */
export class Manifest {
  readonly #file: LineFile;
  readonly #log: Log;
  readonly live: Map<string, Segment>;
  #next: number;

  private constructor(file: LineFile, live: Map<string, Segment>, next: number, log: Log) {
    this.#file = file;
    this.live = live;
    this.#next = next;
    this.#log = log;
  }

  /**
   * Throws TELEMETRY_CORRUPT with file and line when a line is damaged and files cannot say what it said, and DATA_NEWER
   * for a later format.
   */
  static async open(disk: Disk, directory: string, log: Log): Promise<{ manifest: Manifest; problems: string[] }> {
    const names = await disk.list(directory);
    const { file, reading } = await LineFile.open(disk, directory, fileName);
    const { live, next: noted } = replay(directory, reading);
    const next = 1 + names.reduce((greatest, name) => Math.max(greatest, numberIn(name) ?? 0), noted - 1);
    const found = await mend(disk, directory, { file, reading, live, next });
    const manifest = new Manifest(file, found.live, next, log);
    if (found.isMade) await manifest.#rewrite();
    else if (!file.isSound) await manifest.#shorten();
    return { manifest, problems: found.problems };
  }

  /** A number that no segment had. */
  takeNumber(): number {
    this.#next += 1;
    return this.#next - 1;
  }

  /** Rejects with TELEMETRY_UNWRITABLE while the disk refuses. */
  async ensureSound(): Promise<void> {
    if (!this.#file.isSound) await this.#rewrite();
  }

  /**
   * Resolves when the change is durable. Rejects with TELEMETRY_UNWRITABLE, and then `isSound` says whether the change is
   * certainly not there.
   */
  async commit({ add, remove }: Change): Promise<void> {
    await this.ensureSound();
    const line: Line = {
      ...(add.length > 0 && { add: add.map(storedOf) }),
      ...(remove.length > 0 && { remove: remove.map(({ name }) => name) }),
      next: this.#next,
    };
    try {
      await this.#file.append([line]);
    } catch (error) {
      // The line may be on the disk or not: a new file without it settles that, when the disk takes one.
      await this.#rewrite().catch(() => undefined);
      throw error;
    }
    for (const segment of add) this.live.set(segment.name, segment);
    for (const { name } of remove) this.live.delete(name);
    if (this.#file.lines > spareLines + this.live.size) await this.#shorten();
  }

  get isSound(): boolean {
    return this.#file.isSound;
  }

  close(): Promise<void> {
    return this.#file.close();
  }

  async #shorten(): Promise<void> {
    try {
      await this.#rewrite();
    } catch (error) {
      this.#log.warning('the list of telemetry segments could not be written anew', { error });
    }
  }

  #rewrite(): Promise<void> {
    const stored = [...this.live.values()].map(storedOf);
    const lines: Line[] = [{ version, next: this.#next }];
    for (let at = 0; at < stored.length; at += segmentsOfLine)
      lines.push({ add: stored.slice(at, at + segmentsOfLine) });
    return this.#file.rewrite(lines);
  }
}

/** The segments that count now, for whoever only reads: damage is a matter of the process that writes. Throws DATA_NEWER. */
export async function readManifest(disk: Disk, directory: string): Promise<Map<string, Segment>> {
  return replay(directory, await readLines(disk, `${directory}/${fileName}`)).live;
}

/** What the lines say, one after the other. `next` is a number that none of them gave to a segment. */
function replay(directory: string, { records }: LineReading): { live: Map<string, Segment>; next: number } {
  const live = new Map<string, Segment>();
  let next = 1;
  for (const { line, record } of records) {
    const { version: written = version, next: noted = 0, add = [], remove = [] } = record as Line;
    if (written > version) {
      throw new QwError('DATA_NEWER', 'the telemetry was written by a newer version', {
        where: `${directory}/${fileName}:${line}`,
      });
    }
    for (const stored of add) live.set(stored.name, { ...stored, path: `${directory}/${stored.name}` });
    for (const name of remove) live.delete(name);
    next = Math.max(next, noted, ...add.map(({ name }) => 1 + (numberIn(name) ?? 0)));
  }
  return { live, next };
}

function storedOf({ path: _path, ...stored }: Segment): Stored {
  return stored;
}

interface Found {
  file: LineFile;
  reading: LineReading;
  live: Map<string, Segment>;
  next: number;
}

/** What the lines say, or, when lines are damaged or the file was lost, what the segments say. */
async function mend(
  disk: Disk,
  directory: string,
  { file, reading, live, next }: Found,
): Promise<{ live: Map<string, Segment>; problems: string[]; isMade: boolean }> {
  const [damagedLine] = reading.damagedLines;
  const isLost = reading.isMissing && next > 1;
  if (damagedLine === undefined && !isLost) return { live, problems: [], isMade: false };
  const where = isLost ? file.path : `${file.path}:${damagedLine}`;
  const rebuilt = await rebuild(disk, directory, live, where);
  const what = isLost ? 'the list of segments is missing' : 'the line is damaged';
  if (!isLost) {
    const copy = await disk.open(`${file.path}.damaged-${next}`, 'write');
    await copy.write(0, reading.content);
    await copy.sync();
    await copy.close();
  }
  const problems = [`${where}: ${what}; it was made again from the segments`, ...rebuilt.problems];
  return { live: rebuilt.live, problems, isMade: true };
}
