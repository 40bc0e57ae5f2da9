import { z } from 'zod';
import type { HttpAnswer } from '../../platform/index.ts';
import type { Notifier, SendContext, SendResult } from './notifier.ts';
import type { NotifierOptions } from './notifier-options.ts';
import { hostOf, jsonHeaders, judgeStatus, overHttp, type HttpWay } from './over-http.ts';
import { caFile, secretFile, secretProblem, secretSource, secretVariable } from './secret-option.ts';
import { readJson } from './service-json.ts';
import { slackMessage } from './slack-blocks.ts';

const options = {
  'url-file': secretFile('the address of an incoming webhook'),
  url: secretVariable('the address of an incoming webhook'),
  'token-file': secretFile('the token of a bot with the scope chat:write'),
  token: secretVariable('the token of a bot with the scope chat:write'),
  channel: z
    .string()
    .regex(/^([CDG][A-Z0-9]{2,30}|#[^\s#@<>&]{1,80})$/, 'expected the id of a channel such as C0123456789, or #name')
    .optional()
    .describe('With a token: the channel, by its id or as #name.'),
  'api-root': z
    .url({ protocol: /^https?$/ })
    .default('https://slack.com/api')
    .describe('With a token: the address of the Web API.'),
  'ca-file': caFile,
};
const parsed = z.object(options);
type Settings = z.output<typeof parsed>;

/** A message in a Slack channel. With a bot's token the end is told in the thread of the beginning, which is changed too. */
export const slack: Notifier = {
  channel: 'slack',
  summary: 'A message in a Slack channel, by an incoming webhook or by a bot.',
  options,
  problem(given) {
    const byBot = (given['token-file'] ?? given['token'] ?? given['channel']) !== undefined;
    const byWebhook = (given['url-file'] ?? given['url']) !== undefined;
    if (byBot && byWebhook) return 'expected either an address (url-file or url) or a token with channel, found both';
    if (!byBot) return secretProblem(given, 'url', true);
    if (given['channel'] === undefined) return 'expected channel beside the token';
    return secretProblem(given, 'token', true);
  },
  // One message a second and channel, short bursts apart (Slack, "Rate limits").
  pace: { burst: 5, everyMs: 1000 },
  destination: (given) => parsed.parse(given, { reportInput: false }).channel ?? 'an incoming webhook',
  send: (message, given, context) =>
    withSettings(given, context, (settings, way) =>
      settings.channel === undefined
        ? postToWebhook(settings, way, context, slackMessage(message))
        : tell(new Bot(settings, settings.channel, way, context), message.level === 'fine', slackMessage(message)),
    ),
  acknowledged: (message, given, context) =>
    withSettings(given, context, async (settings, way) => {
      const place = placeOf(context.earlier);
      if (settings.channel === undefined || !place) return { outcome: 'done', text: 'what stands there stays' };
      return await new Bot(settings, settings.channel, way, context).change(place, slackMessage(message));
    }),
};

function withSettings(
  given: NotifierOptions,
  context: SendContext,
  send: (settings: Settings, way: HttpWay) => Promise<SendResult>,
): Promise<SendResult> {
  const settings = parsed.parse(given, { reportInput: false });
  return overHttp(context, settings['ca-file'], (way) => send(settings, way));
}

async function postToWebhook(
  settings: Settings,
  way: HttpWay,
  { clock }: SendContext,
  body: object,
): Promise<SendResult> {
  const source = secretSource(settings['url-file'], settings.url);
  if (!source) return { outcome: 'failed', text: 'slack needs url-file or url' };
  const url = await way.confidential.readUrl(source);
  const answer = await way.request({ url, headers: jsonHeaders, body: JSON.stringify(body) });
  const why = answer.status === 200 ? '' : way.quote(answer);
  return judgeStatus(answer, { service: hostOf(url), now: clock.now(), why });
}

/** Where a message stands: the channel's id and the message's time stamp, by which Slack knows it. */
interface Place {
  channel: string;
  ts: string;
}

function placeOf(handle: string | undefined): Place | undefined {
  const [, channel, ts] = /^([A-Z0-9]{1,40}):(\d{1,20}\.\d{1,10})$/.exec(handle ?? '') ?? [];
  return channel === undefined || ts === undefined ? undefined : { channel, ts };
}

async function tell(bot: Bot, isEnd: boolean, body: object): Promise<SendResult> {
  const place = placeOf(bot.context.earlier);
  if (!place) return await bot.post(body);
  const told = await bot.post({ ...body, thread_ts: place.ts, reply_broadcast: isEnd });
  // That the first message changes its colour as well is a courtesy: the end has been told without it.
  if (isEnd && told.outcome === 'done') await bot.change(place, body).catch(() => undefined);
  return told;
}

const botAnswer = z.object({
  ok: z.boolean(),
  error: z.string().max(200).optional(),
  channel: z.string().optional(),
  ts: z.string().optional(),
});

/** Errors of the Web API that may pass, or that somebody may correct meanwhile. */
const passingErrors: ReadonlySet<string> = new Set([
  'ratelimited',
  'rate_limited',
  'internal_error',
  'fatal_error',
  'service_unavailable',
  'request_timeout',
  'team_added_to_org',
  'not_authed',
  'invalid_auth',
  'token_expired',
  'token_revoked',
  'account_inactive',
]);

class Bot {
  readonly context: SendContext;
  readonly #settings: Settings;
  readonly #channel: string;
  readonly #way: HttpWay;

  constructor(settings: Settings, channel: string, way: HttpWay, context: SendContext) {
    this.#settings = settings;
    this.#channel = channel;
    this.#way = way;
    this.context = context;
  }

  async post(body: object): Promise<SendResult> {
    const { answer, result } = await this.#call('chat.postMessage', { channel: this.#channel, ...body });
    const said = readJson(answer, botAnswer);
    const handle = said?.channel === undefined || said.ts === undefined ? undefined : `${said.channel}:${said.ts}`;
    const isPlace = placeOf(handle) !== undefined;
    return { ...result, ...(result.outcome === 'done' && isPlace && handle !== undefined && { handle }) };
  }

  async change(place: Place, body: object): Promise<SendResult> {
    return (await this.#call('chat.update', { ...place, ...body })).result;
  }

  async #call(method: string, body: object): Promise<{ answer: HttpAnswer; result: SendResult }> {
    const source = secretSource(this.#settings['token-file'], this.#settings.token);
    const token = source === undefined ? '' : await this.#way.confidential.read(source);
    const url = `${this.#settings['api-root'].replace(/\/+$/, '')}/${method}`;
    const headers = { ...jsonHeaders, authorization: `Bearer ${token}` };
    const answer = await this.#way.request({ url, headers, body: JSON.stringify(body) });
    return { answer, result: this.#judge(answer, hostOf(url)) };
  }

  /** The Web API says most of what went wrong in a body with status 200. */
  #judge(answer: HttpAnswer, service: string): SendResult {
    const said = readJson(answer, botAnswer);
    if (answer.status !== 200 || said?.ok === true) {
      return judgeStatus(answer, { service, now: this.context.clock.now(), why: said?.error ?? '' });
    }
    if (!said) return { outcome: 'retry', text: `${service} did not answer as Slack does` };
    const error = said.error ?? 'no reason';
    const text = `${service} refused: ${error}`;
    return { outcome: passingErrors.has(error) ? 'retry' : 'failed', text, undelivered: true };
  }
}
