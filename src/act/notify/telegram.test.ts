import { notifierSuite } from './notifier.suite.ts';
import { telegram } from './telegram.ts';

notifierSuite({
  notifier: telegram,
  secrets: { QW_TEST_BOT: '123456:AAtoken-of-the-bot' },
  options: (url) => ({ chat: -100_123, token: '${QW_TEST_BOT}', 'api-root': `${url}/` }),
  success: { status: 200, body: { ok: true, result: { message_id: 77, chat: { id: -100_123 } } } },
  refusal: { status: 400, body: { ok: false, error_code: 400, description: 'Bad Request: chat not found' } },
  busy: {
    status: 429,
    body: {
      ok: false,
      error_code: 429,
      description: 'Too Many Requests: retry after 35',
      parameters: { retry_after: 35 },
    },
    afterMs: 35_000,
  },
  markup: ['<script>', '<b>bold'],
});
