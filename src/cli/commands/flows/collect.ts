import { resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { flowEndpointSchema, QwError, type FlowSettings, type TelemetrySettings } from '../../../model/index.ts';
import { createLog, sleep, systemClock } from '../../../platform/index.ts';
import type { Collector } from '../../../watcher/index.ts';
import { Output } from '../../output.ts';
import { readText } from '../check.ts';
import { untilStopped } from '../../up/stopping.ts';

const usualListen = 'udp:127.0.0.1:2055';
const progressMs = 5000;
/** Where nobody looks on, a line now and then is enough. */
const quietMs = 60_000;

interface CollectOptions {
  config?: string;
  listen?: string[];
  dir?: string;
  json?: boolean;
}

export function collectCommand(): Command {
  return new Command('collect')
    .description('Collect what exporters send, in the foreground, without a watcher')
    .option('--config <file>', 'a configuration whose section `flows` says how; what is given here goes before')
    .option(
      '--listen <endpoint...>',
      `udp:HOST:PORT or tcp:HOST:PORT, several times (default: ${usualListen})`,
      endpoint,
    )
    .option('--dir <dir>', 'the folder to keep records in (default: flows)')
    .option('--json', 'one JSON object an event: ready, progress, stopped')
    .action(collect);
}

async function collect({ config, json = false, ...given }: CollectOptions): Promise<void> {
  const stopped = new AbortController();
  void untilStopped().then(() => stopped.abort());
  const { collectFlows } = await import('../../../watcher/index.ts');
  const output = new Output(json);
  const log = createLog({
    level: 'warning',
    format: json ? 'json' : 'text',
    write: (line) => process.stderr.write(line),
  });
  const configured = config === undefined ? undefined : await configuredIn(config);
  const listen = given.listen ?? configured?.flows.listen ?? [usualListen];
  const directory = resolve(given.dir ?? configured?.flows.folder ?? 'flows');
  const collector = await collectFlows({ directory, listen, ...configured, clock: systemClock, log });
  output.emit({ event: 'ready', listening: collector.listening, dir: directory });
  output.note(`listening at ${collector.listening.join(', ')}, records go to ${directory}`);
  const everyMs = json || process.stderr.isTTY ? progressMs : quietMs;
  while (!stopped.signal.aborted) {
    await sleep(systemClock, everyMs, stopped.signal);
    if (stopped.signal.aborted) break;
    output.emit({ event: 'progress', ...progressOf(collector) });
    if (!json) output.note(lineOf(collector));
  }
  await collector.close();
  output.emit({ event: 'stopped', ...progressOf(collector) });
  output.note(lineOf(collector));
}

/** What a watcher with this configuration would collect, and where it would keep it. Throws CONFIG_INVALID with every issue. */
async function configuredIn(file: string): Promise<{ flows: FlowSettings; telemetry: TelemetrySettings }> {
  const { configurationOf } = await import('../../../watcher/index.ts');
  const { flows, telemetry } = await configurationOf({ yaml: await readText(file), file });
  if (flows) return { flows, telemetry };
  throw new QwError('BAD_INPUT', 'the configuration has no section `flows`', { where: file });
}

function progressOf(collector: Collector) {
  const { exporters, recordsPerSecond, problems } = collector.status();
  const figures = collector.figures();
  const lost = exporters.reduce((sum, one) => sum + one.lost, 0);
  return { at: new Date(systemClock.now()).toISOString(), ...figures, recordsPerSecond, lost, problems };
}

function lineOf(collector: Collector): string {
  const { records, stored, refused, kernelDrops, recordsPerSecond, exporters, lost, malformed, problems } =
    progressOf(collector);
  const bad = Object.entries(malformed).map(([reason, count]) => `${reason} ${count}`);
  return [
    `${recordsPerSecond} records/s, ${records} records of ${exporters} exporters, ${stored} stored`,
    `lost ${lost}, dropped by the kernel ${kernelDrops}`,
    ...(refused > 0 ? [`no room for ${refused}`] : []),
    ...(bad.length > 0 ? [`malformed: ${bad.join(', ')}`] : []),
    ...problems,
  ].join('; ');
}

function endpoint(text: string, before: string[] | undefined): string[] {
  const read = flowEndpointSchema.safeParse(text);
  if (!read.success) throw new InvalidArgumentError(read.error.issues[0]?.message ?? '');
  return [...(before ?? []), text];
}
