import type { EpochMs, Milliseconds } from './time.ts';

/** What watchers measure of the paths between them, and tell each other. */

/** Packets one way between two watchers, within a window. */
export interface DirectionFigures {
  /** Packets whose fate in this direction is known. */
  sent: number;
  lost: number;
  /**
   * Mean of the differences of transit between one packet and the next (`D` of RFC 3550 section 6.4.1), in milliseconds:
   * clocks that disagree or drift do not touch it. Absent below two answers.
   */
  jitterMs?: Milliseconds;
  /** That came after one that was sent later (RFC 4737 section 3). */
  reordered: number;
  duplicates: number;
}

/** The path to another watcher and back, as the one that sends the probes sees it. */
export interface PathFigures {
  /** The other watcher's name. */
  to: string;
  windowMs: Milliseconds;
  /** Probes of the window. */
  sent: number;
  answered: number;
  /** Of which nobody can say where they stayed: none after them was answered, or the other side began anew meanwhile. */
  unexplained: number;
  /** Since the last answer; absent when there was none within the window. */
  silentMs?: Milliseconds;
  /** Network time of both directions, without the time that a packet waited in the other watcher. */
  rtt?: { minMs: Milliseconds; medianMs: Milliseconds; p95Ms: Milliseconds; maxMs: Milliseconds };
  /** To the other watcher, and back. Absent while no answer tells how far packets came. */
  forward?: DirectionFigures;
  back?: DirectionFigures;
  /** How much the other watcher's clock is ahead, and by how much that may be wrong: half the round trip. */
  clock?: { aheadMs: Milliseconds; boundMs: Milliseconds };
  /** Largest IP packet of those tried that passed both ways unfragmented. */
  mtuBytes?: number;
  /** Who took the time of packets: the kernel as they passed, or this process when it came to them. */
  stamps: 'kernel' | 'process';
  /** Why probes could not be sent, when none could. */
  problem?: string;
}

/** A check's samples of the last minute at one watcher. */
export interface CheckFigures {
  check: string;
  windowMs: Milliseconds;
  passed: number;
  degraded: number;
  failed: number;
  unknown: number;
  latency: { count: number; sumUs: number; minUs: number; maxUs: number };
  /** Number of the bucket (`latencyBucket` of the store) and samples in it, ascending. */
  buckets: readonly (readonly [bucket: number, count: number])[];
}

/** What one watcher tells the others about itself. Who says it is known from the link over which it comes. */
export interface Digest {
  /** By the clock of the watcher that says it. */
  at: EpochMs;
  /** All of this watcher; none in a digest that goes on with checks. */
  paths: readonly PathFigures[];
  checks: readonly CheckFigures[];
}

/** More watchers than a genesis can name have no figures. */
export const maxDigestPaths = 256;
/** More in one digest is none. Watchers with many checks tell of them in turn. */
export const maxDigestChecks = 2000;
