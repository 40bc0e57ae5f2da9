import type { CloudFormat, EpochMs } from '../../../model/index.ts';
import { FlowRows } from '../decode/flow-rows.ts';
import type { ColumnBatch } from '../../../store/index.ts';
import { CloudAccounts } from './accounts.ts';
import { AwsLineReader, readAwsFields, type AwsFields } from './aws.ts';
import { parseAwsFields } from './aws-fields.ts';
import { readAzureRecord } from './azure.ts';
import type { EntrySink } from './entry.ts';
import { readGcpEntry } from './gcp.ts';
import { isTooDeep, JsonElements, Lines, type Pieces } from './pieces.ts';
import { appendRecord, type CloudNames, type CloudRecord } from './record.ts';
import { Unreadable, type CloudFault } from './unreadable.ts';

export interface CloudLogOptions {
  format: CloudFormat;
  names: CloudNames;
  /** Takes rows that are full; empty ones follow them. */
  onRows(rows: FlowRows): void;
  /** Takes rows of `flowAccountsTable`: what the log lacks. */
  onAccounts?(accounts: ColumnBatch): void;
  /** Of AWS: the format that the log was made with. Throws a SyntaxError when it is none. */
  formatString?: string;
  rowsAtOnce?: number;
}

/** What came, since the beginning. */
export interface CloudCounts {
  /** Lines or records, readable or not. */
  entries: number;
  rows: number;
  /** Intervals without traffic (NODATA), and those for which the cloud kept no records (SKIPDATA). */
  noData: number;
  skippedData: number;
  malformed: Map<CloudFault, number>;
}

/** Logs of a cloud into the same columns as other flows. Whatever bytes come, they are rows or counted. */
export class CloudLogReader {
  readonly counts: CloudCounts = { entries: 0, rows: 0, noData: 0, skippedData: 0, malformed: new Map() };
  readonly #options: Required<Omit<CloudLogOptions, 'formatString'>>;
  readonly #aws: AwsLineReader;
  readonly #entries: EntrySink;
  readonly #accounts = new CloudAccounts();
  #pieces: Pieces | undefined;
  #rows: FlowRows;
  #receivedAt: EpochMs = 0;
  #toSkip = 0;

  constructor({ formatString, ...options }: CloudLogOptions) {
    this.#options = { rowsAtOnce: 8192, onAccounts: () => undefined, ...options };
    const fields = formatString === undefined ? undefined : parseAwsFields(formatString);
    if (formatString !== undefined && !fields) {
      throw new SyntaxError('expected fields of a flow log such as ${version} ${srcaddr} ${dstaddr}');
    }
    this.#aws = new AwsLineReader(fields);
    this.#rows = new FlowRows(this.#options.rowsAtOnce);
    this.#entries = {
      names: options.names,
      record: (record) => this.#record(record),
      fault: (fault) => this.#fault(fault),
      noData: (interval) => {
        this.counts.noData++;
        if (interval) this.#accounts.interval(interval.exporter, interval.endMs);
      },
      skippedData: (interval) => {
        this.counts.skippedData++;
        if (interval) this.#accounts.skipped(interval.exporter, interval.endMs);
      },
    };
  }

  /** So many entries from here on are passed over, since they were read before. */
  skip(entries: number): void {
    this.#toSkip = entries;
  }

  /** The next bytes of a file. */
  write(bytes: Uint8Array, receivedAt: EpochMs): void {
    this.#receivedAt = receivedAt;
    if (bytes.length === 0) return;
    this.#pieces ??= this.#piecesFor(bytes);
    this.#pieces.write(bytes);
  }

  /** A record of AWS whose fields came apart, as Parquet has them. */
  fields(value: AwsFields, receivedAt: EpochMs): void {
    this.#receivedAt = receivedAt;
    this.#entry(() => readAwsFields(value, this.#entries));
  }

  /** The file's end; another one may follow. Rows are kept until there are enough of them. */
  end(): void {
    this.#pieces?.end();
    this.#pieces = undefined;
    this.#aws.begin();
    this.#toSkip = 0;
    this.#accounts.end(this.#receivedAt);
  }

  /** Hands over what was read so far, and the accounts of it. */
  flush(): void {
    this.#closeAccounts();
    this.#flushRows();
  }

  #flushRows(): void {
    if (this.#rows.rows === 0) return;
    const full = this.#rows;
    this.#rows = new FlowRows(this.#options.rowsAtOnce);
    this.#options.onRows(full);
  }

  #piecesFor(bytes: Uint8Array): Pieces {
    const sink = { piece: (text: string) => this.#piece(text), fault: (fault: CloudFault) => this.#entryFault(fault) };
    if (this.#options.format === 'aws') return new Lines(sink);
    // Entries come as lines, as a list of all, or within a document, whichever tool wrote them.
    const begin = new TextDecoder().decode(bytes.subarray(0, 200)).trimStart();
    if (begin.startsWith('[')) return new JsonElements(sink, 1);
    return /^\{\s*"records"/.test(begin) ? new JsonElements(sink, 2) : new Lines(sink);
  }

  #piece(text: string): void {
    if (this.#options.format === 'aws' && this.#aws.takeHeader(text)) return;
    this.#entry(() => {
      if (this.#options.format === 'aws') this.#aws.read(text, this.#entries);
      else if (this.#options.format === 'gcp') readGcpEntry(parse(text), this.#entries);
      else readAzureRecord(parse(text), this.#entries);
    });
  }

  #entry(read: () => void): void {
    if (this.#isSkipped()) return;
    this.counts.entries++;
    try {
      read();
    } catch (problem) {
      if (!(problem instanceof Unreadable)) throw problem;
      this.#fault(problem.fault);
    }
  }

  #record(record: CloudRecord): void {
    if (this.#rows.room === 0) this.#flushRows();
    appendRecord(this.#rows, record, this.#receivedAt);
    this.counts.rows++;
    this.#accounts.record(record.exporter, record.endMs);
    if (this.#accounts.isFull) this.#closeAccounts();
  }

  #closeAccounts(): void {
    const accounts = this.#accounts.close();
    if (accounts) this.#options.onAccounts(accounts);
  }

  #isSkipped(): boolean {
    if (this.#toSkip === 0) return false;
    this.#toSkip--;
    return true;
  }

  #entryFault(fault: CloudFault): void {
    if (this.#isSkipped()) return;
    this.counts.entries++;
    this.#fault(fault);
  }

  #fault(fault: CloudFault): void {
    this.#accounts.unreadable();
    this.counts.malformed.set(fault, (this.counts.malformed.get(fault) ?? 0) + 1);
  }
}

function parse(text: string): unknown {
  if (isTooDeep(text)) throw new Unreadable('too-deep');
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new Unreadable('not-json');
  }
}
