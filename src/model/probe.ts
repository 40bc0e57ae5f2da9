import type { z } from 'zod';
import type { EpochMs, Milliseconds } from './time.ts';

/** One probe of one address came back as this. `unknown` says that the watcher itself could not tell. */
export type Outcome = 'pass' | 'degraded' | 'fail' | 'unknown';

/** Why an outcome is not `pass`: a stable code, and a sentence for people. */
export interface Reason {
  /** Kebab-case, e.g. `no-reply`, `loss-percent`, `http-status`, `certificate-expired`, `starved`. */
  code: string;
  text: string;
}

/** A figure or a fact that a probe found; names are RouterOS Netwatch's where it has one (`rtt-avg` in ms, `http-status-code`). */
export type ProbeValue = number | string | boolean | readonly string[];

/** What one probe of one address found. */
export interface ProbeResult {
  /** The configured host or anchor. */
  host: string;
  /** The address that was probed, once known. */
  address?: string;
  outcome: Outcome;
  reason?: Reason;
  /** The one figure that charts show: average round trip, connect, answer or response time. */
  latencyMs?: Milliseconds;
  /** Share of lost packets or failed tries in percent, where a train was sent. */
  lossPercent?: number;
  values: Readonly<Record<string, ProbeValue>>;
}

/** One execution of one check: the results of all its hosts, anchors and address families. */
export interface Sample {
  check: string;
  startedAt: EpochMs;
  /** How much later than planned it started. */
  latenessMs: Milliseconds;
  durationMs: Milliseconds;
  results: readonly ProbeResult[];
}

/**
 * What a probe file declares about itself. `options` holds the keys of this type only (an object of zod schemas);
 * validation, JSON Schema, form, reference page and registration all come from it.
 */
export interface ProbeDefinition<Options extends z.ZodRawShape = z.ZodRawShape> {
  readonly type: string;
  /** One line for lists and help. */
  readonly summary: string;
  readonly options: Options;
  /** Names of the values that a result may carry, with unit and meaning; they are the script variables too. */
  readonly values: Readonly<Record<string, string>>;
}

/** What a notifier file declares about itself, as `ProbeDefinition` does for probes. */
export interface NotifierDefinition<Options extends z.ZodRawShape = z.ZodRawShape> {
  /** The key under a receiver: `email`, `telegram`, `webhook`. */
  readonly channel: string;
  readonly summary: string;
  readonly options: Options;
  /** What is wrong between the options of one receiver, as a sentence that says what was expected. */
  problem?(options: Readonly<Record<string, unknown>>): string | undefined;
}
