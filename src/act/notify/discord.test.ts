import { expect, test } from 'vitest';
import { z } from 'zod';
import { systemClock } from '../../platform/index.ts';
import { startHttpServer } from '../testing/http-server.ts';
import { sampleBody } from '../testing/sample.ts';
import { discord, escapeMarkdown } from './discord.ts';
import { renderMessage } from './message.ts';
import { notifierSuite } from './notifier.suite.ts';

notifierSuite({
  notifier: discord,
  secrets: { QW_TEST_DISCORD: '{url}/api/webhooks/987654321098765432/token-of-the-webhook' },
  options: () => ({ url: '${QW_TEST_DISCORD}' }),
  success: { status: 200, body: { id: '1234567890123456789', channel_id: '1' } },
  refusal: { status: 404, body: { message: 'Unknown Webhook', code: 10015 } },
  busy: {
    status: 429,
    headers: { 'retry-after': '1' },
    body: { message: 'You are being rate limited.', retry_after: 0.652, global: false },
    afterMs: 652,
  },
  markup: ['"@everyone', ' @everyone', '<@U0123456>', '](http:', '**strong**', ' `code`'],
});

test('a character of Markdown stays one, and a cut leaves none half escaped', () => {
  expect(escapeMarkdown('a_b *c* <@1> [x](y) `z`')).toBe(String.raw`a\_b \*c\* \<\@1\> \[x\]\(y\) \`z\``);
});

test('an embed stays within what Discord takes, however long everything is', async () => {
  const server = await startHttpServer((_, response) => response.end('{"id": "1"}'));
  process.env['QW_TEST_DISCORD_LONG'] = `${server.url}/api/webhooks/1/x`;
  const long = '*'.repeat(5000);
  const body = sampleBody();
  const incident = {
    ...body.incident,
    title: long,
    check: long,
    affected: Array.from({ length: 20 }, () => long),
    resource: { label: long },
    documentation: { content: long },
  };
  const others = Array.from({ length: 20 }, () => incident);
  const message = renderMessage('1.0', { ...body, incident, others }, { pageUrl: 'https://watch.example' });
  const settings = z.strictObject(discord.options).parse({ url: '${QW_TEST_DISCORD_LONG}' });
  const signal = new AbortController().signal;
  await discord.send(message, settings, { clock: systemClock, signal, warn: () => {}, delivered: new Set() });
  const sent = JSON.parse(server.received[0]?.body ?? '') as {
    embeds: { title: string; description: string; fields: { name: string; value: string }[] }[];
  };
  const [embed] = sent.embeds;
  const texts = [
    embed?.title,
    embed?.description,
    ...(embed?.fields ?? []).flatMap(({ name, value }) => [name, value]),
  ];
  expect(texts.join('').length).toBeLessThanOrEqual(6000);
  expect(embed?.title.length).toBeLessThanOrEqual(256);
  expect(embed?.fields.length).toBeLessThanOrEqual(25);
  expect(embed?.fields.map(({ name }) => name)).toContain('Incident');
  // No cut has left a backslash without its character.
  for (const text of texts) expect(text?.replaceAll(/\\./g, '')).not.toContain('\\');
  await server.stop();
  delete process.env['QW_TEST_DISCORD_LONG'];
});
