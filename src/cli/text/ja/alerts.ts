/** The command `alert`. */
export const jaAlerts: Readonly<Record<string, string>> = {
  'Alerting policies, now and over the past': 'アラートポリシーの現在と過去',
  'All policies with their state': 'すべてのポリシーとその状態',
  'One policy with its resources': '1 つのポリシーとそのリソース',
  'Incidents that the policies of a file would have opened in the past':
    'ファイルのポリシーが過去に開いたはずのインシデント',
  'one policy, a list of them, or a whole configuration': 'ポリシー 1 つ、その一覧、または構成全体',
  policy: 'ポリシー',
  severity: '重大度',
  firing: '発報',
  incidents: 'インシデント',
  'evaluated (UTC)': '評価 (UTC)',
  resource: 'リソース',
  incident: 'インシデント',
  opinions: '意見',
  'seen here': 'ここで見えるもの',
  'from (UTC)': '開始 (UTC)',
  'to (UTC)': '終了 (UTC)',
  told: '通知先',
  'such as 6h for so long ago, or 2026-01-31T12:00:00Z; a week ago by default':
    '例: 6h(6 時間前)、または 2026-01-31T12:00:00Z。既定は 1 週間前',
};
