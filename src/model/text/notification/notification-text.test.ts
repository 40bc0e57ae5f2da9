import fc from 'fast-check';
import { expect, test } from 'vitest';
import { notificationKinds, type NotificationBody } from '../../ledger.ts';
import { languages, type Language } from '../language.ts';
import { acknowledgedText, notificationText, testText } from './notification-text.ts';

const openedAt = Date.UTC(2026, 2, 28, 21);

function bodyOf(given: Partial<NotificationBody> = {}): NotificationBody {
  return {
    receiver: 'ops',
    message: 'firing',
    incident: { id: '12', check: 'google-dns', title: 'google-dns is down', impact: 'major', openedAt, affected: [] },
    transition: {
      from: 'up',
      to: 'down',
      since: openedAt,
      reason: { code: 'no-reply', text: 'no reply within 1s' },
    },
    ...given,
  };
}

const lines = (body: NotificationBody, language: Language) =>
  notificationText(body, language).facts.map(({ label, value }) => `${label}: ${value}`);

test('English says what it always said', () => {
  const text = notificationText(bodyOf(), 'en');
  expect(text.headline).toBe('FIRING: google-dns is down');
  expect(text.subject).toBe('[FIRING] google-dns is down');
  expect(text.short).toBe('FIRING: google-dns is down, 2026-03-28 21:00:00 UTC, no reply within 1s');
  expect(lines(bodyOf(), 'en')).toEqual([
    'Check: google-dns',
    'Verdict: down (was up)',
    'Since: 2026-03-28 21:00:00 UTC',
    'Reason: no reply within 1s',
    'Impact: major',
    'Incident: 12',
  ]);
});

test('Korean, Japanese and Indonesian say it in their words, names stay', () => {
  expect(notificationText(bodyOf(), 'ko').headline).toBe('장애: google-dns: 다운');
  expect(lines(bodyOf(), 'ko')).toEqual([
    '점검: google-dns',
    '판정: 다운 (이전: 정상)',
    '시작 시각: 2026. 3. 28. 21:00:00 UTC',
    '원인: 응답 없음 (1초)',
    '영향: 중대',
    '인시던트: 12',
  ]);
  expect(notificationText(bodyOf({ message: 'resolved' }), 'ja').subject).toBe('[復旧] google-dns: ダウン');
  expect(lines(bodyOf(), 'id')[3]).toBe('Penyebab: tidak ada balasan (1 detik)');
});

test('resolved says how long it lasted and what the reason was then', () => {
  const { incident } = bodyOf();
  const body = bodyOf({
    message: 'resolved',
    incident: {
      ...incident,
      resolvedAt: openedAt + 754_321,
      reason: { code: 'loss-percent', text: 'loss 100 % is above 60 %' },
    },
    transition: { from: 'down', to: 'up', since: openedAt + 754_321 },
  });
  expect(lines(body, 'ko')).toContain('장애 지속 시간: 12분 34초');
  expect(lines(body, 'ko')).toContain('당시 원인: 손실률 100 %, 한계값 60 % 초과');
  expect(lines(body, 'en')).toContain('Reason then: loss 100 % is above 60 %');
});

test('what routing and policies add is said as well', () => {
  const { incident } = bodyOf();
  const body = bodyOf({
    message: 'escalated',
    incident: {
      ...incident,
      title: 'Disk is nearly full',
      severity: 'critical',
      resource: { site: 'seoul', disk: 'sda' },
      documentation: { content: 'Call **Maria**.\nThen look.', runbook: 'https://wiki.example/disk' },
      assigned: { to: 'maria', by: 'kim', at: openedAt },
    },
    others: [{ id: '13', check: 'web', title: 'web is degraded', impact: 'minor', openedAt }],
    escalation: { name: 'night', step: 2 },
    rota: 'week',
  });
  expect(notificationText(body, 'id').headline).toBe('ESKALASI: Disk is nearly full dan 1 lainnya');
  expect(lines(body, 'ja')).toEqual(
    expect.arrayContaining([
      '重大度: 重大',
      'リソース: site=seoul, disk=sda',
      'このメッセージに含まれる他の障害: web: 低下',
      'エスカレーション: night、第 2 段階',
      '当番表: week',
      '対応方法: Call **Maria**. Then look.',
      'ランブック: https://wiki.example/disk',
    ]),
  );
  expect(lines(body, 'en')).toContain('Assigned: to maria, by kim');
});

test('a drill, a test and an acknowledgement have their sentences', () => {
  const { incident } = bodyOf();
  const title = 'google-dns is failed on purpose: a drill by operator maria';
  expect(notificationText(bodyOf({ incident: { ...incident, title } }), 'ko').title).toBe(
    'google-dns: operator maria 님의 훈련으로 일부러 중단됨',
  );
  expect(notificationText(bodyOf(), 'ko', 'test').headline).toBe('시험: google-dns: 다운');
  expect(testText('id')).toBe('pesan uji coba, tidak terjadi apa-apa');
  expect(acknowledgedText('maria\n', 'ja')).toBe('maria さんが確認しました');
});

test('in every language whatever the names are: single lines, bounded, no mark that turns the writing', () => {
  const text = fc.string({ unit: 'binary', maxLength: 2000 });
  fc.assert(
    fc.property(
      fc.constantFrom(...languages),
      fc.constantFrom(...notificationKinds),
      text,
      text,
      fc.array(text, { maxLength: 30 }),
      (language, message, title, reason, affected) => {
        const { incident, transition } = bodyOf();
        const body = bodyOf({
          message,
          incident: { ...incident, title, check: title.slice(0, 100), affected },
          transition: { ...transition, reason: { code: 'http-status', text: reason } },
        });
        const said = notificationText(body, language);
        const all = [said.headline, said.subject, said.short, ...said.facts.map((fact) => fact.value)];
        // oxlint-disable-next-line no-control-regex
        expect(all.filter((line) => /[\u0000-\u001f\u007f\u202a-\u202e\u2066-\u2069]/.test(line))).toEqual([]);
        expect(said.subject.length).toBeLessThan(260);
        expect(all.join('').length).toBeLessThan(6000);
      },
    ),
  );
});
