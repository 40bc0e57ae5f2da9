import { z } from 'zod';
import type { HttpAnswer } from '../../platform/index.ts';
import { levelColours } from './level.ts';
import type { OutgoingMessage } from './message.ts';
import type { Notifier, SendContext, SendResult } from './notifier.ts';
import type { NotifierOptions } from './notifier-options.ts';
import { hostOf, jsonHeaders, judgeStatus, overHttp, type HttpWay } from './over-http.ts';
import { caFile, secretFile, secretProblem, secretSource, secretVariable } from './secret-option.ts';
import { readJson } from './service-json.ts';

const options = {
  'url-file': secretFile('the address of the channel’s webhook'),
  url: secretVariable('the address of the channel’s webhook'),
  'ca-file': caFile,
};
const parsed = z.object(options);

/** Of an embed, in characters ("Embed Limits"): its title, one value, and all of its texts together. */
const titleLimit = 256;
const valueLimit = 1024;
const embedLimit = 6000;

/** A message in a Discord channel. The end is a message of its own, and the first one is changed. */
export const discord: Notifier = {
  channel: 'discord',
  summary: 'A message in a Discord channel, by its webhook.',
  options,
  problem: (given) => secretProblem(given, 'url', true),
  // Thirty messages a minute and webhook.
  pace: { burst: 5, everyMs: 2000 },
  destination: () => 'the webhook of a channel',
  send: (message, given, context) =>
    withWebhook(given, context, async (webhook) => {
      const sent = await webhook.post(message);
      // That the first message changes its colour as well is a courtesy: the end has been told without it.
      const isEnd = message.level === 'fine' && sent.outcome === 'done';
      if (isEnd && context.earlier !== undefined) await webhook.change(context.earlier, message).catch(() => undefined);
      return sent;
    }),
  acknowledged: (message, given, context) =>
    withWebhook(given, context, async (webhook) =>
      context.earlier === undefined
        ? { outcome: 'done', text: 'what stands there stays' }
        : await webhook.change(context.earlier, message),
    ),
};

function withWebhook(
  given: NotifierOptions,
  context: SendContext,
  send: (webhook: Webhook) => Promise<SendResult>,
): Promise<SendResult> {
  const settings = parsed.parse(given, { reportInput: false });
  return overHttp(context, settings['ca-file'], async (way) => {
    const source = secretSource(settings['url-file'], settings.url);
    if (!source) return { outcome: 'failed', text: 'discord needs url-file or url' };
    return await send(new Webhook(new URL(await way.confidential.readUrl(source)), way, context));
  });
}

const sentMessage = z.object({ id: z.string().regex(/^\d{1,25}$/) });
const refusal = z.object({
  message: z.string().max(1000).optional(),
  /** Seconds, with a fraction. */
  retry_after: z.number().min(0).max(1e6).optional(),
});

class Webhook {
  readonly #url: URL;
  readonly #way: HttpWay;
  readonly #context: SendContext;

  constructor(url: URL, way: HttpWay, context: SendContext) {
    this.#url = url;
    this.#way = way;
    this.#context = context;
  }

  async post(message: OutgoingMessage): Promise<SendResult> {
    const url = new URL(this.#url);
    // Without it Discord does not say which message it has made of this.
    url.searchParams.set('wait', 'true');
    const answer = await this.#call('POST', url, message);
    const id = readJson(answer, sentMessage)?.id;
    const result = this.#judge(answer);
    return { ...result, ...(result.outcome === 'done' && id !== undefined && { handle: id }) };
  }

  async change(handle: string, message: OutgoingMessage): Promise<SendResult> {
    const url = new URL(this.#url);
    url.pathname = `${url.pathname.replace(/\/+$/, '')}/messages/${encodeURIComponent(handle)}`;
    return this.#judge(await this.#call('PATCH', url, message));
  }

  #call(method: string, url: URL, message: OutgoingMessage): Promise<HttpAnswer> {
    const body = JSON.stringify({ embeds: [embedOf(message)], allowed_mentions: { parse: [] } });
    return this.#way.request({ url: url.href, method, headers: jsonHeaders, body });
  }

  #judge(answer: HttpAnswer): SendResult {
    const said = readJson(answer, refusal);
    const why = answer.status < 300 ? '' : this.#way.confidential.hide(said?.message ?? '');
    const result = judgeStatus(answer, { service: hostOf(this.#url.href), now: this.#context.clock.now(), why });
    // The body is more exact than the header, which has whole seconds.
    const exactMs = answer.status === 429 && said?.retry_after !== undefined ? said.retry_after * 1000 : undefined;
    return exactMs === undefined ? result : { ...result, afterMs: exactMs };
  }
}

function embedOf(message: OutgoingMessage): object {
  const { words, link, links, acknowledged, body } = message;
  const shown = links.map(({ text, url }) => `[${escapeMarkdown(text)}](<${url}>)`).join(' · ');
  const description = [acknowledged === undefined ? '' : escapeMarkdown(acknowledged), shown]
    .filter(Boolean)
    .join('\n');
  const title = cut(escapeMarkdown(words.headline), titleLimit);
  let room = embedLimit - title.length - description.length;
  const fields = words.facts.flatMap(({ label, value }) => {
    const field = {
      name: escapeMarkdown(label),
      value: cut(escapeMarkdown(value), valueLimit),
      inline: value.length <= 40,
    };
    const size = field.name.length + field.value.length;
    // Discord refuses the whole message if one fact is too many.
    if (size > room) return [];
    room -= size;
    return [field];
  });
  return {
    title,
    ...(link === undefined ? {} : { url: link }),
    color: Number.parseInt(levelColours[message.level], 16),
    ...(description === '' ? {} : { description }),
    fields,
    ...(Math.abs(body.transition.since) <= 8.64e15 && { timestamp: new Date(body.transition.since).toISOString() }),
  };
}

/** Every character that means something in Discord's Markdown, in mentions, in links or in time stamps. */
export function escapeMarkdown(text: string): string {
  return text.replaceAll(/[\\*_~|`>#@[\]()<:]|^-/g, String.raw`\$&`);
}

/** A backslash that lost its character would escape what follows. */
function cut(text: string, limit: number): string {
  if (text.length <= limit) return text;
  return `${text.slice(0, limit - 2).replace(/(?:[\ud800-\udbff]|(?<!\\)(?:\\\\)*\\)$/, '')}…`;
}
