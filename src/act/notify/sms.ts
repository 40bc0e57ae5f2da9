import { z } from 'zod';
import type { OutgoingMessage } from './message.ts';
import type { Notifier, SendContext, SendResult } from './notifier.ts';
import { hostOf, overHttp, type HttpWay } from './over-http.ts';
import { secretFile, secretProblem, secretSource, secretVariable } from './secret-option.ts';
import { smsGateways, smsParts, type SmsPart } from './sms-gateways.ts';
import { fitSegments } from './sms-segments.ts';
import { templateOptions, templateProblem } from './template.ts';
import { sendTemplate, type TemplateRequest } from './template-request.ts';

const number = z
  .string()
  .regex(/^\+[1-9]\d{4,14}$/, 'expected a number with + and country code, such as +491701234567')
  .meta({ examples: ['+491701234567'] });
const custom = templateOptions(smsParts);

const options = {
  gateway: z
    .enum(['twilio', 'vonage', 'messagebird', 'custom'])
    .describe('Who sends it; custom is described by url, headers, format, body and success.'),
  to: z.union([number, z.array(number).min(1).max(20)]).describe('One number or several.'),
  from: z
    .string()
    .regex(/^[A-Za-z0-9+ ]{1,16}$/, 'expected a number, or at most 11 letters and digits')
    .optional()
    .describe('The sender, as the gateway knows it.'),
  account: z
    .string()
    .regex(/^[\w.-]{1,100}$/, 'expected letters, digits, _, . and -')
    .optional()
    .describe('Account SID of Twilio, API key of Vonage.'),
  'secret-file': secretFile('the auth token, API secret or access key of the gateway'),
  secret: secretVariable('the auth token, API secret or access key of the gateway'),
  segments: z.int().min(1).max(6).default(2).describe('The text is shortened to at most so many segments.'),
  ...custom,
  url: custom.url.optional().describe('Of custom; of another gateway, its address where it is not the usual one.'),
};
const parsed = z.object(options);
type Settings = z.output<typeof parsed>;

/** A text message through a gateway. */
export const sms: Notifier = {
  channel: 'sms',
  summary: 'A text message (SMS) through an HTTP gateway.',
  options,
  problem(given) {
    if (given['gateway'] === 'custom') {
      if (given['url'] === undefined) return 'expected url beside gateway: custom';
      return secretProblem(given, 'secret', false) ?? templateProblem(given);
    }
    if (given['body'] !== undefined) return 'expected body beside gateway: custom only';
    if (given['from'] === undefined) return 'expected from, the sender';
    const needsAccount = given['gateway'] !== 'messagebird';
    if (needsAccount && given['account'] === undefined) return 'expected account';
    return secretProblem(given, 'secret', true);
  },
  pace: { burst: 5, everyMs: 2000 },
  destination: (given) => numbersOf(parsed.parse(given, { reportInput: false })).join(', '),
  async send(message, given, context) {
    const settings = parsed.parse(given, { reportInput: false });
    return await overHttp(context, settings['ca-file'], (way) => sendToAll(message, settings, context, way));
  },
};

function numbersOf({ to }: Settings): readonly string[] {
  return Array.isArray(to) ? to : [to];
}

/** Whoever has it is left out when the others are tried again. */
async function sendToAll(
  message: OutgoingMessage,
  settings: Settings,
  context: SendContext,
  way: HttpWay,
): Promise<SendResult> {
  const request: TemplateRequest = settings.gateway === 'custom' ? customRequest(settings) : presetRequest(settings);
  const source = secretSource(settings['secret-file'], settings.secret);
  const secret = source === undefined ? '' : await way.confidential.read(source);
  const { account = '', from = '' } = settings;
  const basic = way.confidential.keep(Buffer.from(`${account}:${secret}`).toString('base64'));
  const fitted = fitSegments(shortText(message), settings.segments);
  const problems: SendResult[] = [];
  for (const to of numbersOf(settings)) {
    if (context.delivered.has(to)) continue;
    const values: Record<SmsPart, string> = {
      to,
      'to-digits': to.slice(1),
      from,
      text: fitted.text,
      account,
      secret,
      basic,
      coding: fitted.encoding === 'gsm-7' ? 'text' : 'unicode',
      id: `${message.id}-${to.slice(1)}`,
    };
    const result = await sendTemplate(way, request, values, context.clock.now());
    if (result.outcome === 'done') context.delivered.add(to);
    else problems.push({ ...result, text: `${to}: ${result.text}` });
  }
  const [first] = problems;
  if (!first)
    return { outcome: 'done', text: `${hostOf(request.url)} took ${fitted.segments} segments for each number` };
  const again = problems.find((problem) => problem.outcome === 'retry');
  const undelivered = context.delivered.size === 0 && problems.every((problem) => problem.undelivered);
  return { ...(again ?? first), undelivered };
}

function presetRequest({ gateway, url }: Settings): TemplateRequest {
  const preset = smsGateways[gateway as keyof typeof smsGateways];
  return { ...preset, ...(url === undefined ? {} : { url }) };
}

function customRequest(settings: Settings): TemplateRequest {
  const { url = '', method, headers, format, body, success } = settings;
  return { url, method, headers, format, body, success };
}

function shortText({ words, link }: OutgoingMessage): string {
  return link === undefined ? words.short : `${words.short} ${link}`;
}
