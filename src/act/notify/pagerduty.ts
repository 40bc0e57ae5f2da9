import { z } from 'zod';
import type { Severity } from '../../model/index.ts';
import type { MessageLevel } from './level.ts';
import type { OutgoingMessage } from './message.ts';
import type { Notifier, SendContext, SendResult } from './notifier.ts';
import type { NotifierOptions } from './notifier-options.ts';
import { hostOf, jsonHeaders, judgeStatus, overHttp } from './over-http.ts';
import { caFile, secretFile, secretProblem, secretSource, secretVariable } from './secret-option.ts';
import { readJson } from './service-json.ts';

const options = {
  'routing-key-file': secretFile('the integration key of the service (Events API v2)'),
  'routing-key': secretVariable('the integration key of the service (Events API v2)'),
  'api-root': z
    .url({ protocol: /^https?$/ })
    .default('https://events.pagerduty.com')
    .describe('https://events.eu.pagerduty.com for accounts in the European region.'),
  'ca-file': caFile,
};
const parsed = z.object(options);

/** Of a summary, in characters. */
const summaryLimit = 1024;

type Action = 'trigger' | 'acknowledge' | 'resolve';

/** An alert in PagerDuty: one for each incident, acknowledged and resolved with it. */
export const pagerduty: Notifier = {
  channel: 'pagerduty',
  summary: 'An alert in PagerDuty, by the Events API v2.',
  options,
  problem: (given) => secretProblem(given, 'routing-key', true),
  // 120 events a minute and integration key.
  pace: { burst: 30, everyMs: 500 },
  destination: (given) => `a service of ${hostOf(parsed.parse(given, { reportInput: false })['api-root'])}`,
  send: (message, given, context) =>
    withEvents(given, context, async (post) => {
      const action = message.level === 'fine' ? 'resolve' : 'trigger';
      for (const event of eventsOf(message, action)) {
        if (context.delivered.has(event.dedup_key)) continue;
        const result = await post(event);
        if (result.outcome !== 'done') return result;
        context.delivered.add(event.dedup_key);
        // Nobody is to be left with an alert about nothing.
        if (message.level === 'test') return await post({ ...event, event_action: 'resolve' });
      }
      return { outcome: 'done', text: `PagerDuty took the ${action}`, handle: keyOf(message.thread) };
    }),
  acknowledged: (message, given, context) =>
    withEvents(given, context, async (post) => {
      for (const { dedup_key } of eventsOf(message, 'acknowledge')) {
        const result = await post({ event_action: 'acknowledge', dedup_key });
        if (result.outcome !== 'done') return result;
      }
      return { outcome: 'done', text: 'PagerDuty took the acknowledgement' };
    }),
};

interface PagerEvent {
  event_action: Action;
  dedup_key: string;
  [more: string]: unknown;
}

function withEvents(
  given: NotifierOptions,
  context: SendContext,
  send: (post: (event: PagerEvent) => Promise<SendResult>) => Promise<SendResult>,
): Promise<SendResult> {
  const settings = parsed.parse(given, { reportInput: false });
  return overHttp(context, settings['ca-file'], async (way) => {
    const source = secretSource(settings['routing-key-file'], settings['routing-key']);
    if (!source) return { outcome: 'failed', text: 'pagerduty needs routing-key-file or routing-key' };
    const routingKey = await way.confidential.read(source);
    const url = `${settings['api-root'].replace(/\/+$/, '')}/v2/enqueue`;
    return await send(async (event) => {
      const body = JSON.stringify({ routing_key: routingKey, ...event });
      const answer = await way.request({ url, headers: jsonHeaders, body });
      const said = readJson(answer, refusal);
      const words = [said?.message, ...(said?.errors ?? [])].filter((word) => word !== undefined).join(', ');
      const why = answer.status < 300 ? '' : way.confidential.hide(words);
      return judgeStatus(answer, { service: hostOf(url), now: context.clock.now(), why });
    });
  });
}

const refusal = z.object({
  message: z.string().max(500).optional(),
  errors: z.array(z.string().max(500)).max(10).optional(),
});

const severities: Readonly<Record<MessageLevel, Severity | 'info'>> = {
  critical: 'critical',
  error: 'error',
  warning: 'warning',
  fine: 'info',
  test: 'info',
};

/** One event for each incident of the message: each ends by itself, under its own key. */
function eventsOf(message: OutgoingMessage, action: Action): PagerEvent[] {
  const { body, words, link, links, level, others } = message;
  const common = { event_action: action, client: 'Quorumwatch', ...(link === undefined ? {} : { client_url: link }) };
  const hrefs = links.map(({ text, url }) => ({ href: url, text }));
  const timestamp = isoTime(body.incident.openedAt);
  const first: PagerEvent = {
    ...common,
    dedup_key: keyOf(message.thread),
    ...(hrefs.length > 0 && { links: hrefs }),
    payload: {
      summary: words.headline.slice(0, summaryLimit),
      source: body.incident.check,
      severity: severities[level],
      ...timestamp,
      component: body.incident.check,
      ...(body.transition.reason && { class: body.transition.reason.code }),
      custom_details: Object.fromEntries(words.facts.map(({ label, value }) => [label, value])),
    },
  };
  return [
    first,
    ...others.map(({ thread, title, incident }) => ({
      ...common,
      dedup_key: keyOf(thread),
      payload: {
        summary: title.slice(0, summaryLimit),
        source: incident.check,
        severity: severities[level],
        ...isoTime(incident.openedAt),
        component: incident.check,
      },
    })),
  ];
}

function keyOf(thread: string): string {
  return `quorumwatch-${thread}`;
}

function isoTime(at: number): { timestamp?: string } {
  return Math.abs(at) <= 8.64e15 ? { timestamp: new Date(at).toISOString() } : {};
}
