import { expect, test } from 'vitest';
import { z } from 'zod';
import { http } from './http.ts';
import { notifierSuite } from './notifier.suite.ts';

notifierSuite({
  name: 'JSON',
  notifier: http,
  secrets: { QW_TEST_HTTP: 'secret of the "template"' },
  options: (url) => ({
    url: `${url}/push/\${incident}?title=\${title}`,
    headers: { 'X-Api-Key': '${QW_TEST_HTTP}' },
    body: '{"title": "${headline}", "text": "${text}", "secret": "${QW_TEST_HTTP}", "number": ${incident}}',
    success: { 'json-path': '$.ok', equals: true },
  }),
  success: { status: 200, body: { ok: true } },
  refusal: { status: 422, body: { ok: false } },
  busy: { status: 429, headers: { 'retry-after': '3' }, afterMs: 3000 },
  markup: [],
});

notifierSuite({
  name: 'XML',
  notifier: http,
  secrets: { QW_TEST_HTTP: 'secret-of-the-template' },
  options: (url) => ({
    url,
    format: 'xml',
    headers: { Authorization: 'Bearer ${QW_TEST_HTTP}' },
    body: '<alarm level="${level}"><title>${headline}</title><check>${check}</check></alarm>',
  }),
  success: { status: 204 },
  refusal: { status: 400, body: '<error/>' },
  busy: { status: 429, headers: { 'retry-after': '3' }, afterMs: 3000 },
  markup: ['<b>', '<script>'],
});

const problems = (given: object) => {
  const read = z.strictObject(http.options).safeParse({ url: 'https://a.example/x', ...given });
  if (!read.success) return read.error.issues.map((issue) => issue.message);
  return [http.problem?.(read.data)].filter((problem) => problem !== undefined);
};

test('what is written down wrongly is found before it is needed', () => {
  expect(problems({ body: '{"a": "${headlin}"}' })[0]).toContain(
    'expected a part of the message, did you mean headline?',
  );
  expect(problems({ body: '{"a": ${headline}x}' })[0]).toContain('expected a body that is JSON');
  expect(problems({ url: 'https://${check}.example/x' })[0]).toContain(
    'whose host is not made of parts of the message',
  );
  expect(problems({ headers: { Authorization: 'Bearer plain' } })).toEqual([
    'expected ${NAME} in it: secrets are not kept here',
  ]);
  expect(problems({ success: { 'json-path': '$[' } })[0]).toContain('expected a JSONPath');
  expect(problems({ success: { equals: 1 } })).toEqual(['expected json-path beside equals']);
  expect(problems({ url: '${WEBHOOK_URL}', body: '{"a": "${headline}", "b": [${incident}]}' })).toEqual([]);
});
