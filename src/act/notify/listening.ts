import type { Language } from '../../model/index.ts';
import type { Clock } from '../../platform/index.ts';
import type { NotifierOptions } from './notifier-options.ts';

/** What people may answer to: an incident as the agreed state has it. */
export interface AnsweredIncident {
  /** As in its messages. */
  thread: string;
  state: 'open' | 'acknowledged' | 'resolved';
  /** Who takes care. */
  by?: string;
  /** Of its receiver. */
  language: Language;
}

export interface ListenContext {
  clock: Clock;
  /** From 0 up to but not including 1. */
  random: () => number;
  /** Ends the listening. */
  signal: AbortSignal;
  warn: (message: string) => void;
  /** One sentence without secrets while it does not work; nothing once it does again. */
  onProblem: (problem: string | undefined) => void;
  incident: (id: string) => AnsweredIncident | undefined;
  /**
   * Resolves once it is agreed, for all incidents of the message with this handle. Throws CONFLICT when it is over, and
   * what else keeps members from agreeing.
   */
  acknowledge: (incident: string, by: string, handle: string) => Promise<void>;
}

/** A service that people answer through. */
export interface Listening {
  /** Whether the buttons are wanted. */
  wanted(options: NotifierOptions): boolean;
  /** Options with the same key share one way in, which only one listener may use at a time. */
  key(options: NotifierOptions): string;
  /** Listens for all receivers with that key until the signal ends it; problems of the service are waited out. */
  listen(receivers: readonly NotifierOptions[], context: ListenContext): Promise<void>;
}
