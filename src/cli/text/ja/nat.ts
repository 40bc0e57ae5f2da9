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
    'このマシンの変換は監視されていません: 構成のセクション `flows` に `nat: {}` を書いてください',
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
  '{0} of them by name': 'そのうち {0} 個は送信元が判明',
  'not by name: `name-victims` is off': '送信元は不明: `name-victims` がオフ',
  'since {0}: {1} translations began, {2} ended': '{0} から変換 {1} 件開始、{2} 件終了',
  'dropped for want of a port: {0} packets ({1})': 'ポート不足で破棄したパケット: {0} 個（{1}）',
  'dropped since connections clashed: {0} packets': '接続の衝突で破棄したパケット: {0} 個',
  'dropped since there was no room for a connection: {0} packets': '接続の空きがなく破棄したパケット: {0} 個',
  'connections: {0} of {1}': '接続: {1} 件中 {0} 件',
  'problem: {0}': '問題: {0}',
  "option '{0}' cannot be used with option '{1}'": "オプション '{0}' はオプション '{1}' と一緒に使えません",
  'Who had an address that the outside saw, and its port, at a time':
    'ある時刻に外から見えたアドレスとポートを使っていた者',
  'without it, everybody who had the address': '省くとそのアドレスを使った全員',
  'such as 2026-01-31T12:00:00Z, or 6h for so long ago': '例: 2026-01-31T12:00:00Z、またはその時間だけ前の 6h',
  'clocks may be off by so much': '許容する時計のずれ',
  'nobody, as far as the log says': 'ログによれば誰もいません',
  'the log of those days has more than was looked at: name a port':
    'その日のログには調べた以上のものがあります: ポートを指定してください',
  began: '開始',
};
