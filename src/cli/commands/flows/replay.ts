import { resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { QwError } from '../../../model/index.ts';
import { createLog, systemClock } from '../../../platform/index.ts';
import { Output } from '../../output.ts';
import { untilStopped } from '../../up/stopping.ts';

interface ReplayOptions {
  to?: { address: string; port: number };
  dir?: string;
  speed: number;
  json?: boolean;
}

const progressMs = 5000;

export function replayCommand(): Command {
  return new Command('replay')
    .description('Send the messages of a capture to a collector, or read them into a folder of records')
    .argument('<file>', 'a capture (pcap, pcapng)')
    .option('--to <host:port>', 'where to send them, by UDP', destination)
    .option('--dir <dir>', 'the folder to keep records in, with the times and exporters of the capture')
    .option('--speed <n>', 'so many times as fast as they were captured, or max', speed, 1)
    .option('--json', 'one JSON object an event: progress, done')
    .action(replay);
}

async function replay(file: string, { to, dir, speed: times, json = false }: ReplayOptions): Promise<void> {
  if ((to === undefined) === (dir === undefined)) {
    throw new QwError('BAD_INPUT', 'expected either --to HOST:PORT or --dir DIR');
  }
  const stopped = new AbortController();
  void untilStopped().then(() => stopped.abort());
  const { replayCapture } = await import('../../../watcher/index.ts');
  const output = new Output(json);
  const log = createLog({
    level: 'warning',
    format: json ? 'json' : 'text',
    write: (line) => process.stderr.write(line),
  });
  let toldMs = systemClock.monotonic();
  const counts = await replayCapture({
    file,
    target: to ? { to } : { directory: resolve(dir ?? '') },
    // Into a folder there is nobody to wait for.
    speed: to ? times : Infinity,
    clock: systemClock,
    log,
    signal: stopped.signal,
    onProgress: (sofar) => {
      if (systemClock.monotonic() - toldMs < progressMs) return;
      toldMs = systemClock.monotonic();
      output.emit({ event: 'progress', ...sofar });
      output.note(`${sofar.messages} messages`);
    },
  });
  output.result({ event: 'done', ...counts }, () => [
    `${counts.messages} messages${counts.records === undefined ? ' sent' : `, ${counts.records} records`}; passed over ${counts.others} datagrams of other protocols, failed ${counts.failed}`,
  ]);
  if (counts.messages === 0 || counts.failed > 0) process.exitCode = 1;
}

function destination(text: string): { address: string; port: number } {
  const [, host = '', port = ''] = /^(\[[0-9a-f:.%\w]+\]|[\w.-]+):(\d{1,5})$/i.exec(text) ?? [];
  if (host === '' || Number(port) < 1 || Number(port) > 65_535) throw new InvalidArgumentError('expected HOST:PORT');
  return { address: host.replace(/^\[(.*)\]$/, '$1'), port: Number(port) };
}

function speed(text: string): number {
  if (text === 'max') return Infinity;
  const times = Number(text);
  if (!(times > 0 && times <= 1_000_000)) throw new InvalidArgumentError('expected a number above 0, or max');
  return times;
}
