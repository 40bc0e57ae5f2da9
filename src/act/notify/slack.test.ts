import { expect, test } from 'vitest';
import { z } from 'zod';
import { systemClock } from '../../platform/index.ts';
import { startHttpServer } from '../testing/http-server.ts';
import { sampleBody } from '../testing/sample.ts';
import { renderMessage } from './message.ts';
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

test('a bot tells the end in the thread of the beginning, and changes that; a foreign handle is none', async () => {
  const server = await startHttpServer((_, response) =>
    response.end(JSON.stringify({ ok: true, channel: 'C0123456789', ts: '1503435956.000999' })),
  );
  process.env['QW_TEST_SLACK_THREAD'] = 'xoxb-token-of-the-bot';
  const given = { token: '${QW_TEST_SLACK_THREAD}', channel: '#alerts', 'api-root': server.url };
  const settings = z.strictObject(slack.options).parse(given);
  const context = {
    clock: systemClock,
    signal: new AbortController().signal,
    warn: () => {},
    delivered: new Set<string>(),
  };
  const resolved = renderMessage('2.0', sampleBody({ message: 'resolved' }));
  const earlier = 'C0123456789:1503435956.000247';
  const sent = await slack.send(resolved, settings, { ...context, earlier });
  expect(sent).toMatchObject({ outcome: 'done', handle: 'C0123456789:1503435956.000999' });
  const acknowledged = renderMessage('1.0', sampleBody(), { acknowledgedBy: 'Alice' });
  expect((await slack.acknowledged?.(acknowledged, settings, { ...context, earlier }))?.outcome).toBe('done');
  await slack.send(resolved, settings, { ...context, earlier: '../../admin:1.0' });
  const calls = server.received.map(({ url, body }) => ({ url, ...(JSON.parse(body) as Record<string, unknown>) }));
  const place = { channel: 'C0123456789', ts: '1503435956.000247' };
  expect(calls).toMatchObject([
    { url: '/chat.postMessage', channel: '#alerts', thread_ts: place.ts, reply_broadcast: true },
    { url: '/chat.update', ...place },
    { url: '/chat.update', ...place },
    { url: '/chat.postMessage', channel: '#alerts' },
  ]);
  expect(calls[3]).not.toHaveProperty('thread_ts');
  expect(JSON.stringify(calls[2])).toContain('Acknowledged by Alice');
  await server.stop();
  delete process.env['QW_TEST_SLACK_THREAD'];
});
