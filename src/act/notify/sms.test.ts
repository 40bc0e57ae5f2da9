import { expect, test } from 'vitest';
import { notifierSuite } from './notifier.suite.ts';
import { sms } from './sms.ts';

const secrets = { QW_TEST_SMS: 'auth-token-of-the-gateway' };
const common = { to: '+491701234567', from: 'Watch', secret: '${QW_TEST_SMS}' };

notifierSuite({
  name: 'Twilio',
  notifier: sms,
  secrets,
  options: (url) => ({
    ...common,
    gateway: 'twilio',
    account: 'AC0123456789',
    url: `${url}/2010-04-01/Accounts/\${account}/Messages.json`,
  }),
  success: { status: 201, body: { sid: 'SM1', status: 'queued', error_code: null } },
  refusal: { status: 400, body: { code: 21_211, message: "The 'To' number is not valid.", status: 400 } },
  busy: { status: 429, body: { code: 20_429, message: 'Too Many Requests', status: 429 } },
  markup: ['&To=', '\r\n'],
});

notifierSuite({
  name: 'Vonage',
  notifier: sms,
  secrets,
  options: (url) => ({ ...common, gateway: 'vonage', account: 'abcd1234', url: `${url}/sms/json` }),
  success: {
    status: 200,
    body: { 'message-count': '1', messages: [{ to: '491701234567', 'message-id': '0C', status: '0' }] },
  },
  refusal: { status: 422, body: { title: 'invalid' } },
  busy: { status: 200, body: { 'message-count': '1', messages: [{ status: '1', 'error-text': 'Throttled' }] } },
  markup: ['&to=x', '\r\n'],
});

notifierSuite({
  name: 'MessageBird',
  notifier: sms,
  secrets,
  options: (url) => ({ ...common, gateway: 'messagebird', url: `${url}/messages` }),
  success: { status: 201, body: { id: '49e4', recipients: { totalSentCount: 1 } } },
  refusal: { status: 422, body: { errors: [{ code: 9, description: 'no (correct) recipients found' }] } },
  busy: { status: 429, headers: { 'retry-after': '4' }, afterMs: 4000 },
  markup: ['\r\n'],
});

notifierSuite({
  name: 'custom',
  notifier: sms,
  secrets,
  options: (url) => ({
    to: '+491701234567',
    gateway: 'custom',
    url: `${url}/send?key=\${QW_TEST_SMS}`,
    format: 'form',
    body: 'number=${to}&message=${text}',
    success: { 'json-path': '$.result', equals: 'OK' },
  }),
  success: { status: 200, body: { result: 'OK' } },
  refusal: { status: 410, body: 'gone' },
  busy: { status: 425 },
  markup: ['&number=x'],
});

test('says what is missing for which gateway', () => {
  const problem = (given: object) => sms.problem?.({ to: '+491', ...given });
  expect(problem({ gateway: 'custom' })).toBe('expected url beside gateway: custom');
  expect(problem({ gateway: 'twilio', from: 'x' })).toBe('expected account');
  expect(problem({ gateway: 'vonage', from: 'x', account: 'y' })).toBe('expected secret-file or secret');
  expect(problem({ gateway: 'messagebird', from: 'x', secret: '${A}' })).toBeUndefined();
  expect(problem({ gateway: 'messagebird', secret: '${A}' })).toBe('expected from, the sender');
  expect(problem({ gateway: 'twilio', body: 'x' })).toBe('expected body beside gateway: custom only');
});
