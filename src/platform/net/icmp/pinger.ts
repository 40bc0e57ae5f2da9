import type { Milliseconds } from '../../../model/index.ts';

/** One echo to send. */
export interface EchoRequest {
  /** A literal IPv4 or IPv6 address; link-local ones carry `%zone`. */
  address: string;
  /** How long a reply may take, by the kernel's time stamps where there are any. */
  timeoutMs: Milliseconds;
  /**
   * The whole IP packet in bytes, 54 by default as RouterOS has it; it never gets smaller than the headers and the
   * six bytes that identify the echo (34 for IPv4, 54 for IPv6), nor larger than 65,535.
   */
  sizeBytes?: number;
  /** TTL or hop limit, 1 to 255. */
  ttl?: number;
  /** Asks routers not to fragment, and the kernel not to trust the path MTU that it remembers. */
  dontFragment?: boolean;
  /** Network interface that packets leave and replies enter by. */
  device?: string;
  /** Firewall mark (SO_MARK), for policy routing; needs CAP_NET_ADMIN or CAP_NET_RAW. */
  mark?: number;
  /** Address of this machine that the packet carries. */
  sourceAddress?: string;
  /**
   * Whether a router's "time exceeded" answers the echo at once. If not, a reply may still come and wins; without one
   * the result at the deadline is `time-exceeded`.
   */
  acceptTimeExceeded?: boolean;
  /** Called when the reply comes within two seconds after the result `timeout` or `starved`. */
  onLate?: (rttMs: Milliseconds) => void;
}

/** What became of an echo; given exactly once. */
export type EchoResult =
  | { kind: 'reply'; rttMs: Milliseconds; from: string; ttl?: number }
  | { kind: 'time-exceeded' | 'unreachable'; from?: string; code?: number; rttMs?: Milliseconds }
  | { kind: 'timeout' }
  /** This process was stalled, or its receive queue overflowed, so that it cannot tell: unknown is not down. */
  | { kind: 'starved' }
  /** The packet could not be sent: an error name of the system such as ENODEV, or OVERLOADED or ECANCELED. */
  | { kind: 'error'; code: string; text: string };

/** Running totals since the pinger was opened. */
export interface PingerStatistics {
  /** Packets handed to the kernel. */
  sent: number;
  replies: number;
  /** Replies after the result `timeout` or `starved`. */
  late: number;
  /** Replies beyond the first, and those nobody waits for any more. */
  duplicates: number;
  timeouts: number;
  starved: number;
  /** Results `unreachable` and `time-exceeded`. */
  refused: number;
  errors: number;
  /** Well-formed replies dropped for a wrong cookie or length, or because they came from another address. */
  foreign: number;
  /** Messages dropped because they are no echo reply. */
  malformed: number;
  /** Replies that the kernel dropped because a receive queue was full. */
  dropped: number;
  /** Echoes whose result is still open. */
  waiting: number;
  sockets: number;
}

/** Sends ICMP echoes and matches what comes back. */
export interface Pinger {
  readonly method: 'ping-socket' | 'raw-socket' | 'fping';
  /** The callback is never called from within `echo` itself. */
  echo(request: EchoRequest, callback: (result: EchoResult) => void): void;
  statistics(): PingerStatistics;
  /** Releases everything; echoes that wait get the result `error` with code ECANCELED before it returns. */
  close(): void;
}

export function emptyStatistics(): PingerStatistics {
  return {
    sent: 0,
    replies: 0,
    late: 0,
    duplicates: 0,
    timeouts: 0,
    starved: 0,
    refused: 0,
    errors: 0,
    foreign: 0,
    malformed: 0,
    dropped: 0,
    waiting: 0,
    sockets: 0,
  };
}

/** Calls back into code of others so that its exception reaches the process, not the state of the engine. */
export function deliver<Value>(callback: (value: Value) => void, value: Value): void {
  try {
    callback(value);
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
