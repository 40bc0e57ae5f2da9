import { z } from 'zod';
import type { NotifierOptions } from './notifier-options.ts';
import { secretFile, secretSource, secretVariable } from './secret-option.ts';
import type { BotSettings } from './telegram-bot.ts';

export const telegramOptions = {
  chat: z
    .union([z.int(), z.string().regex(/^(-?\d{1,20}|@[A-Za-z][A-Za-z0-9_]{3,31})$/, 'expected a chat number or @name')])
    .describe('The number of the chat, or the @name of a public channel.'),
  'token-file': secretFile('the token of the bot'),
  token: secretVariable('the token of the bot'),
  acknowledge: z
    .boolean()
    .default(true)
    .describe('A button under the message; false where another program reads what people answer to this bot.'),
  'allowed-users': z
    .array(
      z.union([
        z.int().min(1),
        z.string().regex(/^@[A-Za-z][A-Za-z0-9_]{3,31}$/, 'expected the number of a user, or @name'),
      ]),
    )
    .min(1)
    .max(100)
    .optional()
    .describe('Who may press the button, by number or @name; everybody in the chat without it.'),
  'api-root': z
    .url({ protocol: /^https?$/ })
    .default('https://api.telegram.org')
    .describe('The address of the Bot API server, where it is not Telegram’s own.'),
};
const parsed = z.object(telegramOptions);
export type TelegramSettings = z.output<typeof parsed>;

export function telegramSettings(given: NotifierOptions): TelegramSettings {
  return parsed.parse(given, { reportInput: false });
}

/** Undefined without a token, which the schema of the configuration does not let pass. */
export function botOf(settings: TelegramSettings): BotSettings | undefined {
  const token = secretSource(settings['token-file'], settings.token);
  return token && { apiRoot: settings['api-root'], token };
}
