import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Command } from 'commander';
import { QwError, type Milliseconds } from '../../model/index.ts';
import { createLog, systemClock } from '../../platform/index.ts';
import { receiveTunnel } from '../../watcher/index.ts';
import { Output } from '../output.ts';
import { filled } from '../text/filled.ts';
import { say } from '../text/speech.ts';
import { version } from '../version.ts';
import { bytes, duration, number, usualRingBytes } from './mirror-options.ts';

export function mirrorReceiveCommand(): Command {
  return new Command('receive')
    .description(
      'Take what mirrors of other machines send as VXLAN or GENEVE into pcapng files, or make flow records of it',
    )
    .option('--listen <address>', 'an address of this machine', '0.0.0.0')
    .option('--geneve', 'GENEVE in place of VXLAN')
    .option('--port <port>', 'port of the tunnel (default: 4789, with --geneve 6081)', number(0, 65_535))
    .option('--vni <number>', 'network identifier of the tunnel', number(0, 0xff_ffff))
    .option('--into <folder>', 'where a ring of files goes (default: here, without --flows)')
    .option('--size <size>', 'of all files together', bytes, usualRingBytes)
    .option('--flows <folder>', 'where flow records go, which are made of the packets')
    .option('--for <duration>', 'how long (default: until it is interrupted)', duration)
    .option('--json', 'print JSON')
    .action(async (given: ReceiveOptions) => {
      const { listen: host, size: sizeBytes, flows, port, vni, geneve = false, json = false } = given;
      const directory = given.into ?? (flows === undefined ? '.' : undefined);
      const receiving = await receiveTunnel({
        clock: systemClock,
        log: createLog({ level: 'warning', format: 'text', write: (line) => process.stderr.write(line) }),
        kind: geneve ? 'geneve' : 'vxlan',
        host,
        ...(directory !== undefined && { files: { directory, sizeBytes } }),
        ...(flows !== undefined && { flows: { directory: resolve(flows) } }),
        ...(port !== undefined && { port }),
        version,
        ...(vni !== undefined && { vni }),
      });
      const output = new Output(json);
      output.note(`${say('receiving')} ${host} ${receiving.port}`);
      await interrupted(given.for);
      const { files, problem } = await receiving.stop();
      const figures = receiving.figures();
      if (problem !== undefined) throw new QwError('DATA_UNUSABLE', problem, { where: directory ?? '' });
      output.result({ ...figures, files }, () => [
        ...files.map((file) => `${file.name} ${file.packets} ${file.bytes} ${file.sha256}`),
        filled(say('{0} packets, {1} refused, {2} lost'), figures.packets, figures.refused, figures.dropped),
        ...(figures.flows ? [filled(say('{0} records of their flows'), figures.flows.records)] : []),
      ]);
    });
}

interface ReceiveOptions {
  listen: string;
  geneve?: boolean;
  port?: number;
  vni?: number;
  into?: string;
  size: number;
  flows?: string;
  for?: Milliseconds;
  json?: boolean;
}

/** Resolves when people end it, or when its time is over. */
async function interrupted(durationMs: Milliseconds | undefined): Promise<void> {
  const ended = new AbortController();
  const end = () => ended.abort();
  process.once('SIGINT', end);
  process.once('SIGTERM', end);
  // Sockets may not hold the process; this does.
  const longestMs = 2 ** 31 - 1;
  await delay(Math.min(durationMs ?? longestMs, longestMs), undefined, { signal: ended.signal }).catch(() => undefined);
}
