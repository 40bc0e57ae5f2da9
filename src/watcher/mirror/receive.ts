import { readPrefix } from '../../model/index.ts';
import { openVxlanReceiver, Ring, vxlanPort } from '../../observe/index.ts';
import { nodeDisk, type Clock } from '../../platform/index.ts';
import type { MirrorFile } from '../../model/index.ts';

export interface ReceiveOptions {
  clock: Pick<Clock, 'after'>;
  /** Where mirrors send to. */
  host: string;
  port?: number;
  /** Only this network of VXLAN. */
  vni?: number;
  directory: string;
  sizeBytes: number;
  version: string;
}

export interface Receiving {
  readonly port: number;
  figures(): { packets: number; refused: number; dropped: number };
  /** Completes the files. */
  stop(): Promise<{ files: readonly MirrorFile[]; problem?: string }>;
}

const flushMs = 500;
const largestFrameBytes = 65_535;

/** Takes what mirrors of other machines send as VXLAN into a ring of files. Throws LISTEN_FAILED. */
export async function receiveVxlan(options: ReceiveOptions): Promise<Receiving> {
  const { clock, host, port = vxlanPort, vni, directory, sizeBytes, version } = options;
  await nodeDisk.makeDirectory(directory);
  const where = readPrefix(host)?.family === 6 ? `[${host}]:${port}` : `${host}:${port}`;
  const ring = new Ring({
    disk: nodeDisk,
    directory,
    sizeBytes,
    interfaces: [{ name: 'vxlan', link: 'ethernet', snapBytes: largestFrameBytes }],
    application: `quorumwatch ${version}`,
    comment: `VXLAN that came to ${where}`,
  });
  const receiver = await openVxlanReceiver({
    host,
    port,
    ...(vni !== undefined && { vni }),
    onFrame: ({ frame, at }) => {
      const seconds = Math.floor(at / 1000);
      const nanoseconds = Math.round((at - seconds * 1000) * 1_000_000);
      ring.add({ interface: 0, seconds, nanoseconds, bytes: frame, originalBytes: frame.length });
    },
  });
  let lost = 0;
  const tick = () => {
    ring.flush();
    lost += receiver.newDrops();
    ticking = clock.after(flushMs, tick);
  };
  let ticking = clock.after(flushMs, tick);
  return {
    port: receiver.port,
    figures: () => ({ packets: ring.packets, refused: receiver.refused, dropped: lost + ring.dropped }),
    stop: async () => {
      ticking.cancel();
      lost += receiver.newDrops();
      receiver.close();
      const files = await ring.close();
      return { files, ...(ring.problem !== undefined && { problem: ring.problem }) };
    },
  };
}
