import { crc32 } from 'node:zlib';
import { QwError } from '../../model/index.ts';
import { replaceFile, systemErrorCode, type Disk, type DiskFile } from '../../platform/index.ts';

/**
 * A file of JSON objects, one a line, each with the CRC-32 of its text, that only grows and is durable line by line.
 *
 * A line that a crash cut off has no end, or zeroes where a block never came: it was never acknowledged and is dropped.
 * Any other line whose sum is wrong is damage.
 */
export interface LineReading {
  /** With the number of the line, from 1. */
  records: readonly { line: number; record: Readonly<Record<string, unknown>> }[];
  damagedLines: readonly number[];
  lines: number;
  isTorn: boolean;
  isMissing: boolean;
  content: Buffer;
}

export class LineFile {
  readonly #disk: Disk;
  readonly #directory: string;
  readonly #name: string;
  #file: DiskFile | undefined;
  #position = 0;
  #lines = 0;

  private constructor(disk: Disk, directory: string, name: string) {
    this.#disk = disk;
    this.#directory = directory;
    this.#name = name;
  }

  static async open(disk: Disk, directory: string, name: string): Promise<{ file: LineFile; reading: LineReading }> {
    const file = new LineFile(disk, directory, name);
    return { file, reading: await file.#read() };
  }

  get path(): string {
    return `${this.#directory}/${this.#name}`;
  }

  get lines(): number {
    return this.#lines;
  }

  /** After a write that failed nobody knows what the disk holds; then only `rewrite` helps. */
  get isSound(): boolean {
    return this.#file !== undefined;
  }

  /** Resolves when the lines outlive `kill -9`. Rejects with `TELEMETRY_UNWRITABLE`, and the file is not sound any more. */
  async append(records: readonly object[]): Promise<void> {
    const file = this.#file;
    if (!file) throw this.#unwritable(undefined);
    const bytes = Buffer.from(records.map(encodeLine).join(''));
    try {
      await file.write(this.#position, bytes);
      await file.sync();
    } catch (error) {
      await this.close();
      throw this.#unwritable(error);
    }
    this.#position += bytes.length;
    this.#lines += records.length;
  }

  /** At once, these lines are the file. */
  async rewrite(records: readonly object[]): Promise<void> {
    const bytes = Buffer.from(records.map(encodeLine).join(''));
    try {
      await this.close();
      await replaceFile(this.#disk, this.#directory, this.#name, bytes);
      this.#file = await this.#disk.open(this.path, 'write');
    } catch (error) {
      throw this.#unwritable(error);
    }
    this.#position = bytes.length;
    this.#lines = records.length;
  }

  async close(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    // What a failed write leaves is judged at the next start; closing cannot make it better or worse.
    await file?.close().catch(() => undefined);
  }

  async #read(): Promise<LineReading> {
    const reading = await readLines(this.#disk, this.path);
    if (!reading.isMissing && !reading.isTorn) {
      this.#file = await this.#disk.open(this.path, 'write');
      this.#position = reading.content.length;
    }
    this.#lines = reading.lines;
    return reading;
  }

  #unwritable(cause: unknown): QwError {
    const why = cause instanceof Error ? `: ${cause.message}` : '';
    return new QwError('TELEMETRY_UNWRITABLE', `telemetry cannot be written${why}`, { where: this.path, cause });
  }
}

/** What the file holds now, without opening it for writing: another process may add to it meanwhile. */
export async function readLines(disk: Disk, path: string): Promise<LineReading> {
  let file;
  try {
    file = await disk.open(path, 'read');
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return { ...decodeLines(Buffer.alloc(0)), isMissing: true };
    throw error;
  }
  try {
    return decodeLines(await file.read(0, await file.size()));
  } finally {
    await file.close();
  }
}

function encodeLine(record: object): string {
  const rest = JSON.stringify(record).slice(1);
  return `{"crc32":"${crc32(rest).toString(16).padStart(8, '0')}",${rest}\n`;
}

function decodeLines(bytes: Buffer): LineReading {
  const about = { isMissing: false, content: bytes };
  const records: { line: number; record: Record<string, unknown> }[] = [];
  const damagedLines: number[] = [];
  let line = 0;
  for (let at = 0; at < bytes.length;) {
    const end = bytes.indexOf(10, at);
    const isWhole = end !== -1;
    const content = bytes.subarray(at, isWhole ? end : bytes.length);
    line += 1;
    const record = decodeLine(content.toString());
    if (record) records.push({ line, record });
    else if (!isWhole || content.includes(0)) return { records, damagedLines, lines: line - 1, isTorn: true, ...about };
    else damagedLines.push(line);
    // The content is whole and its end is not: the next line would be written into this one.
    if (!isWhole) return { records, damagedLines, lines: line, isTorn: true, ...about };
    at = end + 1;
  }
  return { records, damagedLines, lines: line, isTorn: false, ...about };
}

function decodeLine(text: string): Record<string, unknown> | undefined {
  const [, sum, rest = ''] = /^\{"crc32":"([0-9a-f]{8})",(.*)$/.exec(text) ?? [];
  if (sum === undefined || crc32(rest) !== Number.parseInt(sum, 16)) return undefined;
  return JSON.parse(`{${rest}`) as Record<string, unknown>;
}
