import type { FlowTexts } from './texts.ts';

export const jaFlows: FlowTexts = {
  'trust.sampled': 'サンプルからの推定です。合計の誤差は 100 回中 95 回まで ±{errorShare} 以内です。',
  'trust.lost': '送られたもののうち {lostShare} が途中で失われました。',
  'trust.nothing-lost': '途中で失われたものはありません。',
  'trust.lost-unknown': '途中で失われたものがあるかどうか、これらの機器からは分かりません。',
  'trust.dropped': 'データグラム {dropped} 個が届きましたが受け取れませんでした。',
  'trust.partial': '問い合わせできなかった所: {missing}。',

  'note.two-kinds-of-bytes':
    'バイト数が 2 種類あります。ヘッダーを含むパケットが {packetBytes}、ペイロードのみが {payloadBytes} で、合計はどちらでもありません。一方だけを見るには送信元の機器で絞り込んでください。',
  'note.both-ends.source': 'フローの両端からレコードが届いています。送信元側が伝えたものだけを数えています。',
  'note.both-ends.destination': 'フローの両端からレコードが届いています。宛先側が伝えたものだけを数えています。',
  'note.both-ends.sum': 'フローの両端からレコードが届いています。両端が伝えたものは 2 回数えています。',
  'note.both-ends.average':
    'フローの両端からレコードが届いています。同じ区間に両端が伝えたフローは、合わせた値の半分を数えています。',
  'note.one-end-missing.source': '送信元側からは何も届いていないため、どちら側か示さないレコードだけを数えています。',
  'note.one-end-missing.destination':
    '宛先側からは何も届いていないため、どちら側か示さないレコードだけを数えています。',
  'note.late-records':
    'レコードの {lateShare} は終了から 1 分を超えて届きました。最後の数分の値はまだ増えることがあります。',
  'note.sampling-unknown.all':
    'パケットのサンプリング方法を示す機器がありません。値をそのまま数えており、誤差は分かりません。',
  'note.sampling-unknown.some':
    'レコード {records} 件のうち {unknownRecords} 件は、パケットのサンプリング方法が不明です。値をそのまま数えており、誤差は分かりません。',
  'note.ranked-among': '{rows} 行のうち、全体の合計が大きい {rankedRows} 行の中で順位を付けました。',
  'note.sums.1m': '個々のレコードより長く残る 1 分ごとの合計です。アドレスと誤差はありません。',
  'note.sums.1h': '個々のレコードより長く残る 1 時間ごとの合計です。アドレスと誤差はありません。',
  'note.sums-behind': '合計は {untilAt} までです。それより後に届いたものは、この結果に含まれません。',
  'note.sums-both-ends': '合計からはどのフローを両端が伝えたか分からないため、両端が伝えたものをすべて数えています。',
  'note.few-sources-merged':
    '送信元が {leastSources} 件より少ない行は、それを隠すのに必要な行とともに「others」にまとめました。',
  'note.few-sources-withheld': '全体の送信元が {leastSources} 件より少ないため、表示しません。',

  'kind.new-peer': '新しい相手',
  'kind.host-scan': 'ホストのスキャン',
  'kind.port-scan': 'ポートのスキャン',
  'kind.beacon': 'ビーコン',
  'kind.volume': '普段と違う通信量',
  'kind.nat-exhaustion': 'NAT のポート不足',
  'kind.saturation': '回線の飽和',
  'severity.notice': '通知',
  'severity.warning': '警告',
  'severity.critical': '重大',

  'insight.new-peer':
    '{host} とは、それまでの {days} 日間だれも通信していません。今回はフロー {flows} 件、{bytes} です。',
  'insight.host-scan': '{host} が {hosts} 台のホストの {service} に {flows} 回接続を試みました。',
  'insight.port-scan': '{host} が {victim} の {ports} 個のポートに {flows} 回接続を試みました。',
  'insight.beacon':
    '{host} が {server}（{service}）に {intervalMs}ごとに接続しています。{flows} 回で、間隔の {regularShare} が ±{jitterShare} に収まります。',
  'insight.volume-more':
    '{firstAt} からの 1 時間に {exporter} が伝えた量は {bytes} で、その時間帯の普段の {usualBytes} を上回ります。',
  'insight.volume-less':
    '{firstAt} からの 1 時間に {exporter} が伝えた量は {bytes} で、その時間帯の普段の {usualBytes} を下回ります。',
  'insight.nat-told': '{exporter} が {event} を {events} 回伝えました。送信元は約 {victims} 件です。',
  'insight.nat-dropped': '送信元の変換に使える空きポートがなく、パケット {packets} 個を破棄しました。',
  'insight.nat-pool':
    '{address} の {protocol} ポート {ports} 個のうち {used} 個（{share}）を {destination} ポート {port} 宛てに使用中です。',
  'insight.nat-pool.rule':
    'ルール {rule}: {address} の {protocol} ポート {ports} 個のうち {used} 個（{share}）を {destination} ポート {port} 宛てに使用中です。',
  'insight.saturation.more':
    '{interface} は混雑する時間に {bitsPerSecond} のうち {presentBitsPerSecond}（{share}）を使い、毎日 {growthBitsPerSecond} ずつ増えています。',
  'insight.saturation.less':
    '{interface} は混雑する時間に {bitsPerSecond} のうち {presentBitsPerSecond}（{share}）を使い、毎日 {growthBitsPerSecond} ずつ減っています。',
  'insight.saturation.full': '{text}満杯になる日: {fullOn}（範囲: {earliestOn} ～ {latestOn}）。',
  'insight.never': 'なし',

  'rule.new-peer':
    '{days} 日間だれも通信していない相手が {leastBytes} 以上のときに知らせ、{muchBytes} からは警告です。',
  'rule.host-scan':
    '1 フロー {mostPackets} パケット以下でほとんど応答のない接続が、1 つのポートで {leastHosts} 台以上のホストに向かうときに知らせ、{manyHosts} 台からは重大です。',
  'rule.port-scan':
    '1 フロー {mostPackets} パケット以下の接続が、1 台のホストの {leastPorts} 個以上のポートに向かうときに知らせ、{manyPorts} 個からは重大です。',
  'rule.beacon':
    'フローが {leastFlows} 件以上で、間隔の {leastShare} 以上が普段の間隔の ±{jitterShare} に収まるときに知らせます。',
  'rule.volume-more':
    '1 時間の量が、それまでの {days} 日間の同じ時間帯の中央値から、偏差の {deviations} 倍、{leastShare}、{leastBytes} のすべてを超えて離れるときに知らせます。',
  'rule.volume-less':
    '1 時間の量が、それまでの {days} 日間の同じ時間帯の中央値から、偏差の {deviations} 倍、{leastShare}、{leastBytes} のすべてを超えて離れるときに知らせます。',
  'rule.nat-told': 'ゲートウェイが伝えるたびに知らせます。',
  'rule.nat-dropped': 'パケットが 1 個でも破棄されると知らせます。',
  'rule.nat-pool': 'ポートの {warnShare} 以上を使っているときに知らせます。',
  'rule.saturation':
    '{farDays} 日以内に回線が満杯になる見込みのときに知らせます。{warnDays} 日以内なら警告、混雑する時間の使用率が {fullShare} 以上なら重大です。',

  'advice.new-peer':
    'だれのアドレスか、どのホストが通信しているかを確認してください。新しいサービス、更新、データの持ち出しは、ここでは同じに見えます。',
  'advice.host-scan': '意図したスキャンでなければ、{host} を切り離し、何が動いているかを調べてください。',
  'advice.port-scan':
    '意図したスキャンでなければ、{host} を遮断し、{victim} で開けておくべきでないポートを確認してください。',
  'advice.beacon':
    '更新や監視も同じように通信します。{host} で接続しているプログラムが何か、必要なものかを確認してください。',
  'advice.volume-more': 'その時間にだれが通信したかを、1 日前と比べてください。',
  'advice.volume-less': '{exporter} がすべてを送っているか、回線が正常だったかを確認してください。',
  'advice.nat-told': 'プールにアドレスかポートを追加するか、ポートを多く使う送信元を探してください。',
  'advice.nat-dropped':
    'ルールにアドレスかポートを追加してください。ポートを得られなかった送信元は変換ログにあります。',
  'advice.nat-pool': 'ルールにアドレスかポートを追加するか、ポートを多く使う送信元を探してください。',
  'advice.saturation': '回線を埋めているトラフィックを確認し、別の回線に移すか、より速い回線を早めに手配してください。',

  'unread.too-short': '短すぎる',
  'unread.unknown-version': '不明なバージョン',
  'unread.trailing-bytes': '終わりの後に余分なバイト',
  'unread.bad-length': 'あり得ない長さ',
  'unread.bad-set-length': 'メッセージより長いセット',
  'unread.bad-template': '不正なテンプレート',
  'unread.too-many-fields': 'フィールドが多すぎるテンプレート',
  'unread.truncated-record': '途中で切れたレコード',
  'unread.bad-sample': '不正なサンプル',
  'unread.bad-sflow': '不正な sFlow',
  'unread.without-template': 'テンプレートが届いていないレコード',
  'unread.too-many-templates': '保持できる数を超えたテンプレート',
  'unread.no-number-left': '番号が残っていない名前',
  'unread.unknown-exporter': '一覧にない送信元の機器',
  'unread.too-many-exporters': '受け入れ数を超えた送信元の機器',
  'unread.too-many-messages': '機器あたりの上限を超えたメッセージ',
  'unread.too-many-domains': '受け入れ数を超えたドメイン',

  'problem.starting': 'フローの収集器を起動しています',
  'problem.closed': 'フローの収集器は終了しています',
  'problem.restarted': 'フローの収集器を再起動します: {0}',
  'problem.unusable': 'フローを収集していません: {0}',
  'problem.unwritten': 'フローを書き込めません: {0}',
  'problem.no-room': 'レコード {0} 件がディスクへの途中で空きを得られませんでした',
  'problem.drops': 'カーネルが 1 分間にデータグラム {0} 個を破棄しました。読み取りより多く届いています',
  'problem.buffer':
    'カーネルは {1} でデータグラムを {0} KiB までしか待たせず、負荷がかかると多く破棄します。`sysctl -w net.core.rmem_max={2}` の後に再起動すると {3} KiB まで待てます',
  'problem.listen': '{0} でフローを受信できません: {1}',
  'problem.state': '送信元の機器の情報を書き込めませんでした: {0}',
  'problem.state-unread': '{0} を読み取れませんでした。テンプレートは時間とともに届きます: {1}',
  'problem.retention': '古いフローを削除できませんでした: {0}',
  'problem.health': 'フローの保管先が状態を答えません: {0}',
  'problem.connections': 'この機器の接続を記録していません: {0}',
  'problem.overflows': '読み取りより速く届いたためカーネルが破棄した接続イベント: {0}',
  'problem.unattributed':
    '以前に始まり、レコードなしで終わった接続: {0}。flows.conntrack.connections を増やしてください',
  'problem.uncounted': '開始時に集計がオフだったため数えられずに終わった接続: {0}',
  'problem.no-counters': 'このカーネルには {0} がありません。接続が数えられず、フローのレコードがありません',
  'problem.no-times': 'このカーネルには {0} がありません。開始と終了は知らせを受けた時刻まで遅れます',
  'problem.counters-off':
    '{0} がオフのため接続が数えられず、フローのレコードがありません。`sysctl -w {1}=1` でオンにしてください',
  'problem.times-off':
    '{0} がオフのため開始と終了は知らせを受けた時刻まで遅れます。`sysctl -w {1}=1` でオンにしてください',
  'problem.nat-use': '変換 {0} 件は宛先が多すぎてプールごとに数えられません',
  'problem.nat-copies': '最初のパケットの写しが読み取りより速く届き、送信元の一部が分かりません',
  'problem.nat-attempts': '記憶できる数より多くの接続が一度に始まり、送信元の一部が分かりません',
  'problem.nat-rules': 'ポートのプールが分かりません: {0}',
  'problem.nat-victims': '送信元が分かりません: {0}',

  'filter.place': 'フィルター {column} 文字目: {text}',
  'filter.expected': 'ここに書けるもの: {expected}',
  'filter.found': 'ここに書けるもの: {expected}、書かれているもの: {found}',
  'filter.nearest': '{text}。{word} のことですか?',
  'filter.hint': '問い合わせに使えるものはガイド `flow-analyzer.md` にあります',
  'filter.the-end': '終わり',
  'filter.or-list-end': '{expected} または ]',
  'expected.fewer-characters': '{most} 文字まで',
  'expected.fewer-levels': '( と not は {most} 段まで',
  'expected.fewer-conditions': '条件は {most} 個まで',
  'expected.fewer-values': '値は {most} 個まで',
  'expected.shorter-filter': 'もっと短いフィルター',
  'expected.condition': '条件',
  'expected.condition-such-as': 'proto tcp、src host 10.0.0.1、port 443 のような条件',
  'expected.closing-quote': '閉じる引用符 "',
  'expected.end-or-joint': 'and、or、または終わり',
  'expected.bracket-or-joint': 'and、or、または )',
  'expected.interface-word': 'if',
  'expected.field-of-end': 'host、net、port、as など',
  'expected.field-with-ends': 'src や dst の後には {names} のいずれか',
  'expected.value-without-order': '値（{field} には大小がありません）',
  'expected.one-number': '数 1 つ',
  'expected.mask': '255.255.0.0 のようなマスク',
  'expected.whole-number': '{most} までの整数',
  'expected.address-such-as': '10.0.0.1 や 2001:db8::1 のようなアドレス',
  'expected.address': 'アドレス',
  'expected.prefix': '10.0.0.0/8 や 2001:db8::/32 のようなプレフィックス',
  'expected.protocol': 'tcp、udp、icmp、47 のようなプロトコル',
  'expected.interface': 'インターフェースの番号か名前',
  'expected.exporter': '送信元の機器の名前、アドレス、または番号',
  'expected.name': '名前',
  'expected.network': 'ネットワークの名前',
  'expected.reason': '理由',
  'expected.country': 'DE のような国コード、または unknown',
  'expected.flags': 'S、SA、S/SA のようなフラグ（FSRPAUEC）',
  'expected.one-of': '{names} のいずれか',
  'expected.number-or-one-of': '数、または {names} のいずれか',
};
