/** The commands that ask about traffic. */
export const jaFlowQuestions: Readonly<Record<string, string>> = {
  'Who and what has the most traffic': 'トラフィックが最も多いもの',
  'a folder of flows, instead of a watcher': '監視者の代わりに、フローのフォルダー',
  'so long until now, such as 1h or 7d': '現在までの期間。例: 1h、7d',
  'as nfdump and tcpdump have it: proto tcp and dst port 443 and src net 10.0.0.0/8':
    'nfdump や tcpdump の式: proto tcp and dst port 443 and src net 10.0.0.0/8',
  'what rows are told apart by, separated by commas': '行を分けるキー（コンマ区切り）',
  'source-destination or client-server': 'source-destination または client-server',
  'records, or sums of a slice, which outlive them: auto, records, 1m, 1h':
    '個々のレコード、またはより長く残る区間ごとの合計: auto、records、1m、1h',
  'of flows that both ends report: source, destination, sum or average':
    '両端が報告したフロー: source、destination、sum または average',
  'Rates of traffic over the time in which there was some': 'トラフィックがあった時間のレート',
  'print JSON, with the courses of the first rows and the question as SQL':
    'JSON を出力。先頭の行の推移と SQL にした問い合わせを含む',
  'Traffic over time, drawn in the terminal': '時間ごとのトラフィックを端末に描画',
  'only letters that every terminal has': 'どの端末にもある文字だけを使う',
  'One SELECT statement (DuckDB) over flows, flow_accounts, flows_1m, flows_1h and names':
    'flows、flow_accounts、flows_1m、flows_1h、names への SELECT 文を 1 つ（DuckDB）',
  'such as SELECT address(source_high, source_low), sum(bytes) FROM flows GROUP BY ALL':
    '例: SELECT address(source_high, source_low), sum(bytes) FROM flows GROUP BY ALL',
  total: '合計',
  average: '平均',
  median: '中央値',
  '95 %': '95 %',
  most: '最大',
  filter: 'フィルター',
  bytes: 'バイト',
  flows: 'フロー',
  share: '割合',
  '±': '±',
  'New peers, scans, beacons, unusual volumes, exhausted pools, interfaces that will be full':
    '新しい相手、スキャン、ビーコン、いつもと違う量、枯渇したプール、やがて満杯になるインターフェース',
  summary: '要約',
  'nothing stands out': '目立つものはありません',
  'and {0} more rows': 'ほか {0} 行',
  'and more than {0} rows': '{0} 行より多くあります',
  '{0} is the key: keep a copy of it, and let nobody else have it':
    '{0} が鍵です: 写しを保管し、ほかの人に渡さないでください',
  'listening at {0}; {1} records a second': '受信アドレス {0}; 毎秒 {1} レコード',
  'kept: {0} records in {1}B; {2} wait for the disk': '保管: レコード {0} 件、{1}B; ディスク待ち {2} 件',
  'kept from {0} to {1}': '保管期間: {0} ～ {1}',
  'dropped by the kernel: {0} datagrams; not read: {1}':
    'カーネルが破棄したデータグラム: {0} 個; 読めなかったもの: {1}',
  'and {0} more exporters': 'ほか送信元の機器 {0} 台',
  '{0} ahead': '{0} 進み',
  '{0} behind': '{0} 遅れ',
  nothing: 'なし',
  all: '全体',
  'all others': 'その他すべて',
};
