import { notifierSuite } from './notifier.suite.ts';
import { pagerduty } from './pagerduty.ts';

notifierSuite({
  notifier: pagerduty,
  secrets: { QW_TEST_PAGERDUTY: 'routing-key-0123456789abcdef0123' },
  options: (url) => ({ 'routing-key': '${QW_TEST_PAGERDUTY}', 'api-root': url }),
  success: { status: 202, body: { status: 'success', message: 'Event processed', dedup_key: 'x' } },
  refusal: {
    status: 400,
    body: { status: 'invalid event', message: 'Event object is invalid', errors: ["'payload' is missing"] },
  },
  busy: { status: 429, headers: { 'retry-after': '5' }, afterMs: 5000 },
  markup: [],
});
