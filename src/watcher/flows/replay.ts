import { lookup } from 'node:dns/promises';
import { readFile } from 'node:fs/promises';
import { messageOf, QwError, type EpochMs } from '../../model/index.ts';
import {
  isFlowMessage,
  isWholeMessage,
  readCapture,
  type CapturedDatagram,
  type FlowMeterFigures,
} from '../../observe/index.ts';
import { openDatagrams, sleep, type Clock, type DatagramEndpoint, type Log } from '../../platform/index.ts';
import { collectFlows } from './collector/collect-flows.ts';
import { meterCapture } from './meter-capture.ts';

export interface ReplayOptions {
  file: string;
  /** To a collector by UDP, or into a folder, as if they had come when and from whom the capture says. */
  target: { to: DatagramEndpoint } | { directory: string };
  /** What exporters sent, or flows made of the packets themselves; by default whichever the capture holds. */
  as?: CaptureKind | undefined;
  /** Of packets: what is inside tunnels, instead of the tunnels. */
  inside?: boolean;
  /** So many times as fast as captured; Infinity does not wait. */
  speed: number;
  clock: Clock;
  log: Log;
  signal: AbortSignal;
  onProgress: (counts: ReplayCounts) => void;
}

/** What a capture is taken for. */
export type CaptureKind = 'exports' | 'packets';

export type ReplayCounts = ExportCounts | ({ as: 'packets' } & FlowMeterFigures);

interface ExportCounts {
  as: 'exports';
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

/** Rejects with BAD_INPUT for what cannot be read or is no capture, and where packets would have to be sent. */
export async function replayCapture(options: ReplayOptions): Promise<ReplayCounts> {
  const { file, target, inside = false, onProgress } = options;
  const bytes = await readFile(file).catch((thrown: unknown) => {
    throw unreadable(file, thrown);
  });
  try {
    const as = options.as ?? kindOf(bytes);
    if (as === 'exports') return await replayExports(options, bytes);
    if ('to' in target)
      throw new QwError('BAD_INPUT', 'there is no message of an exporter in it', {
        where: file,
        hint: 'with --dir, flow records are made of its packets',
      });
    const onPackets = (figures: FlowMeterFigures) => onProgress({ as, ...figures });
    return { as, ...(await meterCapture({ ...options, ...target, bytes, inside, onProgress: onPackets })) };
  } catch (thrown) {
    if (thrown instanceof SyntaxError)
      throw new QwError('BAD_INPUT', messageOf(thrown), { where: file, cause: thrown });
    throw thrown;
  }
}

/** A capture is read as a whole, and Node reads no more than 2 GiB at once. */
function unreadable(file: string, thrown: unknown): QwError {
  const isTooLarge = thrown instanceof Error && 'code' in thrown && thrown.code === 'ERR_FS_FILE_TOO_LARGE';
  return new QwError('BAD_INPUT', `cannot read the capture: ${messageOf(thrown)}`, {
    where: file,
    hint: isTooLarge ? 'cut it into parts, as editcap -c 5000000 does' : 'check the path, and that it is a file',
    cause: thrown,
  });
}

/** One message that holds together is enough: whoever captured it wanted it. */
function kindOf(bytes: Uint8Array): CaptureKind {
  for (const { payload } of readCapture(bytes)) if (isWholeMessage(payload)) return 'exports';
  return 'packets';
}

async function replayExports(options: ReplayOptions, bytes: Uint8Array): Promise<ExportCounts> {
  const { speed, clock, signal, onProgress } = options;
  const datagrams = readCapture(bytes);
  const target = 'to' in options.target ? await sender(options.target.to) : await reader(options, options.target);
  const counts: ExportCounts = { as: 'exports', messages: 0, others: 0, failed: 0 };
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
