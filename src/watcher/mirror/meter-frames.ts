import { randomInt } from 'node:crypto';
import { FlowMeter, type FlowMeterFigures, type ReceivedFrame } from '../../observe/index.ts';
import type { Clock, Log } from '../../platform/index.ts';
import { collectFlows } from '../flows/collector/collect-flows.ts';

/** Whoever sends copies is an exporter, for each network of a tunnel; more of them than this have no names. */
const maxSenders = 1000;

/** Flow records of the frames that come through tunnels. */
export interface FrameMeter {
  take(frame: ReceivedFrame): void;
  /** To be called about every second: what is over is told of, even when nothing comes any more. */
  look(): void;
  figures(): FlowMeterFigures;
  close(): Promise<void>;
}

/** Into a folder; rejects as opening it does. */
export async function openFrameMeter(options: {
  directory: string;
  /** Of the exporters: how copies come. */
  protocol: string;
  clock: Clock;
  log: Log;
}): Promise<FrameMeter> {
  const { directory, protocol, clock, log } = options;
  const collector = await collectFlows({ directory, listen: [], clock, log });
  const meter = new FlowMeter({ seed: randomInt(2 ** 32), onRows: (rows) => collector.writer.take(rows) });
  const numbers = new Map<string, number>();
  const numberOf = (from: string, vni: number): number => {
    const key = `${from} ${vni}`;
    const known = numbers.get(key);
    if (known !== undefined) return known;
    if (numbers.size >= maxSenders) return 0;
    const number = collector.names.exporter({ address: from, protocol, domain: vni });
    numbers.set(key, number);
    return number;
  };
  return {
    take: ({ frame, from, vni, at }) =>
      meter.take({
        at,
        bytes: frame,
        from: 0,
        to: frame.length,
        begins: 'ethernet',
        originalBytes: frame.length,
        exporter: numberOf(from, vni),
        interface: 0,
        outgoing: undefined,
      }),
    look: () => {
      meter.expire(clock.now());
      meter.flush();
    },
    figures: () => meter.figures(),
    close: async () => {
      meter.end();
      await collector.close();
    },
  };
}
