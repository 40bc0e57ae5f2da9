import { z } from 'zod';
import type { OutgoingMessage } from './message.ts';
import type { Notifier, SendContext, SendResult } from './notifier.ts';
import { secretProblem } from './secret-option.ts';
import { withBot, type TelegramBot } from './telegram-bot.ts';
import { buttonData } from './telegram-button.ts';
import { telegramListening } from './telegram-listening.ts';
import { botOf, telegramOptions, telegramSettings, type TelegramSettings } from './telegram-options.ts';

const noToken: SendResult = { outcome: 'failed', text: 'telegram needs token-file or token' };
const look = { parse_mode: 'HTML', link_preview_options: { is_disabled: true } } as const;

/** A message from a Telegram bot to a chat. The end answers the beginning; a button under that says who takes care. */
export const telegram: Notifier = {
  channel: 'telegram',
  summary: 'A message from a Telegram bot to a chat.',
  options: telegramOptions,
  problem: (given) => secretProblem(given, 'token', true),
  // A bot may send 20 messages a minute to one group (Bot FAQ, "My bot is hitting limits").
  pace: { burst: 5, everyMs: 3000 },
  destination: (given) => `chat ${telegramSettings(given).chat}`,
  async send(message, given, context) {
    const settings = telegramSettings(given);
    const bot = botOf(settings);
    return bot ? await withBot(bot, context, (opened) => sendMessage(opened, message, settings, context)) : noToken;
  },
  async acknowledged(message, given, context) {
    const bot = botOf(telegramSettings(given));
    const place = placeOf(context.earlier);
    if (!bot) return noToken;
    if (!place) return { outcome: 'done', text: 'what stands there stays' };
    // Without a keyboard of its own the message loses the one that it has.
    const done = await withBot(bot, context, async ({ api }): Promise<SendResult> => {
      await api.editMessageText(place.chat, place.message, message.telegram, look);
      return { outcome: 'done', text: 'the message says who takes care' };
    });
    const isSoAlready = done.outcome === 'failed' && done.text.includes('message is not modified');
    return isSoAlready ? { outcome: 'done', text: 'the message says it already' } : done;
  },
  listening: telegramListening,
};

const sentMessage = z.object({ message_id: z.int(), chat: z.object({ id: z.int() }).optional() });

async function sendMessage(
  { api, token }: TelegramBot,
  message: OutgoingMessage,
  settings: TelegramSettings,
  context: SendContext,
): Promise<SendResult> {
  const { level, body, thread, words } = message;
  const first = placeOf(context.earlier);
  const asks = settings.acknowledge && level !== 'fine' && level !== 'test';
  const button = { text: words.acknowledge, callback_data: buttonData(token, body.incident.id, thread) };
  const sent = sentMessage.parse(
    await api.sendMessage(settings.chat, message.telegram, {
      ...look,
      ...(asks && { reply_markup: { inline_keyboard: [[button]] } }),
      ...(first && { reply_parameters: { message_id: first.message, allow_sending_without_reply: true } }),
    }),
  );
  // Whoever presses the button of something that is over is told so; that it goes away is a courtesy.
  if (level === 'fine' && first) await api.editMessageReplyMarkup(first.chat, first.message).catch(() => undefined);
  const handle = `${sent.chat?.id ?? settings.chat}:${sent.message_id}`;
  return { outcome: 'done', text: `Telegram took the message as number ${sent.message_id}`, handle };
}

interface Place {
  chat: string;
  message: number;
}

function placeOf(handle: string | undefined): Place | undefined {
  const [, chat, message] = /^(-?\d{1,20}|@\w{4,32}):(\d{1,15})$/.exec(handle ?? '') ?? [];
  return chat === undefined || message === undefined ? undefined : { chat, message: Number(message) };
}
