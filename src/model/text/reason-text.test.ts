import { expect, test } from 'vitest';
import { reasonText } from './reason-text.ts';

test.each([
  ['http-status', 'status 503 is not among 200-299', '예상하지 않은 HTTP 상태 코드 503'],
  ['certificate-days', 'the certificate has 3 days left, fewer than 14', '인증서 만료까지 3일 남음'],
  ['certificate-expired', 'the certificate expired on 2026-03-28', '인증서 만료: 2026-03-28'],
  ['rtt-avg', 'average round trip 120.5 ms is above 100 ms', '평균 왕복 시간 120.5 ms, 한계값 100 ms 초과'],
  ['timeout', 'no connection within 1m30s', '제한 시간 안에 응답 없음 (1분 30초)'],
  ['timeout', 'the body did not end within 5s; 12 bytes came', '제한 시간 안에 응답 없음 (5초)'],
  ['connection-refused', 'the target refuses the connection (10.0.0.1:80)', '대상이 연결을 거부함'],
  ['watcher-silent', 'watchers w1, w2 are silent', '소식이 없는 감시자: w1, w2'],
  ['resolved-by-hand', 'maria has resolved it.', 'maria 님이 해소 처리함'],
  ['no-reply', '1 of 3 anchors answered, 2 must: no reply', '앵커 3개 중 1개 응답, 2개 필요: 응답 없음'],
])('%s: %s', (code, text, wanted) => {
  expect(reasonText({ code, text }, 'ko')).toBe(wanted);
});

test('what is not known keeps its English sentence, a known code whose figures are missing too', () => {
  expect(reasonText({ code: 'constructor', text: 'something new' }, 'ja')).toBe('something new');
  expect(reasonText({ code: 'http-status', text: 'status unclear' }, 'ja')).toBe('status unclear');
  expect(reasonText({ code: 'no-reply', text: 'no reply within 1s' }, 'en')).toBe('no reply within 1s');
});
