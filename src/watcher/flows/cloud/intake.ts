import type { CloudFormat, EpochMs } from '../../../model/index.ts';
import { CloudLogReader, type CloudCounts, type CloudNames, type DurableFlowSink } from '../../../observe/index.ts';

export interface CloudIntakeOptions {
  format: CloudFormat;
  formatString?: string | undefined;
  names: CloudNames;
  sink: DurableFlowSink;
  rowsAtOnce?: number;
}

/** A log of a cloud on its way into the store; it knows when all that was read is safe. */
export class CloudIntake {
  readonly format: CloudFormat;
  readonly #reader: CloudLogReader;
  #stored: Promise<boolean>[] = [];
  /** End of the newest record; 0 before the first. */
  newest: EpochMs = 0;

  /** Throws a SyntaxError for a format string that names no fields. */
  constructor({ sink, formatString, ...options }: CloudIntakeOptions) {
    this.format = options.format;
    this.#reader = new CloudLogReader({
      ...options,
      ...(formatString !== undefined && { formatString }),
      onRows: (rows) => {
        for (let row = 0; row < rows.rows; row++) this.newest = Math.max(this.newest, Number(rows.wide.ts[row]));
        this.#stored.push(sink.takeDurably(rows));
      },
      onAccounts: (accounts) => void this.#stored.push(sink.append(accounts)),
    });
  }

  get counts(): Readonly<CloudCounts> {
    return this.#reader.counts;
  }

  write(bytes: Uint8Array, receivedAt: EpochMs): void {
    this.#reader.write(bytes, receivedAt);
  }

  /** As `CloudLogReader.fields`. */
  fields(value: Parameters<CloudLogReader['fields']>[0], receivedAt: EpochMs): void {
    this.#reader.fields(value, receivedAt);
  }

  /** As `CloudLogReader.skip`. */
  skip(entries: number): void {
    this.#reader.skip(entries);
  }

  end(): void {
    this.#reader.end();
  }

  /** Hands over what was read, and resolves with whether all of it since the last time outlives a crash. */
  async settle(): Promise<boolean> {
    this.#reader.flush();
    const stored = this.#stored;
    this.#stored = [];
    return (await Promise.all(stored)).every(Boolean);
  }
}
