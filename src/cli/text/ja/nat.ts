/** The command `nat`. */
export const jaNat: Readonly<Record<string, string>> = {
  'Address translation: what became of connections, and who found no port':
    'アドレス変換: 接続が何に変わったか、誰がポートを得られなかったか',
  'What was translated and what was refused, newest first': '変換されたものと拒否されたもの、新しい順',
  'only what was refused': '拒否されたものだけ',
  'only what was translated': '変換されたものだけ',
  'How full pools of ports are, and how many packets found none':
    'ポートプールの使用状況と、ポートを得られなかったパケットの数',
  'nothing was translated or refused in this time': 'この時間に変換または拒否されたものはありません',
  'translations of this machine are not watched: write `nat: {}` into the section `flows` of the configuration':
    'このマシンの変換は監視されていません: 設定のセクション `flows` に `nat: {}` を書いてください',
  'there are more: ask for more rows with --limit': '続きがあります: --limit で行を増やしてください',
  event: 'イベント',
  protocol: 'プロトコル',
  destination: '宛先',
  became: '変換後',
  'told by': '報告元',
  peak: '最大',
  ports: 'ポート',
  'busiest destination': '最も多い宛先',
  connections: '接続',
  rule: 'ルール',
};
