import type { EpochMs, Milliseconds } from '../../model/index.ts';
import type { ConntrackStatistics } from '../../platform/index.ts';
import type { RowWriter } from '../flows/conntrack/row-writer.ts';
import type { Attempts, Victim } from './attempts.ts';
import type { NatRefused } from './insights.ts';
import { natReasons } from './reasons.ts';
import { RefusalCounter } from './refusals.ts';

/** IPFIX element 230 (RFC 8158, section 4): NAT ports exhausted. */
const portsExhausted = 12;
/** Copies of packets and beginnings of connections that belong together are read within this time. */
const settledAfterMs: Milliseconds = 1500;
const attemptAgeMs: Milliseconds = 1000;
/** A pool with as many ports in use has none that the kernel would find in its tries. */
const exhaustedShare = 0.9;

export interface RefusedPacketsOptions {
  writer: RowWriter;
  attempts: Attempts | undefined;
  /** Number of a reason in the book of names. */
  reason: (text: string) => number;
}

/**
 * Packets that were dropped since their connection could not be entered: counted by the kernel, laid to those whose first
 * packets led to no connection, and judged by how full the pools are.
 */
export class RefusedPackets {
  readonly totals = { ports: 0, clashes: 0, room: 0 };
  named = 0;
  /** Of those for want of a port. */
  times: NatRefused | undefined;
  readonly #options: RefusedPacketsOptions;
  readonly #counter = new RefusalCounter();
  #waiting: { at: EpochMs; packets: number }[] = [];

  constructor(options: RefusedPacketsOptions) {
    this.#options = options;
  }

  /** True when there were some: how full the pools are is of interest then. */
  offer(statistics: ConntrackStatistics, now: EpochMs): boolean {
    const { entry, room } = this.#counter.offer(statistics);
    if (room > 0) {
      this.totals.room += room;
      this.#writeNameless(room, 0, natReasons.room, now, now);
    }
    if (entry === 0) return false;
    this.#waiting.push({ at: now, packets: entry });
    return true;
  }

  /** `share` is that of the fullest pool when all connections were last listed. */
  settle(share: number, listedAt: EpochMs, now: EpochMs): void {
    const due = this.#waiting.filter(({ at }) => now - at >= settledAfterMs && at <= listedAt);
    if (due.length > 0) this.#settle(due, share, now);
    this.#options.attempts?.look(now);
  }

  /** What still waits counts too. */
  close(share: number, now: EpochMs): void {
    if (this.#waiting.length > 0) this.#settle(this.#waiting, share, now);
  }

  #settle(due: readonly { at: EpochMs; packets: number }[], share: number, now: EpochMs): void {
    this.#waiting = this.#waiting.filter((one) => !due.includes(one));
    const packets = due.reduce((sum, one) => sum + one.packets, 0);
    const [first, last] = [due[0]?.at ?? now, due.at(-1)?.at ?? now];
    const isFull = share >= exhaustedShare;
    const reason = isFull ? natReasons.ports : natReasons.clash;
    const event = isFull ? portsExhausted : 0;
    const victims = this.#options.attempts?.victims(now - attemptAgeMs, packets) ?? [];
    for (const victim of victims) this.#writeVictim(victim, event, reason, now);
    const named = victims.reduce((sum, victim) => sum + victim.packets, 0);
    if (named < packets) this.#writeNameless(packets - named, event, reason, first, now);
    if (!isFull) {
      this.totals.clashes += packets;
      return;
    }
    this.totals.ports += packets;
    this.named += named;
    this.times = { ports: this.totals.ports, firstAt: this.times?.firstAt ?? first, lastAt: last };
  }

  #writeVictim({ entry, packets, bytes, firstAt }: Victim, event: number, reason: string, now: EpochMs): void {
    this.#options.writer.write(entry, this.#row(packets, bytes, event, reason, firstAt), now);
  }

  #writeNameless(packets: number, event: number, reason: string, at: EpochMs, now: EpochMs): void {
    this.#options.writer.writeNameless(this.#row(packets, 0, event, reason, at), now);
  }

  #row(packets: number, bytes: number, event: number, reason: string, at: EpochMs) {
    return {
      kind: 'drop',
      direction: 'original',
      start: at,
      end: at,
      counters: { packets, bytes },
      reporter: 'unknown',
      rate: 1,
      event,
      reason: this.#options.reason(reason),
    } as const;
  }
}
