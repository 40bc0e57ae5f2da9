import { describe, expect, test } from 'vitest';
import type { LedgerRecord } from '../../ledger.ts';
import { fillTemplate } from '../template.ts';
import { idRecords } from './id.ts';
import { jaRecords } from './ja.ts';
import { koRecords } from './ko.ts';
import { recordLines, recordSentences } from './record-texts.ts';
import { deedText, recordText } from './record-text.ts';
import { receiptText, updateText } from './sentence.ts';
import { recordSpeechOf } from './speech-of.ts';

const places = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(([place]) => place).toSorted();

const english = recordSpeechOf('en');
const korean = recordSpeechOf('ko');

const silent = { code: 'no-reply', text: 'no reply' };
const record = (kind: string, body: object) => ({ kind, body }) as unknown as LedgerRecord;

describe.each([
  ['ko', koRecords],
  ['ja', jaRecords],
  ['id', idRecords],
] as const)('%s', (language, texts) => {
  test('each line and sentence has the places that English has', () => {
    for (const name of Object.keys(recordLines) as (keyof typeof recordLines)[]) {
      expect([name, places(texts.lines[name])]).toEqual([name, places(recordLines[name])]);
    }
    for (const sentence of recordSentences) {
      expect([sentence, places(texts.sentences[sentence])]).toEqual([sentence, places(sentence)]);
    }
  });

  test('each sentence of the program is recognised as itself, with what stands in it', () => {
    const values = { 0: 'aaa', 1: '111', 2: 'zzz' };
    for (const sentence of recordSentences) {
      const said = receiptText(fillTemplate(sentence, values), recordSpeechOf(language));
      expect([sentence, said]).toEqual([sentence, fillTemplate(texts.sentences[sentence], values)]);
    }
  });
});

test.each([
  [
    record('opinion', { watcher: 'w1', check: 'dns', state: 'down', reason: silent }),
    'w1 holds dns for down: no reply',
    'w1 의견: dns 다운: 응답 없음',
  ],
  [
    record('transition', { check: 'dns', from: 'up', to: 'down', reason: silent, flapping: true }),
    'dns up -> down: no reply (flapping)',
    'dns 정상 → 다운: 응답 없음 (불안정)',
  ],
  [
    record('configuration', { source: { kind: 'file' }, by: 'alice' }),
    'configuration from file put in force by alice',
    '구성 적용(파일): alice',
  ],
  [
    record('action-finished', { id: '7/0', receipt: { outcome: 'done', text: 'ended with exit code 0' } }),
    'action 7/0 done: ended with exit code 0',
    '동작 7/0 완료: 종료 코드 0',
  ],
  [
    record('observations', {
      watcher: 'w1',
      opinions: Array.from({ length: 7 }, (_none, at) => ({ check: `c${at}`, state: 'up' })),
    }),
    'w1 says: c0 up, c1 up, c2 up, c3 up, c4 up and 2 more',
    'w1 의견: c0 정상, c1 정상, c2 정상, c3 정상, c4 정상 외 2건',
  ],
  [
    record('audit', {
      events: [{ by: '', what: 'sign-in', on: 'bob', from: '10.1.2.0/24', outcome: 'refused', code: 'BAD', count: 3 }],
    }),
    'somebody from 10.1.2.0/24 sign-in (bob) BAD, 3 times',
    '누군가(10.1.2.0/24) sign-in (bob) BAD, 3회',
  ],
])('an entry is one line in each language: %#', (entry, inEnglish, inKorean) => {
  expect(recordText(entry, english)).toBe(inEnglish);
  expect(recordText(entry, korean)).toBe(inKorean);
});

test('updates of an incident: the title, the reason by its code, who was told, and nobody’s own words', () => {
  const incident = { title: 'dns is down', reason: silent };
  const said = (kind: string, text: string) => updateText({ kind: kind as 'noted', text }, incident, korean);
  expect(said('opened', 'dns is down: no reply')).toBe('dns: 다운: 응답 없음');
  expect(said('status', 'monitoring')).toBe('관찰 중');
  expect(said('impact', 'The impact is major.')).toBe('영향: 중대.');
  expect(
    said('told', 'firing to ops: done. email: mx.example took the mail for 1 of 2 recipients; sms: odd answer'),
  ).toBe('ops 장애 알림: 완료. email: mx.example 서버가 수신자 2명 중 1명에게 보낼 메일을 받음; sms: odd answer');
  expect(said('noted', 'Called the provider; they see it too.')).toBe('Called the provider; they see it too.');
  expect(said('told', 'something else')).toBe('something else');
});

test('what is to be done, with its delay', () => {
  const deed = { kind: 'run', command: ['/bin/reset', 'a b'], delayMs: 5000 } as const;
  expect(deedText({ ...deed, command: [...deed.command] }, english)).toBe('run /bin/reset a b after 5s');
  expect(deedText({ kind: 'tell', receiver: 'ops', check: 'dns', message: 'firing', others: 2 }, korean)).toBe(
    'ops 알림: dns 장애 외 2건',
  );
});
