import type { z } from 'zod';
import type { Milliseconds, NotifierDefinition } from '../../model/index.ts';
import type { Clock } from '../../platform/index.ts';
import type { Listening } from './listening.ts';
import type { OutgoingMessage } from './message.ts';
import type { NotifierOptions } from './notifier-options.ts';

/** What came of one try to send: one sentence that holds no secret. */
export interface SendResult {
  /** `retry`: may work later. `failed`: trying again cannot help. */
  outcome: 'done' | 'retry' | 'failed';
  text: string;
  /** The service asked not to be tried again before this time has passed. */
  afterMs?: Milliseconds;
  /** What the service calls the message, so that a later one can answer it or change it; at most 200 characters. */
  handle?: string;
  /** Nobody can have got the message: it never left, or the service refused it. */
  undelivered?: boolean;
}

export interface SendContext {
  clock: Clock;
  /** Ends the sending; the result is `retry`. */
  signal: AbortSignal;
  warn: (message: string) => void;
  /** What the service calls the first message to this receiver about this incident, if it has told. */
  earlier?: string;
  /** Parts that earlier tries have delivered, such as recipients; a notifier that sends in parts adds to it. */
  delivered: Set<string>;
}

/** A notifier: one file under `act/notify`, registered by its one line in `registry.ts`. */
export interface Notifier<Options extends z.ZodRawShape = z.ZodRawShape> extends NotifierDefinition<Options> {
  /** Messages to one place over this channel: so many at once, then one in each interval. */
  readonly pace: { burst: number; everyMs: Milliseconds };
  /** Where messages go, for people: nothing that is a secret or might be one. */
  destination(options: NotifierOptions): string;
  /** Sends once, within a time limit of its own. `options` were validated by the notifier's schemas. */
  send(message: OutgoingMessage, options: NotifierOptions, context: SendContext): Promise<SendResult>;
  /** Somebody takes care: changes what stands there already. `context.earlier` says where. */
  acknowledged?(message: OutgoingMessage, options: NotifierOptions, context: SendContext): Promise<SendResult>;
  /** Hears from people who press a button under a message. */
  readonly listening?: Listening;
}

const textLimit = 300;

/** One line of bounded length, without control characters: what services answer is not to be trusted. */
export function sentence(text: string): string {
  const line = text.replaceAll(/[\u0000-\u001f\u007f-\u009f\s]+/g, ' ').trim();
  return line.length > textLimit ? `${line.slice(0, textLimit - 1)}…` : line;
}
