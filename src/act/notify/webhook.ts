import { createHmac } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { formatInstant, messageOf, type EpochMs } from '../../model/index.ts';
import { openHttpSession, readSecret, redact, type HttpAnswer, type Secret } from '../../platform/index.ts';
import type { OutgoingMessage } from './message.ts';
import { sentence, type Notifier, type SendResult } from './notifier.ts';
import { retryAfterMs } from './retry-after.ts';
import { caFile, secretFile, secretProblem, secretSource, secretVariable } from './secret-option.ts';

const timeoutMs = 10_000;
/** Nothing of the answer is used but its status. */
const answerLimitBytes = 65_536;
const secretHeader = /^(proxy-)?authorization$|^cookie$|token|secret|password|api-?key/i;
const ownHeader = /^(host|content-length|content-type|connection|transfer-encoding|x-quorumwatch-.*)$/i;

const options = {
  url: z
    .string()
    .regex(/^https?:\/\/[^\s/]+/, 'expected an http or https URL')
    .describe('Where the message is sent; ${NAME} stands for a variable of the environment.'),
  method: z.enum(['POST', 'PUT', 'PATCH']).default('POST').describe('The HTTP method.'),
  'secret-file': secretFile('the key of the signature'),
  secret: secretVariable('the key of the signature'),
  headers: z
    .record(
      z.string().regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$/, 'expected the name of a header'),
      z
        .string()
        .max(4096)
        .regex(/^[\t\u0020-\u007e\u0080-\u00ff]*$/, 'expected a header value on one line'),
    )
    .default({})
    .superRefine((headers, context) => {
      for (const [name, value] of Object.entries(headers)) {
        if (ownHeader.test(name))
          context.addIssue({ code: 'custom', message: `${name} is set by the program`, path: [name], input: value });
        if (secretHeader.test(name) && !value.includes('${'))
          context.addIssue({
            code: 'custom',
            message: 'expected ${NAME} in it: secrets are not kept here',
            path: [name],
            input: '[secret]',
          });
      }
    })
    .describe('More headers; ${NAME} stands for a variable of the environment.'),
  'ca-file': caFile,
};
const parsed = z.object(options);

/** A signed HTTP request with the message as JSON: reaches everything that no other notifier covers. */
export const webhook: Notifier = {
  channel: 'webhook',
  summary: 'A signed HTTP request with the message as JSON.',
  options,
  problem: (given) => secretProblem(given, 'secret', false),
  pace: { burst: 20, everyMs: 1000 },
  async send(message, given, context): Promise<SendResult> {
    const settings = parsed.parse(given, { reportInput: false });
    const secrets: Secret[] = [];
    const secret = async (source: Parameters<typeof readSecret>[0]) => {
      const value = await readSecret(source, context);
      if (!('text' in source) || value.reveal() !== source.text) secrets.push(value);
      return value.reveal();
    };
    let session;
    try {
      const url = await secret({ text: settings.url });
      const headers: Record<string, string> = {
        'content-type': 'application/json; charset=utf-8',
        'x-quorumwatch-id': message.id,
      };
      for (const [name, value] of Object.entries(settings.headers)) headers[name] = await secret({ text: value });
      const body = webhookBody(message);
      const key = secretSource(settings['secret-file'], settings.secret);
      if (key) Object.assign(headers, signature(await secret(key), body, context.clock.now()));
      const ca = settings['ca-file'] === undefined ? {} : { ca: await readFile(settings['ca-file'], 'utf8') };
      session = openHttpSession(ca);
      const { signal } = context;
      const request = { url, method: settings.method, headers, body, timeoutMs, limitBytes: answerLimitBytes, signal };
      return judge(new URL(url).host, await session.request(request), context.clock.now());
    } catch (error) {
      return { outcome: 'retry', text: sentence(redact(messageOf(error), secrets)) };
    } finally {
      session?.close();
    }
  },
};

/** `t` is in seconds; `v1` is HMAC-SHA256 (RFC 2104) over `t`, a dot and the body, in hex. */
function signature(key: string, body: string, now: EpochMs): Record<string, string> {
  const t = String(Math.floor(now / 1000));
  const v1 = createHmac('sha256', key).update(`${t}.${body}`).digest('hex');
  return { 'x-quorumwatch-timestamp': t, 'x-quorumwatch-signature': `t=${t},v1=${v1}` };
}

function webhookBody({ id, body, link }: OutgoingMessage): string {
  const { incident, transition } = body;
  return JSON.stringify({
    version: 1,
    id,
    message: body.message,
    incident: {
      ...incident,
      openedAt: formatInstant(incident.openedAt),
      ...(incident.resolvedAt === undefined ? {} : { resolvedAt: formatInstant(incident.resolvedAt) }),
      ...(link === undefined ? {} : { link }),
    },
    transition: { ...transition, since: formatInstant(transition.since) },
  });
}

function judge(host: string, answer: HttpAnswer, now: EpochMs): SendResult {
  const { status } = answer;
  const text = `${host} answered ${status}`;
  if (status >= 200 && status < 300) return { outcome: 'done', text };
  if (status >= 300 && status < 400) return { outcome: 'failed', text: `${text}; redirects are not followed` };
  if (status >= 400 && status < 500 && ![408, 425, 429].includes(status)) return { outcome: 'failed', text };
  const afterMs = retryAfterMs(answer.headers['retry-after'], now);
  return { outcome: 'retry', text, ...(afterMs === undefined ? {} : { afterMs }) };
}
