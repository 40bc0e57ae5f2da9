import { QwError, type EpochMs } from '../../model/index.ts';
import { openDatagrams } from '../../platform/index.ts';
import { tunnels, type TunnelKind } from './tunnel.ts';

/** A tenth of a second of a full gigabit. */
const bufferBytes = 16 * 1024 * 1024;

export interface ReceivedFrame {
  vni: number;
  /** Of the outer packet. */
  from: string;
  at: EpochMs;
  /** From the inner Ethernet header on; valid until the listener returns. */
  frame: Buffer;
}

export interface TunnelReceiver {
  readonly port: number;
  /** Datagrams that are none of this tunnel, or of another network. */
  readonly refused: number;
  /** Datagrams since the last call that this process was too slow to read. */
  newDrops(): number;
  close(): void;
}

export interface TunnelReceiverOptions {
  kind: TunnelKind;
  host: string;
  port: number;
  /** Only this network. */
  vni?: number;
  onFrame: (frame: ReceivedFrame) => void;
}

/** Throws LISTEN_FAILED, as where the kernel has a tunnel of its own on the port. */
export async function openTunnelReceiver(options: TunnelReceiverOptions): Promise<TunnelReceiver> {
  const { read } = tunnels[options.kind];
  let refused = 0;
  const socket = await openDatagrams({
    host: options.host,
    port: options.port,
    bufferBytes,
    onDatagram: ({ bytes, from, at }) => {
      const found = read(bytes);
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
