import type { z } from 'zod';
import type { Milliseconds, NotifierDefinition } from '../../model/index.ts';
import type { Clock } from '../../platform/index.ts';
import type { OutgoingMessage } from './message.ts';

/** What came of one try to send: one sentence that holds no secret. */
export interface SendResult {
  /** `retry`: may work later. `failed`: trying again cannot help. */
  outcome: 'done' | 'retry' | 'failed';
  text: string;
  /** The service asked not to be tried again before this time has passed. */
  afterMs?: Milliseconds;
}

export interface SendContext {
  clock: Clock;
  /** Ends the sending; the result is `retry`. */
  signal: AbortSignal;
  warn: (message: string) => void;
}

/** A notifier: one file under `act/notify`, registered by its one line in `registry.ts`. */
export interface Notifier<Options extends z.ZodRawShape = z.ZodRawShape> extends NotifierDefinition<Options> {
  /** Messages to one receiver over this channel: so many at once, then one in each interval. */
  readonly pace: { burst: number; everyMs: Milliseconds };
  /** Sends once, within a time limit of its own. `options` were validated by the notifier's schemas. */
  send(message: OutgoingMessage, options: Readonly<Record<string, unknown>>, context: SendContext): Promise<SendResult>;
}

const textLimit = 300;

/** One line of bounded length, without control characters: what services answer is not to be trusted. */
export function sentence(text: string): string {
  const line = text.replaceAll(/[\u0000-\u001f\u007f-\u009f\s]+/g, ' ').trim();
  return line.length > textLimit ? `${line.slice(0, textLimit - 1)}…` : line;
}
