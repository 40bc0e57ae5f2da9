import { readPrefix, type MirrorFile } from '../../model/index.ts';
import {
  openTunnelReceiver,
  Ring,
  tunnels,
  type FlowMeterFigures,
  type ReceivedFrame,
  type TunnelKind,
} from '../../observe/index.ts';
import { nodeDisk, type Clock, type Log } from '../../platform/index.ts';
import { openFrameMeter } from './meter-frames.ts';

export interface ReceiveOptions {
  clock: Clock;
  log: Log;
  kind: TunnelKind;
  /** Where mirrors send to. */
  host: string;
  port?: number;
  /** Only this network of the tunnel. */
  vni?: number;
  /** Where packets are kept. */
  files?: { directory: string; sizeBytes: number };
  /** Where records of their flows are kept. */
  flows?: { directory: string };
  version: string;
}

export interface Receiving {
  readonly port: number;
  figures(): { packets: number; refused: number; dropped: number; flows?: FlowMeterFigures };
  /** Completes the files and the records. */
  stop(): Promise<{ files: readonly MirrorFile[]; problem?: string }>;
}

const flushMs = 500;
const largestFrameBytes = 65_535;

/**
 * Takes what mirrors of other machines send through a tunnel into a ring of files, or makes flow records of it, or both.
 * Throws LISTEN_FAILED.
 */
export async function receiveTunnel(options: ReceiveOptions): Promise<Receiving> {
  const { clock, log, kind, host, vni, files, flows } = options;
  const port = options.port ?? tunnels[kind].port;
  const ring = files && (await openRing(options, files, port));
  const meter = flows && (await openFrameMeter({ directory: flows.directory, protocol: kind, clock, log }));
  let packets = 0;
  let receiver: Awaited<ReturnType<typeof openTunnelReceiver>>;
  try {
    receiver = await openTunnelReceiver({
      kind,
      host,
      port,
      ...(vni !== undefined && { vni }),
      onFrame: (received) => {
        packets++;
        if (ring) keep(ring, received);
        meter?.take(received);
      },
    });
  } catch (thrown) {
    await meter?.close();
    throw thrown;
  }
  let lost = 0;
  const tick = () => {
    ring?.flush();
    meter?.look();
    lost += receiver.newDrops();
    ticking = clock.after(flushMs, tick);
  };
  let ticking = clock.after(flushMs, tick);
  return {
    port: receiver.port,
    figures: () => ({
      packets: packets - (ring?.dropped ?? 0),
      refused: receiver.refused,
      dropped: lost + (ring?.dropped ?? 0),
      ...(meter && { flows: meter.figures() }),
    }),
    stop: async () => {
      ticking.cancel();
      lost += receiver.newDrops();
      receiver.close();
      const sealed = (await ring?.close()) ?? [];
      await meter?.close();
      return { files: sealed, ...(ring?.problem !== undefined && { problem: ring.problem }) };
    },
  };
}

async function openRing(
  { kind, host, version }: ReceiveOptions,
  { directory, sizeBytes }: NonNullable<ReceiveOptions['files']>,
  port: number,
): Promise<Ring> {
  await nodeDisk.makeDirectory(directory);
  const where = readPrefix(host)?.family === 6 ? `[${host}]:${port}` : `${host}:${port}`;
  return new Ring({
    disk: nodeDisk,
    directory,
    sizeBytes,
    interfaces: [{ name: kind, link: 'ethernet', snapBytes: largestFrameBytes }],
    application: `quorumwatch ${version}`,
    comment: `${kind} that came to ${where}`,
  });
}

function keep(ring: Ring, { frame, at }: ReceivedFrame): void {
  const seconds = Math.floor(at / 1000);
  const nanoseconds = Math.round((at - seconds * 1000) * 1_000_000);
  ring.add({ interface: 0, seconds, nanoseconds, bytes: frame, originalBytes: frame.length });
}
