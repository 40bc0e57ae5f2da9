import { z } from 'zod';
import { acknowledgedText, messageOf, plainLine } from '../../model/index.ts';
import { sleep } from '../../platform/index.ts';
import { backOffMs } from '../back-off.ts';
import type { Listening, ListenContext } from './listening.ts';
import { withBot, type BotFailure, type BotSettings, type TelegramBot } from './telegram-bot.ts';
import { incidentOf, isGenuine } from './telegram-button.ts';
import { botOf, telegramSettings, type TelegramSettings } from './telegram-options.ts';

/** How long the server holds a request back until somebody presses something. */
const pollMs = 25_000;
const retries = { firstMs: 1000, longestMs: 60_000 };
/** After another reader has been there: it may be the watcher that did this before and is about to end. */
const conflictMs = 10_000;
const nameLimit = 100;

/** Hears who presses the buttons of a bot, by long polling: nothing has to be reached from outside. */
export const telegramListening: Listening = {
  wanted: (given) => telegramSettings(given).acknowledge,
  key: (given) => {
    const { 'api-root': root, 'token-file': file = '', token = '' } = telegramSettings(given);
    return JSON.stringify([root, file, token]);
  },
  async listen(receivers, context) {
    const settings = receivers.map(telegramSettings);
    const bot = settings[0] && botOf(settings[0]);
    if (bot) await new Reader(bot, settings, context).run();
  },
};

const updatesSchema = z.array(z.looseObject({ update_id: z.int().min(0) })).max(100);

const pressSchema = z.object({
  callback_query: z.object({
    id: z.string().max(100),
    from: z.object({
      id: z.int(),
      first_name: z.string().max(300).default(''),
      last_name: z.string().max(300).default(''),
      username: z.string().max(64).optional(),
    }),
    message: z.object({
      message_id: z.int(),
      chat: z.object({ id: z.int(), username: z.string().max(64).optional() }),
    }),
    data: z.string().max(64),
  }),
});
type Press = z.output<typeof pressSchema>['callback_query'];

class Reader {
  readonly #bot: BotSettings;
  readonly #settings: readonly TelegramSettings[];
  readonly #context: ListenContext;
  /** Of the update to read next; the server forgets those before. */
  #offset: number | undefined;
  #failures = 0;

  constructor(bot: BotSettings, settings: readonly TelegramSettings[], context: ListenContext) {
    this.#bot = { ...bot, pollMs };
    this.#settings = settings;
    this.#context = context;
  }

  async run(): Promise<void> {
    const { signal, onProblem } = this.#context;
    while (!signal.aborted) {
      const failure = await withBot(this.#bot, this.#context, (bot) => this.#read(bot));
      if (signal.aborted) break;
      if (failure) await this.#waitOut(failure);
      else if (this.#failures > 0) {
        this.#failures = 0;
        onProblem(undefined);
      }
    }
    onProblem(undefined);
  }

  async #read(bot: TelegramBot): Promise<undefined> {
    const given = await bot.api.getUpdates({
      timeout: pollMs / 1000,
      limit: 100,
      allowed_updates: ['callback_query'],
      ...(this.#offset === undefined ? {} : { offset: this.#offset }),
    });
    for (const update of updatesSchema.parse(given)) {
      this.#offset = update.update_id + 1;
      const press = pressSchema.safeParse(update);
      if (press.success) await this.#take(bot, press.data.callback_query);
    }
    return undefined;
  }

  async #waitOut(failure: BotFailure): Promise<void> {
    const { clock, random, signal, onProblem } = this.#context;
    this.#failures++;
    const isTaken = failure.code === 409;
    // A watcher takes over from another without that anybody needs to know; for long it is a second program.
    if (!isTaken || this.#failures > 3) {
      onProblem(isTaken ? `another program reads what people answer to this bot: ${failure.text}` : failure.text);
    }
    const restMs = isTaken ? conflictMs : backOffMs(this.#failures, retries, random());
    await sleep(clock, Math.max(restMs, failure.afterMs ?? 0), signal);
  }

  /** Whatever does not come from a person of the chat, about a message of ours, does nothing. */
  async #take(bot: TelegramBot, press: Press): Promise<void> {
    const settings = this.#settings.find((one) => isChat(one, press));
    const id = incidentOf(press.data);
    const incident = id === undefined ? undefined : this.#context.incident(id);
    if (!settings || id === undefined || !incident || !isGenuine(press.data, bot.token, incident.thread)) return;
    if (!isAllowed(settings, press)) {
      await this.#answer(bot, press, '⛔');
      return;
    }
    if (incident.state === 'open') {
      const by = nameOf(press);
      try {
        await this.#context.acknowledge(id, by, `${press.message.chat.id}:${press.message.message_id}`);
        await this.#answer(bot, press, acknowledgedText(by, incident.language));
      } catch (error) {
        this.#context.warn(`an acknowledgement by ${by} was not agreed: ${messageOf(error)}`);
        await this.#answer(bot, press, '⚠');
      }
      return;
    }
    const by = incident.by === undefined ? '✔' : acknowledgedText(incident.by, incident.language);
    await this.#answer(bot, press, incident.state === 'acknowledged' ? by : '✔');
    await bot.api.editMessageReplyMarkup(press.message.chat.id, press.message.message_id).catch(() => undefined);
  }

  /** Shown to the person for a moment; late answers are refused, and there is nothing to be done about it. */
  async #answer(bot: TelegramBot, press: Press, text: string): Promise<void> {
    await bot.api.answerCallbackQuery(press.id, { text: text.slice(0, 200) }).catch(() => undefined);
  }
}

function isChat({ chat }: TelegramSettings, press: Press): boolean {
  const { id, username } = press.message.chat;
  return String(chat) === String(id) || (username !== undefined && isSameName(String(chat), username));
}

function isAllowed({ 'allowed-users': users }: TelegramSettings, { from }: Press): boolean {
  if (!users) return true;
  return users.some((user) =>
    typeof user === 'number' ? user === from.id : from.username !== undefined && isSameName(user, from.username),
  );
}

/** Names at Telegram do not know upper and lower case. */
function isSameName(written: string, username: string): boolean {
  return written.toLowerCase() === `@${username.toLowerCase()}`;
}

/** What people call themselves may be anything; what stands in brackets cannot be chosen freely. */
function nameOf({ from }: Press): string {
  const given = plainLine(`${from.first_name} ${from.last_name}`.replaceAll(/[()]/g, ''), nameLimit);
  const known = from.username === undefined ? String(from.id) : `@${plainLine(from.username, 40)}`;
  return `${given === '' ? 'somebody' : given} (Telegram ${known})`;
}
