import type { Api } from 'grammy';
import { z } from 'zod';
import { messageOf, QwError } from '../../model/index.ts';
import { openHttpSession, readSecret, redact, type HttpSession } from '../../platform/index.ts';
import { sentence, type Notifier, type SendResult } from './notifier.ts';
import { secretFile, secretProblem, secretSource, secretVariable } from './secret-option.ts';

const timeoutMs = 10_000;
const answerLimitBytes = 262_144;

const options = {
  chat: z
    .union([z.int(), z.string().regex(/^(-?\d{1,20}|@[A-Za-z][A-Za-z0-9_]{3,31})$/, 'expected a chat number or @name')])
    .describe('The number of the chat, or the @name of a public channel.'),
  'token-file': secretFile('the token of the bot'),
  token: secretVariable('the token of the bot'),
  'api-root': z
    .url({ protocol: /^https?$/ })
    .default('https://api.telegram.org')
    .describe('The address of the Bot API server, where it is not Telegram’s own.'),
};
const parsed = z.object(options);

/** A message from a Telegram bot to a chat. */
export const telegram: Notifier = {
  channel: 'telegram',
  summary: 'A message from a Telegram bot to a chat.',
  options,
  problem: (given) => secretProblem(given, 'token', true),
  // A bot may send 20 messages a minute to one group (Bot FAQ, "My bot is hitting limits").
  pace: { burst: 5, everyMs: 3000 },
  async send(message, given, context): Promise<SendResult> {
    const settings = parsed.parse(given, { reportInput: false });
    const source = secretSource(settings['token-file'], settings.token);
    if (!source) return { outcome: 'failed', text: 'telegram needs token-file or token' };
    let token;
    try {
      token = await readSecret(source, context);
    } catch (error) {
      return { outcome: 'retry', text: sentence(messageOf(error)) };
    }
    // Loaded with the first message: most watches never send one.
    const grammy = await import('grammy');
    const session = openHttpSession();
    try {
      const api = new grammy.Api(token.reveal(), {
        apiRoot: settings['api-root'].replace(/\/+$/, ''),
        fetch: boundedFetch(session, context.signal),
        timeoutSeconds: (timeoutMs + 1000) / 1000,
      });
      const extra = { parse_mode: 'HTML', link_preview_options: { is_disabled: true } } as const;
      const sent = await api.sendMessage(settings.chat, message.telegram, extra);
      return { outcome: 'done', text: `Telegram took the message as number ${sent.message_id}` };
    } catch (error) {
      if (!(error instanceof grammy.GrammyError)) {
        const cause = error instanceof grammy.HttpError ? error.error : error;
        return { outcome: 'retry', text: sentence(redact(messageOf(cause), [token])) };
      }
      const text = sentence(redact(`Telegram answered ${error.error_code}: ${error.description}`, [token]));
      // 401: the token is wrong or was replaced; whoever corrects the file still gets the message.
      const again = error.error_code === 429 || error.error_code === 401 || error.error_code >= 500;
      const afterMs = (error.parameters?.retry_after ?? 0) * 1000;
      return { outcome: again ? 'retry' : 'failed', text, ...(afterMs > 0 ? { afterMs } : {}) };
    } finally {
      session.close();
    }
  },
};

type GrammyFetch = NonNullable<NonNullable<ConstructorParameters<typeof Api>[1]>['fetch']>;

/** What grammY needs of `fetch`, with our limits: its own follows redirects and reads answers without end. */
function boundedFetch(session: HttpSession, signal: AbortSignal): GrammyFetch {
  const fetch = async (url: string, init: { method?: string; headers?: Record<string, string>; body?: string }) => {
    const { method = 'GET', headers = {}, body } = init;
    const rest = body === undefined ? {} : { body };
    const answer = await session.request({
      url,
      method,
      headers,
      ...rest,
      timeoutMs,
      limitBytes: answerLimitBytes,
      signal,
    });
    return { json: () => botAnswer(answer.body) };
  };
  return fetch as GrammyFetch;
}

const botAnswerSchema = z.union([
  z.object({ ok: z.literal(true), result: z.object({ message_id: z.int() }) }),
  z.object({
    ok: z.literal(false),
    error_code: z.int(),
    description: z.string(),
    parameters: z.object({ retry_after: z.number().min(0).optional() }).optional(),
  }),
]);

function botAnswer(body: Buffer): unknown {
  try {
    return botAnswerSchema.parse(JSON.parse(body.toString()));
  } catch {
    throw new QwError('BAD_INPUT', 'the Bot API server did not answer as one');
  }
}
