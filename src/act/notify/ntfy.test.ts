import { notifierSuite } from './notifier.suite.ts';
import { ntfy } from './ntfy.ts';

notifierSuite({
  notifier: ntfy,
  secrets: { QW_TEST_NTFY_TOPIC: 'topic-nobody-guesses', QW_TEST_NTFY: 'tk_token-of-ntfy' },
  options: (url) => ({ server: url, topic: '${QW_TEST_NTFY_TOPIC}', token: '${QW_TEST_NTFY}' }),
  success: { status: 200, body: { id: 'xE73Iyuabi', time: 1_673_542_291, event: 'message' } },
  refusal: { status: 400, body: { code: 40_024, http: 400, error: 'invalid request: topic invalid' } },
  busy: {
    status: 429,
    body: { code: 42_901, http: 429, error: 'limit reached: too many requests' },
  },
  markup: ['"markdown"'],
});
