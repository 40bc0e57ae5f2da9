import type { z } from 'zod';
import type {
  Check,
  Milliseconds,
  Outcome,
  ProbeDefinition,
  ProbeResult,
  ProbeValue,
  Reason,
} from '../../model/index.ts';
import type { Clock, Pinger, Resolver, StallMeter } from '../../platform/index.ts';

/** What the engine hands to a probe: the machine, through injected parts, and the signal that ends everything. */
export interface ProbeContext {
  clock: Clock;
  /** Absent where this machine allows no kind of echo; echo probes then answer `unknown` with the reason. */
  pinger: Pinger | undefined;
  /** For names that turn up on the way, in redirects. */
  resolver: Resolver;
  /** How long this process stood still: its own stall is no outage. */
  stalls: Pick<StallMeter, 'stalledMs'>;
  signal: AbortSignal;
}

/** One address to probe, with the settings that all types share. */
export interface ProbeTarget {
  /** As configured. */
  host: string;
  /** Literal address, possibly with %zone. Types that need no address of the host (dns) get the host. */
  address: string;
  family: 4 | 6;
  timeoutMs: Milliseconds;
  /** How long it took to resolve the host; absent where there was nothing to resolve. */
  resolvedInMs?: Milliseconds;
  sourceAddress?: string;
  device?: string;
  mark?: number;
}

/** What a probe found, without the host; the engine adds the address that was probed unless the probe names another. */
export type ProbeFinding = Omit<ProbeResult, 'host'>;

/** What one packet or one connection of a probe came to. */
export interface Attempt {
  outcome: Outcome;
  reason?: Reason;
  /** Present if there was an answer, also if the answer was not a good one. */
  latencyMs?: Milliseconds;
  address?: string;
  values?: Readonly<Record<string, ProbeValue>>;
}

/** A probe type: one file under `observe/probes`, registered in `registry.ts` by its one line. */
export interface Probe<Options extends z.ZodRawShape = z.ZodRawShape> extends ProbeDefinition<Options> {
  /** True where the host is not the destination (the name that a dns check asks for), so that nothing is resolved. */
  readonly hostIsSubject?: boolean;
  /** Where packets go when that is not the host: what the rate caps count. */
  destinations?(options: Readonly<Record<string, unknown>>): readonly string[];
  /** The most packets or connections that one run may send to one address: what the rate caps count. */
  cost(options: Readonly<Record<string, unknown>>): number;
  /** Longest duration of one run in ms, time-out included. */
  longestMs(check: Pick<Check, 'timeout' | 'options'>): Milliseconds;
  /** Never rejects for anything that the network or the target does: that is a finding. */
  run(target: ProbeTarget, options: Readonly<Record<string, unknown>>, context: ProbeContext): Promise<ProbeFinding>;
}

/** The options of a probe after validation. */
export type OptionsOf<Shape extends z.ZodRawShape> = z.output<z.ZodObject<Shape>>;
