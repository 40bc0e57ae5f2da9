import { Command, InvalidArgumentError, Option } from 'commander';
import { QwError } from '../../../model/index.ts';
import { systemClock } from '../../../platform/index.ts';
import type { GenerateFlowsOptions } from '../../../watcher/index.ts';
import { Output } from '../../output.ts';
import { untilStopped } from '../../up/stopping.ts';

interface GenerateOptions {
  format: GenerateFlowsOptions['format'];
  records: number;
  rate: number;
  seed: number;
  to?: { address: string; port: number };
  out?: string;
  json?: boolean;
}

export function generateCommand(): Command {
  return new Command('generate')
    .description('Make messages of flows, the same ones for the same seed')
    .addOption(new Option('--format <format>', 'of the messages').choices(['v5', 'v9', 'ipfix', 'sflow']).default('v9'))
    .option('--records <n>', 'how many', whole(1_000_000_000), 10_000)
    .option('--rate <n>', 'so many records a second', whole(10_000_000), 1000)
    .option('--seed <n>', 'what they depend on', whole(0xffff_ffff), 1)
    .option('--to <host:port>', 'where to send them, by UDP', destination)
    .option('--out <file>', 'a capture (pcap) to write them into')
    .option('--json', 'what was made, as one JSON object')
    .action(generate);
}

async function generate({ to, out, json = false, rate, ...options }: GenerateOptions): Promise<void> {
  if ((to === undefined) === (out === undefined)) {
    throw new QwError('BAD_INPUT', 'expected either --to HOST:PORT or --out FILE');
  }
  const stopped = new AbortController();
  void untilStopped().then(() => stopped.abort());
  const { generateFlows } = await import('../../../watcher/index.ts');
  const counts = await generateFlows({
    format: options.format,
    records: options.records,
    seed: options.seed,
    perSecond: rate,
    target: to ? { to } : { file: out ?? '' },
    clock: systemClock,
    signal: stopped.signal,
  });
  new Output(json).result({ ...counts }, () => [
    `${counts.records} records in ${counts.datagrams} messages${counts.failed > 0 ? `, ${counts.failed} of them not sent` : ''}: ${counts.packets} packets, ${counts.bytes} bytes`,
  ]);
  if (counts.failed > 0) process.exitCode = 1;
}

function destination(text: string): { address: string; port: number } {
  const [, host = '', port = ''] = /^(\[[0-9a-f:.%\w]+\]|[\w.-]+):(\d{1,5})$/i.exec(text) ?? [];
  if (host === '' || Number(port) < 1 || Number(port) > 65_535) throw new InvalidArgumentError('expected HOST:PORT');
  return { address: host.replace(/^\[(.*)\]$/, '$1'), port: Number(port) };
}

function whole(most: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,10}$/.test(text) ? Number(text) : 0;
    if (value < 1 || value > most) throw new InvalidArgumentError(`expected a whole number from 1 to ${most}`);
    return value;
  };
}
