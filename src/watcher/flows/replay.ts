import { lookup } from 'node:dns/promises';
import { readFile } from 'node:fs/promises';
import { messageOf, QwError, type EpochMs } from '../../model/index.ts';
import { isFlowMessage, readCapture, type CapturedDatagram } from '../../observe/index.ts';
import { openDatagrams, sleep, type Clock, type DatagramEndpoint, type Log } from '../../platform/index.ts';
import { collectFlows } from './collector/collect-flows.ts';

export interface ReplayOptions {
  file: string;
  /** To a collector by UDP, or into a folder, as if they had come when and from whom the capture says. */
  target: { to: DatagramEndpoint } | { directory: string };
  /** So many times as fast as captured; Infinity does not wait. */
  speed: number;
  clock: Clock;
  log: Log;
  signal: AbortSignal;
  onProgress: (counts: ReplayCounts) => void;
}

export interface ReplayCounts {
  messages: number;
  /** Datagrams of other protocols in the capture. */
  others: number;
  /** Messages that could not be sent. */
  failed: number;
  /** Where they were read, not sent. */
  records?: number;
}

interface Target {
  give(datagram: CapturedDatagram): Promise<boolean>;
  /** The number of records. */
  end(): Promise<number | undefined>;
}

/** Messages between two turns of the event loop. */
const atOnce = 64;
/** Rows that may wait for the disk before the next ones are read. */
const waitingRows = 150_000;
const waitMs = 10;

/** Rejects with BAD_INPUT for what is no capture. */
export async function replayCapture(options: ReplayOptions): Promise<ReplayCounts> {
  const { file, speed, clock, signal, onProgress } = options;
  const datagrams = readCapture(await readFile(file));
  const target = 'to' in options.target ? await sender(options.target.to) : await reader(options, options.target);
  const counts: ReplayCounts = { messages: 0, others: 0, failed: 0 };
  let first: EpochMs | undefined;
  const startMs = clock.monotonic();
  try {
    for (const datagram of datagrams) {
      if (signal.aborted) break;
      if (!isFlowMessage(datagram.payload)) {
        counts.others++;
        continue;
      }
      first ??= datagram.at;
      const dueMs = startMs + (datagram.at - first) / speed;
      if (dueMs > clock.monotonic()) await sleep(clock, dueMs - clock.monotonic(), signal);
      if (await target.give(datagram)) counts.messages++;
      else counts.failed++;
      if ((counts.messages + counts.failed) % atOnce > 0) continue;
      onProgress(counts);
      await sleep(clock, 0);
    }
  } catch (thrown) {
    if (thrown instanceof SyntaxError)
      throw new QwError('BAD_INPUT', messageOf(thrown), { where: file, cause: thrown });
    throw thrown;
  } finally {
    const records = await target.end();
    if (records !== undefined) counts.records = records;
  }
  return counts;
}

async function sender({ address, port }: DatagramEndpoint): Promise<Target> {
  const found = await lookup(address).catch((thrown: unknown) => {
    throw new QwError('BAD_INPUT', messageOf(thrown), { where: address, cause: thrown });
  });
  const host = found.family === 6 ? '::' : '0.0.0.0';
  const socket = await openDatagrams({ host, port: 0, onDatagram: () => undefined });
  return {
    give: ({ payload }) => Promise.resolve(typeof socket.send({ address: found.address, port }, payload) === 'number'),
    end: () => {
      socket.close();
      return Promise.resolve(undefined);
    },
  };
}

/** Time stands where the capture is. */
async function reader({ clock, log }: ReplayOptions, { directory }: { directory: string }): Promise<Target> {
  let now = clock.now();
  const captured: Clock = {
    now: () => now,
    monotonic: () => clock.monotonic(),
    after: (delayMs, callback) => clock.after(delayMs, callback),
  };
  const collector = await collectFlows({ directory, listen: [], clock: captured, log });
  let records = 0;
  return {
    give: async ({ at, payload, source, sourcePort }) => {
      // A simple packet of pcapng has no time.
      if (at > 0) now = at;
      collector.look();
      collector.intake.take(payload, { address: source, port: sourcePort });
      while (collector.writer.waiting > waitingRows) await sleep(clock, waitMs);
      return true;
    },
    end: async () => {
      await collector.close();
      ({ records } = collector.figures());
      return records;
    },
  };
}
