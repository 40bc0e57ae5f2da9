import type { EpochMs } from '../../../model/index.ts';
import type { NetFailure } from '../failure.ts';

/** UDP with the time at which each datagram passed, for those who measure the network. */

export interface DatagramEndpoint {
  /** A literal IPv4 or IPv6 address, with `%interface` where one is needed. */
  address: string;
  port: number;
}

export interface Datagram {
  from: DatagramEndpoint;
  /** Valid until the listener returns. */
  bytes: Buffer;
  /** By the wall clock, in fractions of a millisecond: when it reached the kernel, or else this process. */
  at: EpochMs;
  /** TTL or hop limit; 255 where it is not told, as RFC 8762 wants it. */
  ttl: number;
}

export interface DatagramOptions {
  /** A name or an address; `0.0.0.0` and `::` mean all. */
  host: string;
  /** 0 lets the system choose. */
  port: number;
  /** How much may wait in the kernel; a megabyte without. */
  bufferBytes?: number;
  onDatagram: (datagram: Datagram) => void;
  /** A datagram that `send` had numbered left the machine at that time. Not called where the kernel doesn't tell. */
  onSent?: (number: number, at: EpochMs) => void;
}

/** Datagrams are never fragmented here: too large a one is refused or vanishes. */
export interface DatagramSocket {
  readonly stamps: 'kernel' | 'process';
  readonly port: number;
  /** The wall clock as it is in the stamps. */
  now(): EpochMs;
  /** Its number, or why it was not sent. */
  send(to: DatagramEndpoint, bytes: Uint8Array): number | Pick<NetFailure, 'code' | 'text'>;
  /** Datagrams lost since the last call because this process was too slow to read them. */
  newDrops(): number;
  close(): void;
}
