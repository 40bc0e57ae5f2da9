import { expect, test } from 'vitest';
import { z } from 'zod';
import { systemClock } from '../../platform/index.ts';
import { startHttpServer } from '../testing/http-server.ts';
import { sampleBody } from '../testing/sample.ts';
import { renderMessage } from './message.ts';
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

test('several incidents in one message are several alerts, each with its own end', async () => {
  process.env['QW_TEST_PAGER'] = 'routing-key-0123456789abcdef0123';
  let busy = 1;
  const server = await startHttpServer((_, response) => {
    // The second event finds PagerDuty busy, once.
    response.writeHead(busy++ === 2 ? 429 : 202).end('{}');
  });
  const settings = z
    .strictObject(pagerduty.options)
    .parse({ 'routing-key': '${QW_TEST_PAGER}', 'api-root': server.url });
  const body = sampleBody();
  const message = renderMessage('1.0', { ...body, others: [{ ...body.incident, id: '13', check: 'web' }] });
  const context = {
    clock: systemClock,
    signal: new AbortController().signal,
    warn: () => {},
    delivered: new Set<string>(),
  };
  expect((await pagerduty.send(message, settings, context)).outcome).toBe('retry');
  expect((await pagerduty.send(message, settings, context)).outcome).toBe('done');
  expect((await pagerduty.acknowledged?.(message, settings, context))?.outcome).toBe('done');
  const events = server.received.map((one) => JSON.parse(one.body) as { event_action: string; dedup_key: string });
  const [first, second] = [events[0]?.dedup_key, events[1]?.dedup_key];
  expect(first).not.toBe(second);
  expect(events.map(({ event_action, dedup_key }) => [event_action, dedup_key])).toEqual([
    ['trigger', first],
    ['trigger', second],
    // What was taken is not sent again.
    ['trigger', second],
    ['acknowledge', first],
    ['acknowledge', second],
  ]);
  await server.stop();
  delete process.env['QW_TEST_PAGER'];
});
