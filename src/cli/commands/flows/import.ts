import { resolve } from 'node:path';
import { Argument, Command } from 'commander';
import { cloudFormats, type CloudFormat } from '../../../model/index.ts';
import { createLog, systemClock } from '../../../platform/index.ts';
import type { ImportCounts } from '../../../watcher/index.ts';
import { Output } from '../../output.ts';
import { untilStopped } from '../../up/stopping.ts';

interface ImportOptions {
  dir: string;
  formatString?: string;
  json?: boolean;
}

const progressMs = 2000;

export function importCommand(): Command {
  return new Command('import')
    .description('Read flow logs of a cloud into a folder of records')
    .addArgument(new Argument('<format>', 'whose logs they are').choices(cloudFormats))
    .argument('<file...>', 'files of logs, .gz too')
    .requiredOption('--dir <dir>', 'the folder to keep records in')
    .option(
      '--format-string <fields>',
      'AWS: the fields of a record in their order, where files do not begin with them',
    )
    .option('--json', 'one JSON object an event: progress, done')
    .action(importFiles);
}

async function importFiles(
  format: CloudFormat,
  files: string[],
  { dir, formatString, json = false }: ImportOptions,
): Promise<void> {
  const stopped = new AbortController();
  void untilStopped().then(() => stopped.abort());
  const { importLogs } = await import('../../../watcher/index.ts');
  const output = new Output(json);
  let toldMs = systemClock.monotonic();
  const counts = await importLogs({
    format,
    formatString,
    files: files.map((file) => resolve(file)),
    directory: resolve(dir),
    clock: systemClock,
    log: createLog({
      level: 'warning',
      format: json ? 'json' : 'text',
      write: (line) => process.stderr.write(line),
    }),
    signal: stopped.signal,
    onProgress: (sofar) => {
      if (systemClock.monotonic() - toldMs < progressMs) return;
      toldMs = systemClock.monotonic();
      output.emit({ event: 'progress', ...sofar });
      const percent = sofar.ofBytes === 0 ? 100 : Math.floor((sofar.bytes / sofar.ofBytes) * 100);
      output.note(`${percent} %, ${sofar.records} records`);
    },
  });
  output.result({ event: 'done', ...counts }, () => linesOf(counts));
  if (counts.records === 0) process.exitCode = 1;
}

function linesOf({ files, entries, records, noData, skippedData, malformed }: ImportCounts): string[] {
  const lines = [`records: ${records} (entries ${entries}, files ${files})`];
  if (noData > 0) lines.push(`intervals without traffic (NODATA): ${noData}`);
  if (skippedData > 0) lines.push(`intervals that the cloud kept no records of (SKIPDATA): ${skippedData}`);
  for (const [fault, count] of Object.entries(malformed)) lines.push(`entries that cannot be read, ${fault}: ${count}`);
  return lines;
}
