import { messageOf, type Language, type Receiver } from '../../model/index.ts';
import type { Clock } from '../../platform/index.ts';
import type { ChannelOutcome } from './delivery.ts';
import { renderMessage, testBody } from './message.ts';
import { sentence, type Notifier } from './notifier.ts';
import { notifiers } from './registry.ts';

export interface ReceiverTrial {
  clock: Clock;
  signal: AbortSignal;
  warn: (message: string) => void;
  name: string;
  receiver: Receiver;
  language: Language;
  notifiers?: readonly Notifier[];
}

/** Sends a message that says it is a test over every channel of a receiver, once and at the same time. */
export async function tryReceiver(trial: ReceiverTrial): Promise<ChannelOutcome[]> {
  const { clock, signal, warn, name, receiver, language } = trial;
  const known = trial.notifiers ?? notifiers;
  const at = clock.now();
  const message = renderMessage(`test ${at}`, testBody(name, language, at), { language, isTest: true });
  const context = { clock, signal, warn };
  return await Promise.all(
    Object.entries(receiver).map(async ([channel, options]): Promise<ChannelOutcome> => {
      const about = { receiver: name, channel, at };
      const notifier = known.find((one) => one.channel === channel);
      if (!notifier) return { ...about, outcome: 'failed', text: 'there is no such channel' };
      try {
        const { outcome, text } = await notifier.send(message, options, { ...context, delivered: new Set() });
        return { ...about, outcome, text };
      } catch (error) {
        return { ...about, outcome: 'failed', text: sentence(`broke: ${messageOf(error)}`) };
      }
    }),
  );
}
