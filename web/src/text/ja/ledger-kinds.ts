import type { Translation } from '../translation.ts';

export const jaLedgerKinds = {
  genesis: 'ジェネシス',
  configuration: '構成',
  membership: 'メンバー構成',
  observations: '観測',
  opinion: '意見',
  presence: '連絡状況',
  request: 'リクエスト',
  transition: '判定の変化',
  incident: 'インシデント',
  'action-intended': 'アクション予定',
  'action-assigned': 'アクション割り当て',
  'action-started': 'アクション開始',
  'action-finished': 'アクション完了',
  'uplink-switch': 'アップリンク切り替え',
  'uplink-drill': 'アップリンク訓練',
  dashboard: 'ダッシュボード',
  snooze: '通知停止',
  'on-call-override': '当番交代',
  audit: '監査',
} as const satisfies Translation['ledgerKinds'];
