import type { DatagramEndpoint } from './datagrams.ts';

/** UDP for those who only listen, and to much: datagrams are taken by the batch, and what was lost is counted. */

export interface ReceiverOptions {
  /** A name or an address; `0.0.0.0` and `::` mean all. */
  host: string;
  /** 0 lets the system choose. */
  port: number;
  /** How much may wait in the kernel; what it grants is in the receiver. */
  bufferBytes: number;
  /** `bytes` are valid until it returns; `from` is one object for each sender for as long as it is remembered. */
  onDatagram: (bytes: Uint8Array, from: DatagramEndpoint) => void;
}

export interface DatagramReceiver {
  /** By which way: system calls that take many datagrams at once, or Node's own, one at a time. */
  readonly method: 'batches' | 'single';
  readonly port: number;
  /** What the kernel granted; 0 where it does not tell. */
  readonly bufferBytes: number;
  /** Datagrams lost since the last call for want of room in the kernel; undefined where it does not tell. */
  newDrops(): number | undefined;
  close(): void;
}
