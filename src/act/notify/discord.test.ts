import { expect, test } from 'vitest';
import { discord, escapeMarkdown } from './discord.ts';
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
