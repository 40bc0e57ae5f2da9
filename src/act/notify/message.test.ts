import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sampleBody } from '../testing/sample.ts';
import { renderMessage } from './message.ts';

test('says what, since when, why and where to look', () => {
  const body = sampleBody();
  const affected = Array.from({ length: 12 }, (_, i) => `web-${i}`);
  const message = renderMessage(
    '1.0',
    { ...body, incident: { ...body.incident, affected } },
    { pageUrl: 'https://watch.example' },
  );
  expect(message.subject).toBe('[FIRING] google-dns is down');
  expect(message.text).toBe(`FIRING: google-dns is down

Check: google-dns
Verdict: down (was up)
Since: 2026-03-28 21:00:00 UTC
Reason: no reply within 1s
Impact: major
Also affected: ${affected.slice(0, 10).join(', ')} and 2 more
Incident: 12

https://watch.example/incidents/12
`);
});

test('resolved says how long it lasted', () => {
  const body = sampleBody({ message: 'resolved' });
  const incident = { ...body.incident, resolvedAt: body.incident.openedAt + 754_321 };
  const { text } = renderMessage('2.0', {
    ...body,
    incident,
    transition: { from: 'down', to: 'up', since: incident.resolvedAt },
  });
  expect(text).toContain('RESOLVED: google-dns is down\n');
  expect(text).toContain(
    'Verdict: up (was down)\nSince: 2026-03-28 21:12:34 UTC\nIncident lasted: 12m34s\nReason then: no reply',
  );
  expect(text).not.toContain('http');
});

test('a message that another watcher had begun to send says so, and stays the same message', () => {
  const first = renderMessage('1.0', sampleBody());
  const again = renderMessage('1.0', sampleBody({ begunBy: 'office-1' }));
  expect(again.text).toContain('Sent again: office-1 was lost while sending; this may have come already\n');
  expect(first.text).not.toContain('Sent again');
  expect(again.id).toBe(first.id);
});

test('the same id on every try; another for another ledger, receiver or message', () => {
  const id = (body = sampleBody(), intent = '1.0') => renderMessage(intent, body).id;
  const other = sampleBody();
  const ids = [
    id(),
    id(sampleBody(), '2.0'),
    id(sampleBody({ receiver: 'boss' })),
    id(sampleBody({ message: 'resolved' })),
  ];
  ids.push(id({ ...other, incident: { ...other.incident, openedAt: 1 } }));
  expect(id()).toBe(ids[0]);
  expect(new Set(ids).size).toBe(ids.length);
});

test('whatever the names are, subjects are one line, texts bounded and markup escaped', () => {
  const text = fc.string({ unit: 'binary', maxLength: 2000 });
  fc.assert(
    fc.property(text, text, fc.array(text, { maxLength: 30 }), (title, reason, affected) => {
      const body = sampleBody();
      const incident = { ...body.incident, title: `<i>${title}`, affected };
      const message = renderMessage('1.0', {
        ...body,
        incident,
        transition: { ...body.transition, reason: { code: 'x', text: reason } },
      });
      expect(message.subject).not.toMatch(/[\u0000-\u001f\u007f\u202a-\u202e]/);
      expect(message.subject.length).toBeLessThan(250);
      expect(message.telegram.replaceAll(/&\w+;/g, '.').length).toBeLessThan(4096);
      expect(message.telegram.replaceAll(/<\/?b>/g, '')).not.toMatch(/[<>]/);
      expect(message.html).not.toContain('<i>');
    }),
  );
});

test('where people outside reach the page there is a place to acknowledge, until it is over or somebody has', () => {
  const urls = (body = sampleBody(), more = {}) =>
    renderMessage('1.0', body, { pageUrl: 'https://watch.example', isPublic: true, ...more }).links.map(
      ({ url }) => url,
    );
  const page = 'https://watch.example/incidents/12';
  expect(urls()).toEqual([page, `${page}#acknowledge`]);
  expect(urls(sampleBody(), { isPublic: false })).toEqual([page]);
  expect(urls(sampleBody({ message: 'resolved' }))).toEqual([page]);
  expect(urls(sampleBody(), { acknowledgedBy: 'Alice' })).toEqual([page]);
  expect(urls(sampleBody(), { isTest: true })).toEqual([]);
});

test('Telegram gets as many facts as it takes', () => {
  const body = sampleBody();
  const long = 'x'.repeat(5000);
  const incident = {
    ...body.incident,
    title: long,
    check: long,
    affected: Array.from({ length: 20 }, () => long),
    resource: { label: long },
    documentation: { content: long, runbook: long },
    assigned: { to: long, by: long, at: 0 },
  };
  const others = Array.from({ length: 20 }, () => incident);
  const transition = { ...body.transition, reason: { code: 'x', text: long } };
  const message = renderMessage('1.0', { ...body, incident, others, transition, rota: long, begunBy: long });
  const parsed = message.telegram.replaceAll(/<[^>]+>/g, '');
  expect(parsed.length).toBeLessThanOrEqual(4096);
  expect(parsed.length).toBeGreaterThan(3500);
  expect(parsed).toContain('Check: x');
});
