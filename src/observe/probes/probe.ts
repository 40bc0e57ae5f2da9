import type { Check, Milliseconds, ProbeDefinition, ProbeResult } from '../../model/index.ts';
import type { Clock, Pinger } from '../../platform/index.ts';
import type { z } from 'zod';

/** What the engine hands to a probe: the machine, through injected parts, and the signal that ends everything. */
export interface ProbeContext {
  clock: Clock;
  /** Absent where this machine allows no kind of echo; echo probes then answer `unknown` with the reason. */
  pinger: Pinger | undefined;
  signal: AbortSignal;
}

/** One address to probe, with the settings that all types share. */
export interface ProbeTarget {
  /** As configured. */
  host: string;
  /** Literal address, possibly with %zone. Types that resolve by themselves (dns) get the host. */
  address: string;
  family: 4 | 6;
  timeoutMs: Milliseconds;
  sourceAddress?: string;
  device?: string;
  mark?: number;
}

/** What a probe found, without the host and address that the engine adds. */
export type ProbeFinding = Omit<ProbeResult, 'host' | 'address'>;

/** A probe type: one file under `observe/probes`, registered in `registry.ts` by its one line. */
export interface Probe<Options extends z.ZodRawShape = z.ZodRawShape> extends ProbeDefinition<Options> {
  /** The most packets or connections that one run may send to one address: what the rate caps count. */
  cost(options: Readonly<Record<string, unknown>>): number;
  /** Longest duration of one run in ms, time-out included. */
  longestMs(check: Pick<Check, 'timeout' | 'options'>): Milliseconds;
  /** Never rejects for anything that the network or the target does: that is a finding. */
  run(target: ProbeTarget, options: Readonly<Record<string, unknown>>, context: ProbeContext): Promise<ProbeFinding>;
}
