import type { Api } from 'grammy';
import { z } from 'zod';
import { messageOf, QwError, type Milliseconds } from '../../model/index.ts';
import { HttpUnanswered, openHttpSession, type HttpSession, type SecretSource } from '../../platform/index.ts';
import { Confidential } from './confidential.ts';
import { sentence, type SendContext, type SendResult } from './notifier.ts';

const timeoutMs = 10_000;
const answerLimitBytes = 1_048_576;

export interface TelegramBot {
  api: Api;
  /** A secret: never part of a text. */
  token: string;
}

export interface BotSettings {
  apiRoot: string;
  token: SecretSource;
  /** How long the server may think about a request on purpose; 0 by default. */
  pollMs?: Milliseconds;
}

/** What went wrong between a bot and its server. */
export interface BotFailure extends SendResult {
  outcome: 'retry' | 'failed';
  /** Of the Bot API: 409 for a second reader, 429 for too many requests. */
  code?: number;
}

/** Runs one piece of work with a bot; whatever breaks in it is a failure whose text holds no token. */
export async function withBot<Result>(
  settings: BotSettings,
  context: Pick<SendContext, 'signal' | 'warn'>,
  work: (bot: TelegramBot) => Promise<Result>,
): Promise<Result | BotFailure> {
  const confidential = new Confidential(context.warn);
  const session = openHttpSession();
  // Loaded with the first message: most watches never send one.
  const grammy = await import('grammy');
  let asked = false;
  try {
    const token = await confidential.read(settings.token);
    asked = true;
    const longestMs = timeoutMs + (settings.pollMs ?? 0);
    const api = new grammy.Api(token, {
      apiRoot: settings.apiRoot.replace(/\/+$/, ''),
      fetch: boundedFetch(session, context.signal, longestMs),
      timeoutSeconds: (longestMs + 1000) / 1000,
    });
    return await work({ api, token });
  } catch (error) {
    if (!(error instanceof grammy.GrammyError)) {
      const cause = error instanceof grammy.HttpError ? error.error : error;
      const undelivered = !asked || (cause instanceof HttpUnanswered && cause.unsent);
      return { outcome: 'retry', text: sentence(confidential.hide(messageOf(cause))), undelivered };
    }
    const code = error.error_code;
    const text = sentence(confidential.hide(`Telegram answered ${code}: ${error.description}`));
    // 401: the token is wrong or was replaced; whoever corrects the file still gets the message.
    const again = code === 429 || code === 401 || code >= 500;
    const afterMs = (error.parameters?.retry_after ?? 0) * 1000;
    const outcome = again ? 'retry' : 'failed';
    return { outcome, text, code, undelivered: code < 500, ...(afterMs > 0 ? { afterMs } : {}) };
  } finally {
    session.close();
  }
}

type GrammyFetch = NonNullable<NonNullable<ConstructorParameters<typeof Api>[1]>['fetch']>;

/** What grammY needs of `fetch`, with our limits: its own follows redirects and reads answers without end. */
function boundedFetch(session: HttpSession, signal: AbortSignal, longestMs: Milliseconds): GrammyFetch {
  const fetch = async (url: string, init: { method?: string; headers?: Record<string, string>; body?: string }) => {
    const { method = 'GET', headers = {}, body } = init;
    const rest = body === undefined ? {} : { body };
    const limits = { timeoutMs: longestMs, limitBytes: answerLimitBytes, signal };
    const answer = await session.request({ url, method, headers, ...rest, ...limits });
    return { json: () => botAnswer(answer.body) };
  };
  return fetch as GrammyFetch;
}

const botAnswerSchema = z.union([
  z.object({ ok: z.literal(true), result: z.unknown() }),
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
