import fc from 'fast-check';
import { expect, test } from 'vitest';
import { languages } from '../../model/index.ts';
import { sampleBody } from '../testing/sample.ts';
import { partsOf } from './message-parts.ts';
import { renderMessage } from './message.ts';

test('all of a mail is in the language of its receiver, and it is the same message', () => {
  const english = renderMessage('1.0', sampleBody(), { pageUrl: 'https://watch.example' });
  const korean = renderMessage('1.0', sampleBody(), { pageUrl: 'https://watch.example', language: 'ko' });
  expect(korean.id).toBe(english.id);
  expect(korean.thread).toBe(english.thread);
  expect(korean.subject).toBe('[장애] google-dns: 다운');
  expect(korean.html).toContain('<html lang="ko">');
  expect(korean.html).toContain('<a href="https://watch.example/incidents/12">인시던트 열기</a>');
  const words = korean.text.replaceAll(/google-dns|https:\S+|UTC/g, '');
  expect(words).not.toMatch(/[A-Za-z]{2}/);
});

test('in every language markup is escaped and Telegram’s limit is kept', () => {
  const text = fc.string({ unit: 'binary', maxLength: 2000 });
  fc.assert(
    fc.property(fc.constantFrom(...languages), text, fc.array(text, { maxLength: 30 }), (language, title, affected) => {
      const body = sampleBody();
      const incident = { ...body.incident, title: `<i>${title}`, affected };
      const message = renderMessage('1.0', { ...body, incident }, { language });
      expect(message.telegram.replaceAll(/&#?\w+;/g, '.').length).toBeLessThan(4096);
      expect(message.telegram.replaceAll(/<\/?b>/g, '')).not.toMatch(/[<>]/);
      expect(message.html).not.toContain('<i>');
    }),
  );
});

test('templates give the reason in the language of the receiver too', () => {
  expect(partsOf(renderMessage('1.0', sampleBody(), { language: 'ja' }))).toMatchObject({
    reason: '応答なし（1 秒）',
    'reason-code': 'no-reply',
    verdict: 'down',
  });
  expect(partsOf(renderMessage('1.0', sampleBody())).reason).toBe('no reply within 1s');
});
