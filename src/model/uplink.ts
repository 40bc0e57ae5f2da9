import type { Milliseconds } from './time.ts';

/** Ways out to the Internet: how they are probed, what is thought of them, and what was done about it. */

/**
 * `unknown`: never answered, or this machine cannot tell; `up`; `bad`: it answers, but not as well as it usually does;
 * `dead`: nothing answers; `held`: it answers again and must go on doing so before it is used.
 */
export type UplinkState = 'unknown' | 'up' | 'bad' | 'dead' | 'held';

export type IpFamily = 4 | 6;

/** What an anchor is asked; several kinds, because each is blind to some faults. */
export type AnchorKind = 'icmp' | 'large' | 'tcp' | 'http' | 'dns';

/** One address that is asked one kind of question through an uplink. */
export type UplinkAnchor =
  | { kind: 'icmp' | 'large'; address: string; family: IpFamily }
  | { kind: 'tcp'; address: string; family: IpFamily; port: number }
  | {
      kind: 'http';
      address: string;
      family: IpFamily;
      port: number;
      path: string;
      /** The Host header. */
      host: string;
      status: number;
      /** What the body must hold: a captive portal answers too. */
      contains?: string;
    }
  | {
      kind: 'dns';
      /** The server. */
      address: string;
      family: IpFamily;
      name: string;
      /** The addresses that the answer must have; without them any answer counts. */
      expect?: readonly string[];
    };

/** What one uplink is thought of in one address family. */
export interface UplinkOpinion {
  uplink: string;
  family: IpFamily;
  state: UplinkState;
  /** On the monotonic clock of the process that judges. */
  sinceMs: Milliseconds;
  /** A sentence's end: `no answer to 9 probes in 63 ms`. */
  reason: string;
  /** Kinds of probe that used to be answered here and now are not. */
  failing: readonly AnchorKind[];
  lossPercent: number;
  /** Median of the window; undefined before the first answer. */
  rttMs?: Milliseconds;
  jitterMs?: Milliseconds;
  /** What the median usually is. */
  usualRttMs?: Milliseconds;
  /** When `held`: for how much longer. */
  holdLeftMs?: Milliseconds;
  /** By the formula of Nagios, over the last 20 changes. */
  flapPercent: number;
}

/** Which uplinks carry new connections of one family, best first. */
export interface UplinkOrder {
  family: IpFamily;
  /** Names; with `failover` the first carries all, with `balance` all share. */
  serving: readonly string[];
  /** Those that were left because they are dead or bad: their connections are moved. */
  leaving: readonly string[];
}

/** The recorded proof of a switch. */
export interface UplinkReceipt {
  family: IpFamily;
  serving: readonly string[];
  left: readonly string[];
  /** The commands, as `ip` would be given them. */
  commands: readonly string[];
  /** Nothing was changed: it was only said what would be. */
  dryRun: boolean;
  /** The kernel, asked afterwards, has what was wanted. */
  verified: boolean;
  /** What the kernel refused, or what it had instead. */
  problems: readonly string[];
  tookMs: Milliseconds;
}
