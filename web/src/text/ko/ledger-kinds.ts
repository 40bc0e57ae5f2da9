import type { Translation } from '../translation.ts';

export const koLedgerKinds = {
  genesis: '제네시스',
  configuration: '구성',
  membership: '구성원',
  observations: '관측',
  opinion: '의견',
  presence: '소식',
  request: '요청',
  transition: '판정 변경',
  incident: '인시던트',
  'action-intended': '동작 예정',
  'action-assigned': '동작 배정',
  'action-started': '동작 시작',
  'action-finished': '동작 완료',
  'uplink-switch': '업링크 전환',
  'uplink-drill': '업링크 훈련',
  dashboard: '대시보드',
  snooze: '알림 중지',
  'on-call-override': '당직 대신',
  audit: '감사',
} as const satisfies Translation['ledgerKinds'];
