import { resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { QwError } from '../../../model/index.ts';
import { createLog, systemClock } from '../../../platform/index.ts';
import type { CaptureKind, ReplayCounts } from '../../../watcher/index.ts';
import { Output } from '../../output.ts';
import { untilStopped } from '../../up/stopping.ts';

interface ReplayOptions {
  to?: { address: string; port: number };
  dir?: string;
  speed: number;
  as?: CaptureKind;
  inside?: boolean;
  json?: boolean;
}

const progressMs = 5000;

export function replayCommand(): Command {
  return new Command('replay')
    .description('Send the messages of a capture to a collector, or read a capture into a folder of records')
    .argument('<file>', 'a capture (pcap, pcapng)')
    .option('--to <host:port>', 'where to send them, by UDP', destination)
    .option('--dir <dir>', 'the folder to keep records in, with the times and exporters of the capture')
    .option('--speed <n>', 'so many times as fast as they were captured, or max', speed, 1)
    .addOption(
      new Option(
        '--as <what>',
        'messages of exporters, or packets that flows are made of (default: messages if there are any)',
      ).choices(['exports', 'packets'] satisfies CaptureKind[]),
    )
    .option('--inside', 'of packets in VXLAN: the flows inside the tunnel, instead of those of the tunnel')
    .option('--json', 'one JSON object an event: progress, done')
    .action(replay);
}

async function replay(
  file: string,
  { to, dir, speed: times, as, inside = false, json = false }: ReplayOptions,
): Promise<void> {
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
    as,
    inside,
    // Into a folder there is nobody to wait for.
    speed: to ? times : Infinity,
    clock: systemClock,
    log,
    signal: stopped.signal,
    onProgress: (sofar) => {
      if (systemClock.monotonic() - toldMs < progressMs) return;
      toldMs = systemClock.monotonic();
      output.emit({ event: 'progress', ...sofar });
      output.note(sofar.as === 'packets' ? `${sofar.packets} packets` : `${sofar.messages} messages`);
    },
  });
  output.result({ event: 'done', ...counts }, () => [counts.as === 'packets' ? ofPackets(counts) : ofExports(counts)]);
  if (counts.as === 'packets' ? counts.packets === 0 : counts.messages === 0 || counts.failed > 0) process.exitCode = 1;
}

function ofExports({ messages, records, others, failed }: Extract<ReplayCounts, { as: 'exports' }>): string {
  const done = records === undefined ? 'sent' : `of exporters, ${records} records`;
  return `${messages} messages ${done}; passed over ${others} datagrams of other protocols, failed ${failed}`;
}

function ofPackets({ packets, records, others, unreadable }: Extract<ReplayCounts, { as: 'packets' }>): string {
  return `${packets} packets, ${records} records of their flows; passed over ${others} frames of other protocols, unreadable ${unreadable}`;
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
