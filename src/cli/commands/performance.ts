import { Command } from 'commander';
import {
  QwError,
  type ApiCause,
  type ApiDirection,
  type ApiPath,
  type ApiPathDetail,
  type ApiPerformance,
} from '../../model/index.ts';
import { Client, withClient, type ClientOptions } from '../client.ts';
import { Output } from '../output.ts';

type Options = ClientOptions & { json?: boolean; check?: string };

export function performanceCommand(): Command {
  return withClient(
    new Command('performance').description('Paths between watchers: round trip, loss and jitter by direction'),
  )
    .argument('[from]', 'one path, from this watcher')
    .argument('[to]', 'to that one')
    .option('--check <name>', 'of that path: whether the network or the application makes trouble for the check')
    .option('--json', 'print JSON')
    .action(async (from: string | undefined, to: string | undefined, options: Options) => {
      const output = new Output(options.json ?? false);
      if ((from === undefined) !== (to === undefined) || (options.check !== undefined && to === undefined)) {
        throw new QwError('BAD_INPUT', 'expected both ends of a path, or neither', {
          hint: 'quorumwatch performance [FROM TO [--check NAME]]',
        });
      }
      const client = await Client.open(options);
      if (from === undefined || to === undefined) {
        const found = await client.get<ApiPerformance>('/performance');
        output.result(found, () => matrixLines(found, output));
        return;
      }
      const path = `/performance/${encodeURIComponent(from)}/${encodeURIComponent(to)}`;
      if (options.check !== undefined) {
        const found = await client.get<ApiCause>(`${path}/cause?check=${encodeURIComponent(options.check)}`);
        output.result(found, () => causeLines(found, output));
        return;
      }
      const found = await client.get<ApiPathDetail>(path);
      output.result(found, () => detailLines(found));
    });
}

function matrixLines({ enabled, problems, paths, watchers }: ApiPerformance, output: Output): string[] {
  if (watchers.length < 2)
    return ['this watcher is alone: with others it measures the paths to them (quorumwatch join)'];
  if (!enabled) return ['paths are not measured: `performance.enabled` is false, or this watcher has no links'];
  const rows = paths.map((path) => [
    path.from,
    path.to,
    path.state,
    milliseconds(path.rtt?.medianMs),
    milliseconds(path.rtt?.p95Ms),
    loss(path.forward),
    loss(path.back),
    milliseconds(path.forward?.jitterMs),
    milliseconds(path.back?.jitterMs),
    path.mtuBytes === undefined ? '' : String(path.mtuBytes),
    path.reason ?? '',
  ]);
  const head = ['from', 'to', 'state', 'round trip', 'p95', 'loss there', 'back', 'jitter there', 'back', 'mtu', ''];
  return [...problems.map((problem) => `problem: ${problem}`), ...output.table(head, rows)];
}

function detailLines({ path, opposite, comparison }: ApiPathDetail): string[] {
  return [
    pathLine(path),
    pathLine(opposite),
    ...(path.clock
      ? [
          `the clock of ${path.to} is ${path.clock.aheadMs.toFixed(2)} ms ahead, give or take ${path.clock.boundMs.toFixed(2)} ms`,
        ]
      : []),
    `${comparison.answer}: ${comparison.reason}`,
  ];
}

function pathLine({ from, to, state, reason, rtt, forward, back, ageMs }: ApiPath): string {
  const age = ageMs === undefined ? '' : ` (${Math.round(ageMs / 1000)} s ago)`;
  if (state !== 'measured') return `${from} to ${to}: ${state}, ${reason ?? ''}${age}`;
  return `${from} to ${to}: ${milliseconds(rtt?.medianMs)} there and back, loss ${loss(forward)} there, ${loss(back)} back${age}`;
}

function causeLines({ answer, reason, witnesses }: ApiCause, output: Output): string[] {
  const rows = witnesses.map((one) => [
    one.watcher,
    one.check,
    one.failedRatio === undefined ? '' : percent(one.failedRatio),
    milliseconds(one.latencyMs),
    milliseconds(one.usualLatencyMs),
    one.path,
    one.pathLossRatio === undefined ? '' : percent(one.pathLossRatio),
    milliseconds(one.pathRttMs),
    milliseconds(one.usualPathRttMs),
  ]);
  const head = ['watcher', 'check', 'failed', 'latency', 'usually', 'path', 'loss', 'round trip', 'usually'];
  return [`${answer}: ${reason}`, '', ...output.table(head, rows)];
}

const milliseconds = (ms: number | undefined): string => (ms === undefined ? '' : `${ms.toFixed(2)} ms`);
const percent = (ratio: number): string => `${(ratio * 100).toFixed(1)}%`;
const loss = (direction: ApiDirection | undefined): string => (direction ? percent(direction.lossRatio) : '');
