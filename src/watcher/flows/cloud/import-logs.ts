import { stat } from 'node:fs/promises';
import { messageOf, QwError, type CloudFormat } from '../../../model/index.ts';
import type { CloudFault } from '../../../observe/index.ts';
import { sleep, type Clock, type Log } from '../../../platform/index.ts';
import { collectFlows } from '../collector/collect-flows.ts';
import { CloudIntake } from './intake.ts';
import { readLogFile } from './read-log-file.ts';

export interface ImportLogsOptions {
  format: CloudFormat;
  /** Of AWS: fields of a record in their order. */
  formatString?: string | undefined;
  files: readonly string[];
  /** Where records go. */
  directory: string;
  clock: Clock;
  log: Log;
  signal: AbortSignal;
  onProgress: (counts: ImportCounts) => void;
}

export interface ImportCounts {
  files: number;
  bytes: number;
  ofBytes: number;
  entries: number;
  records: number;
  noData: number;
  skippedData: number;
  malformed: Partial<Record<CloudFault, number>>;
}

/** Rows that may wait for the disk before the next ones are read. */
const waitingRows = 150_000;
const waitMs = 10;

/**
 * Reads logs of a cloud into a folder of records. Rejects with BAD_INPUT for files that cannot be read and for a format
 * that names no fields, and as `collectFlows` does.
 */
export async function importLogs(options: ImportLogsOptions): Promise<ImportCounts> {
  const { format, formatString, files, directory, clock, log, signal, onProgress } = options;
  const ofBytes = await totalBytes(files);
  let intake: CloudIntake | undefined;
  // Time stands where the logs are, so that nothing of what was imported is too old to be kept.
  const logged: Clock = {
    now: () => Math.min(clock.now(), intake?.newest || clock.now()),
    monotonic: () => clock.monotonic(),
    after: (delayMs, callback) => clock.after(delayMs, callback),
  };
  const collector = await collectFlows({ directory, listen: [], clock: logged, log });
  const progress = { bytes: 0 };
  let read = 0;
  const counts = (): ImportCounts => {
    const { entries = 0, rows = 0, noData = 0, skippedData = 0, malformed = [] } = intake?.counts ?? {};
    const { bytes } = progress;
    return {
      files: read,
      bytes,
      ofBytes,
      entries,
      records: rows,
      noData,
      skippedData,
      malformed: Object.fromEntries(malformed),
    };
  };
  try {
    const reading = { format, formatString, names: collector.names, sink: collector.writer };
    const opened = openIntake(reading);
    intake = opened;
    const room = async () => {
      onProgress(counts());
      // Others on the event loop, such as the signal to stop, get their turn.
      await sleep(clock, 0);
      while (collector.writer.waiting > waitingRows) await sleep(clock, waitMs);
    };
    for (const file of files) {
      if (signal.aborted) break;
      await readLogFile(file, opened, { now: () => clock.now(), room, signal, progress }).catch((thrown: unknown) => {
        throw new QwError('BAD_INPUT', `the log cannot be read: ${messageOf(thrown)}`, { where: file, cause: thrown });
      });
      read++;
    }
  } finally {
    const settled = intake?.settle();
    await collector.close();
    await settled;
  }
  return counts();
}

function openIntake(options: ConstructorParameters<typeof CloudIntake>[0]): CloudIntake {
  try {
    return new CloudIntake(options);
  } catch (thrown) {
    throw new QwError('BAD_INPUT', messageOf(thrown), { where: '--format-string', cause: thrown });
  }
}

async function totalBytes(files: readonly string[]): Promise<number> {
  let bytes = 0;
  for (const file of files) {
    try {
      const found = await stat(file);
      if (!found.isFile()) throw new Error('it is not a file');
      bytes += found.size;
    } catch (thrown) {
      throw new QwError('BAD_INPUT', `the log cannot be read: ${messageOf(thrown)}`, { where: file, cause: thrown });
    }
  }
  return bytes;
}
