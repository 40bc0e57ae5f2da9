import { lookup } from 'node:dns/promises';
import { messageOf, QwError, type EpochMs } from '../../model/index.ts';
import {
  captureHead,
  capturedDatagram,
  generateDatagrams,
  type GeneratedDatagram,
  type GeneratedFormat,
} from '../../observe/index.ts';
import { nodeDisk, openDatagrams, sleep, type Clock, type DatagramEndpoint, type Disk } from '../../platform/index.ts';

export interface GenerateFlowsOptions {
  format: GeneratedFormat;
  records: number;
  /** Of records within a second: at that pace they are sent, and told to have been exported. */
  perSecond: number;
  seed: number;
  /** To a collector by UDP, with times of now; or into a capture, which is the same for the same options. */
  target: { to: DatagramEndpoint } | { file: string };
  clock: Clock;
  signal: AbortSignal;
  disk?: Disk;
}

/** What was made, to hold against what a collector has. */
export interface GeneratedCounts {
  datagrams: number;
  records: number;
  /** That the flows carried; sFlow tells of a packet of each only. */
  packets: number;
  bytes: number;
  /** Datagrams that could not be sent. */
  failed: number;
}

interface Target {
  startAt: EpochMs;
  /** False when it could not be sent. */
  give(datagram: GeneratedDatagram): Promise<boolean>;
  end(): Promise<void>;
}

/** 2026-01-01, when a capture begins. */
const captureStart: EpochMs = 1_767_225_600_000;
/** Datagrams between two looks at the clock. */
const atOnce = 16;
const pieceBytes = 1024 * 1024;

/** Rejects with BAD_INPUT for a name that has no address, and with what the disk says. */
export async function generateFlows(options: GenerateFlowsOptions): Promise<GeneratedCounts> {
  const { format, records, perSecond, seed, clock, signal } = options;
  const isSent = 'to' in options.target;
  const target =
    'to' in options.target ? await sender(options.target.to, clock) : await capture(options, options.target);
  const counts: GeneratedCounts = { datagrams: 0, records: 0, packets: 0, bytes: 0, failed: 0 };
  const startMs = clock.monotonic();
  try {
    for (const datagram of generateDatagrams({ format, records, perSecond, seed, startAt: target.startAt })) {
      if (signal.aborted) break;
      if (counts.datagrams % atOnce === 0) {
        const dueMs = isSent ? startMs + (counts.records * 1000) / perSecond : 0;
        await sleep(clock, Math.max(0, dueMs - clock.monotonic()), signal);
      }
      if (!(await target.give(datagram))) counts.failed++;
      counts.datagrams++;
      counts.records += datagram.records;
      counts.packets += datagram.packets;
      counts.bytes += datagram.octets;
    }
  } finally {
    await target.end();
  }
  return counts;
}

async function sender({ address, port }: DatagramEndpoint, clock: Clock): Promise<Target> {
  const found = await lookup(address).catch((thrown: unknown) => {
    throw new QwError('BAD_INPUT', messageOf(thrown), { where: address, cause: thrown });
  });
  const host = found.family === 6 ? '::' : '0.0.0.0';
  const socket = await openDatagrams({ host, port: 0, onDatagram: () => undefined });
  return {
    startAt: clock.now(),
    give: ({ bytes }) => Promise.resolve(typeof socket.send({ address: found.address, port }, bytes) === 'number'),
    end: () => {
      socket.close();
      return Promise.resolve();
    },
  };
}

/** Between documentation addresses (RFC 5737), to the port that NetFlow usually goes to. */
const ends = { source: 0xc000_0201, destination: 0xc000_0202, sourcePort: 40_000, destinationPort: 2055 };

async function capture({ disk = nodeDisk }: GenerateFlowsOptions, { file }: { file: string }): Promise<Target> {
  const output = await disk.open(file, 'write');
  await output.truncate(0);
  let pieces: Uint8Array[] = [captureHead()];
  let [written, waiting] = [0, 0];
  const flush = async () => {
    const bytes = Buffer.concat(pieces);
    await output.write(written, bytes);
    written += bytes.length;
    [pieces, waiting] = [[], 0];
  };
  return {
    startAt: captureStart,
    give: async ({ bytes, at }) => {
      const piece = capturedDatagram(bytes, at, ends);
      pieces.push(piece);
      waiting += piece.length;
      if (waiting >= pieceBytes) await flush();
      return true;
    },
    end: async () => {
      await flush();
      await output.close();
    },
  };
}
