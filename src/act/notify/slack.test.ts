import { notifierSuite } from './notifier.suite.ts';
import { slack } from './slack.ts';

/** The text at the top, and whatever says that it is mrkdwn. */
function interpreted(body: string): string {
  const found: string[] = [];
  const look = (value: unknown) => {
    if (typeof value !== 'object' || value === null) return;
    const { type, text } = value as { type?: unknown; text?: unknown };
    if ((type === 'mrkdwn' || type === undefined) && typeof text === 'string') found.push(text);
    Object.values(value).forEach(look);
  };
  look(JSON.parse(body));
  return found.join('\n').replaceAll(/<https:\/\/watch\.example\/incidents\/12(#acknowledge)?\|/g, '');
}

const markup = ['<!channel>', '<@U0123456>', '<http', '<b>'];

notifierSuite({
  name: 'incoming webhook',
  notifier: slack,
  secrets: { QW_TEST_SLACK_URL: '{url}/services/T000/B000/hook-secret-of-slack' },
  options: () => ({ url: '${QW_TEST_SLACK_URL}' }),
  success: { status: 200, body: 'ok' },
  refusal: { status: 404, body: 'no_service' },
  busy: { status: 429, headers: { 'retry-after': '30' }, body: 'rate_limited', afterMs: 30_000 },
  markup,
  interpreted,
});

notifierSuite({
  name: 'bot',
  notifier: slack,
  secrets: { QW_TEST_SLACK_TOKEN: 'xoxb-token-of-the-bot' },
  options: (url) => ({ token: '${QW_TEST_SLACK_TOKEN}', channel: 'C0123456789', 'api-root': `${url}/api` }),
  success: { status: 200, body: { ok: true, channel: 'C0123456789', ts: '1503435956.000247' } },
  refusal: { status: 200, body: { ok: false, error: 'channel_not_found' } },
  busy: {
    status: 429,
    headers: { 'retry-after': '12' },
    body: { ok: false, error: 'ratelimited' },
    afterMs: 12_000,
  },
  markup,
  interpreted,
});
