/** The command `slo`. */
export const jaObjectives: Readonly<Record<string, string>> = {
  'Service level objectives and their error budgets': 'サービスレベル目標とエラーバジェット',
  'All objectives with what is left of their budgets': 'すべての目標と残りのバジェット',
  'One objective with its burn rates, outages and months': '1つの目標とそのバーンレート、障害、月ごとの記録',
  'A calendar month with the certificates that prove its outages, as a folder':
    '1か月の記録と障害を証明する証明書をフォルダーに書き出す',
  'no objectives: add a section `objectives` to the configuration (docs/guide/service-levels.md)':
    '目標がありません。構成に `objectives` の節を追加してください (docs/guide/service-levels.md)',
  'such as 2026-10': '例: 2026-10',
  objective: '目標',
  goal: '目標値',
  reached: '達成',
  'budget left': '残りのバジェット',
  'burn rate': 'バーンレート',
  'fires above': '発報のしきい値',
  'long window': '長い区間',
  'short window': '短い区間',
  month: '月',
  minutes: '分',
  met: '達成',
  'at risk': '危険',
  missed: '未達',
};
