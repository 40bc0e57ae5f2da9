import { QwError, type EpochMs } from '../../model/index.ts';
import { openDatagrams } from '../../platform/index.ts';

/** Frames that a mirror sends as VXLAN (RFC 7348): taken out of their tunnel. */

/** The port that IANA has given it. */
export const vxlanPort = 4789;
/** A tenth of a second of a full gigabit. */
const bufferBytes = 16 * 1024 * 1024;
const headerBytes = 8;
/** The flag I: the network identifier is valid. */
const validFlag = 0x08;
const smallestFrameBytes = 14;

interface TunnelledFrame {
  vni: number;
  /** Of the outer packet. */
  from: string;
  at: EpochMs;
  /** From the inner Ethernet header on; valid until the listener returns. */
  frame: Buffer;
}

export interface VxlanReceiver {
  readonly port: number;
  /** Datagrams that are no VXLAN, or of another network. */
  readonly refused: number;
  /** Datagrams since the last call that this process was too slow to read. */
  newDrops(): number;
  close(): void;
}

export interface VxlanReceiverOptions {
  host: string;
  port: number;
  /** Only this network. */
  vni?: number;
  onFrame: (frame: TunnelledFrame) => void;
}

/** Throws LISTEN_FAILED, as where the kernel has a tunnel of its own on the port. */
export async function openVxlanReceiver(options: VxlanReceiverOptions): Promise<VxlanReceiver> {
  let refused = 0;
  const socket = await openDatagrams({
    host: options.host,
    port: options.port,
    bufferBytes,
    onDatagram: ({ bytes, from, at }) => {
      const found = readVxlan(bytes);
      if (found instanceof QwError || (options.vni !== undefined && found.vni !== options.vni)) refused++;
      else options.onFrame({ ...found, from: from.address, at });
    },
  });
  return {
    port: socket.port,
    get refused() {
      return refused;
    },
    newDrops: () => socket.newDrops(),
    close: () => socket.close(),
  };
}

/** What a datagram carries (RFC 7348, section 5), or why it is none. */
export function readVxlan(datagram: Buffer): { vni: number; frame: Buffer } | QwError {
  if (datagram.length < headerBytes + smallestFrameBytes)
    return new QwError(
      'BAD_INPUT',
      `expected at least ${headerBytes + smallestFrameBytes} bytes, found ${datagram.length}`,
    );
  if ((datagram.readUInt8(0) & validFlag) === 0)
    return new QwError('BAD_INPUT', 'the flag I, which says that there is a network identifier, is not set');
  return { vni: datagram.readUIntBE(4, 3), frame: datagram.subarray(headerBytes) };
}
