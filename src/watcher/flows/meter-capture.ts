import { basename } from 'node:path';
import { randomInt } from 'node:crypto';
import type { EpochMs } from '../../model/index.ts';
import { FlowMeter, frameOfCapture, readFrames, type FlowMeterFigures } from '../../observe/index.ts';
import { sleep, type Clock, type Log } from '../../platform/index.ts';
import { collectFlows } from './collector/collect-flows.ts';

export interface MeterCaptureOptions {
  file: string;
  bytes: Uint8Array;
  /** Where records go. */
  directory: string;
  /** What is inside tunnels, instead of the tunnels. */
  inside: boolean;
  clock: Clock;
  log: Log;
  signal: AbortSignal;
  onProgress: (figures: FlowMeterFigures) => void;
}

/** Packets between two turns of the event loop. */
const atOnce = 4096;
/** Rows that may wait for the disk before the next ones are read. */
const waitingRows = 150_000;
const waitMs = 10;

/**
 * The packets of a capture as flow records in a folder, with the times of the capture; the exporter is the file. Throws a
 * SyntaxError for what is no capture, and what opening the folder does.
 */
export async function meterCapture(options: MeterCaptureOptions): Promise<FlowMeterFigures> {
  const { file, bytes, directory, inside, clock, log, signal, onProgress } = options;
  const frames = readFrames(bytes);
  const first = frames.next();
  let now: EpochMs = clock.now();
  const captured: Clock = {
    now: () => now,
    monotonic: () => clock.monotonic(),
    after: (delayMs, callback) => clock.after(delayMs, callback),
  };
  const collector = await collectFlows({ directory, listen: [], clock: captured, log });
  const meter = new FlowMeter({ seed: randomInt(2 ** 32), inside, onRows: (rows) => collector.writer.take(rows) });
  let unknownLinks = 0;
  try {
    const exporter = collector.names.exporter({ address: nameOf(file), protocol: 'packets', domain: 0 });
    let count = 0;
    for (let next = first; !next.done && !signal.aborted; next = frames.next()) {
      const frame = next.value;
      // A simple packet of pcapng has no time: it is as old as the one before it.
      if (frame.at > 0) now = frame.at;
      else frame.at = now;
      const packet = frameOfCapture(frame, bytes, exporter);
      if (packet) meter.take(packet);
      else unknownLinks++;
      if (++count % atOnce > 0) continue;
      onProgress(figuresOf());
      while (collector.writer.waiting > waitingRows) await sleep(clock, waitMs);
      await sleep(clock, 0);
    }
    meter.end();
  } finally {
    await collector.close();
  }
  return figuresOf();

  function figuresOf(): FlowMeterFigures {
    const figures = meter.figures();
    return { ...figures, others: figures.others + unknownLinks };
  }
}

/** As the store can keep it. */
function nameOf(file: string): string {
  return basename(file)
    .replaceAll(/[^\p{L}\p{N}.,:@+=()_-]/gu, '_')
    .slice(0, 100);
}
