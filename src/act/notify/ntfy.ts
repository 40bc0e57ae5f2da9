import { z } from 'zod';
import type { MessageLevel } from './level.ts';
import type { OutgoingMessage } from './message.ts';
import type { Notifier } from './notifier.ts';
import { hostOf, jsonHeaders, judgeStatus, overHttp } from './over-http.ts';
import { caFile, secretFile, secretProblem, secretSource, secretVariable } from './secret-option.ts';
import { readJson } from './service-json.ts';

const options = {
  server: z
    .url({ protocol: /^https?$/ })
    .default('https://ntfy.sh')
    .describe('The address of the ntfy server.'),
  'topic-file': secretFile('the topic, which is as good as a password where it is not protected'),
  topic: z
    .string()
    .regex(
      /^([-_A-Za-z0-9]{1,64}|\$\{[A-Za-z_][A-Za-z0-9_]*\})$/,
      'expected letters, digits, - and _, at most 64, or ${NAME}, a variable of the environment',
    )
    .optional()
    .describe('Instead of the file: the topic itself, or ${NAME}, the variable of the environment that holds it.'),
  'token-file': secretFile('an access token'),
  token: secretVariable('an access token'),
  'ca-file': caFile,
};
const parsed = z.object(options);

/** Longer messages are made into a file to download, in bytes of UTF-8 (ntfy, "Limitations"). */
const messageLimitBytes = 4096;

/** A push notification by ntfy; the end takes the place of the beginning where the server knows sequences (2.16). */
export const ntfy: Notifier = {
  channel: 'ntfy',
  summary: 'A push notification by ntfy.',
  options,
  problem: (given) => secretProblem(given, 'topic', true) ?? secretProblem(given, 'token', false),
  // Sixty requests at once, then one in five seconds and visitor.
  pace: { burst: 20, everyMs: 5000 },
  destination: (given) => `a topic of ${hostOf(parsed.parse(given, { reportInput: false }).server)}`,
  async send(message, given, context) {
    const settings = parsed.parse(given, { reportInput: false });
    return await overHttp(context, settings['ca-file'], async (way) => {
      const topicSource = secretSource(settings['topic-file'], settings.topic);
      if (!topicSource) return { outcome: 'failed', text: 'ntfy needs topic-file or topic' };
      const topic = await way.confidential.read(topicSource);
      const tokenSource = secretSource(settings['token-file'], settings.token);
      const token = tokenSource && (await way.confidential.read(tokenSource));
      const headers = { ...jsonHeaders, ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) };
      const body = JSON.stringify({ topic, ...publication(message) });
      const answer = await way.request({ url: settings.server, headers, body });
      const why = answer.status < 300 ? '' : (readJson(answer, refusal)?.error ?? way.quote(answer));
      // Who may not publish may be let in again without that anything changes here.
      const judgement = { service: hostOf(settings.server), now: context.clock.now(), why, mayPass: [401, 403] };
      return judgeStatus(answer, judgement);
    });
  },
};

const refusal = z.object({ error: z.string().max(300) });

/** From 1 to 5; 3 is the usual one. */
const priorities: Readonly<Record<MessageLevel, number>> = { critical: 5, error: 4, warning: 3, fine: 3, test: 3 };
/** Short codes that ntfy shows as pictures before the title. */
const tags: Readonly<Record<MessageLevel, string>> = {
  critical: 'rotating_light',
  error: 'red_circle',
  warning: 'warning',
  fine: 'white_check_mark',
  test: 'test_tube',
};

function publication({ words, level, thread, link, links }: OutgoingMessage): object {
  const lines = words.facts.map(({ label, value }) => `${label}: ${value}`);
  return {
    title: words.headline,
    message: cutBytes(lines.join('\n'), messageLimitBytes),
    priority: priorities[level],
    tags: [tags[level]],
    sequence_id: thread,
    ...(link === undefined
      ? {}
      : { click: link, actions: links.map(({ text, url }) => ({ action: 'view', label: text, url, clear: false })) }),
  };
}

function cutBytes(text: string, limitBytes: number): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= limitBytes) return text;
  // A character that was cut in two becomes the replacement character, and goes.
  return `${bytes.toString('utf8', 0, limitBytes - 3).replace(/\ufffd+$/, '')}…`;
}
