import { createHmac } from 'node:crypto';
import { z } from 'zod';
import { formatInstant, type EpochMs, type SharedIncident } from '../../model/index.ts';
import type { OutgoingMessage } from './message.ts';
import type { Notifier, SendResult } from './notifier.ts';
import { hostOf, jsonHeaders, judgeStatus, overHttp } from './over-http.ts';
import { caFile, secretFile, secretProblem, secretSource, secretVariable } from './secret-option.ts';
import { headersOption } from './template.ts';

const options = {
  url: z
    .string()
    .regex(/^https?:\/\/[^\s/]+/, 'expected an http or https URL')
    .describe('Where the message is sent; ${NAME} stands for a variable of the environment.'),
  method: z.enum(['POST', 'PUT', 'PATCH']).default('POST').describe('The HTTP method.'),
  'secret-file': secretFile('the key of the signature'),
  secret: secretVariable('the key of the signature'),
  headers: headersOption,
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
  destination: (given) => hostOf(parsed.parse(given, { reportInput: false }).url),
  async send(message, given, context): Promise<SendResult> {
    const settings = parsed.parse(given, { reportInput: false });
    return await overHttp(context, settings['ca-file'], async ({ confidential, request }) => {
      const url = await confidential.fill(settings.url);
      const headers: Record<string, string> = { ...jsonHeaders, 'x-quorumwatch-id': message.id };
      for (const [name, value] of Object.entries(settings.headers)) headers[name] = await confidential.fill(value);
      const body = webhookBody(message);
      const key = secretSource(settings['secret-file'], settings.secret);
      if (key) Object.assign(headers, signature(await confidential.read(key), body, context.clock.now()));
      const answer = await request({ url, method: settings.method, headers, body });
      return judgeStatus(answer, { service: hostOf(url), now: context.clock.now() });
    });
  },
};

/** `t` is in seconds; `v1` is HMAC-SHA256 (RFC 2104) over `t`, a dot and the body, in hex. */
function signature(key: string, body: string, now: EpochMs): Record<string, string> {
  const t = String(Math.floor(now / 1000));
  const v1 = createHmac('sha256', key).update(`${t}.${body}`).digest('hex');
  return { 'x-quorumwatch-timestamp': t, 'x-quorumwatch-signature': `t=${t},v1=${v1}` };
}

function webhookBody({ id, body, link, level }: OutgoingMessage): string {
  const { incident, transition, others, group, rota, escalation } = body;
  return JSON.stringify({
    version: 1,
    id,
    message: body.message,
    ...(level === 'test' && { test: true }),
    incident: {
      ...shown(incident),
      ...(incident.assigned && { assigned: { ...incident.assigned, at: formatInstant(incident.assigned.at) } }),
      ...(link === undefined ? {} : { link }),
    },
    transition: { ...transition, since: formatInstant(transition.since) },
    ...(others && { others: others.map(shown) }),
    ...(group && { group }),
    ...(rota === undefined ? {} : { rota }),
    ...(escalation && { escalation }),
  });
}

function shown<Shown extends Pick<SharedIncident, 'openedAt' | 'resolvedAt'>>(incident: Shown) {
  return {
    ...incident,
    openedAt: formatInstant(incident.openedAt),
    ...(incident.resolvedAt === undefined ? {} : { resolvedAt: formatInstant(incident.resolvedAt) }),
  };
}
