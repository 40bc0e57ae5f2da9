import { z } from 'zod';
import { notificationKinds } from './ledger.ts';
import { languageSchema } from './text/language.ts';

/** Receivers of notifications as the HTTP API shows them: where messages go, never by which secret. */

const time = z.iso.datetime({ precision: 3 });

export const receiverSchema = z.object({
  name: z.string(),
  language: languageSchema,
  channels: z.array(
    z.object({
      channel: z.string(),
      /** For people: a chat, addresses, a host. */
      destination: z.string(),
      /** Of the last try on the watcher that answers. */
      last: z.object({ at: time, outcome: z.enum(['done', 'retry', 'failed']), text: z.string() }).optional(),
    }),
  ),
  /** The last message to it that was finished, by whichever watcher. */
  last: z
    .object({
      at: time,
      outcome: z.enum(['done', 'failed', 'unknown', 'dropped']),
      text: z.string(),
      message: z.enum(notificationKinds),
      incident: z.string(),
      watcher: z.string(),
    })
    .optional(),
});

export const receiverTestSchema = z.object({
  receiver: z.string(),
  /** Every channel took it. */
  ok: z.boolean(),
  channels: z.array(z.object({ channel: z.string(), outcome: z.enum(['done', 'failed']), text: z.string() })),
});

export type ApiReceiver = z.output<typeof receiverSchema>;
export type ApiReceiverTest = z.output<typeof receiverTestSchema>;
