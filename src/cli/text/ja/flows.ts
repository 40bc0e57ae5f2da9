/** The command `flows`. */
export const jaFlows: Readonly<Record<string, string>> = {
  'Records of network flows: NetFlow, IPFIX, sFlow': 'ネットワークフローのレコード: NetFlow、IPFIX、sFlow',
  'What the messages in a file say, field by field': 'ファイル内のメッセージの内容をフィールドごとに表示',
  'a capture (pcap, pcapng), or a file of messages such as an IPFIX file':
    'キャプチャ(pcap、pcapng)、または IPFIX ファイルなどのメッセージのファイル',
  'one JSON object a message': 'メッセージごとに JSON オブジェクトを 1 つ',
  'Collect what exporters send, in the foreground, without a watcher':
    '監視ノードなしで、送信元の機器が送るものをフォアグラウンドで収集',
  'udp:HOST:PORT or tcp:HOST:PORT, several times (default: udp:127.0.0.1:2055)':
    'udp:HOST:PORT または tcp:HOST:PORT、複数指定可(既定: udp:127.0.0.1:2055)',
  'a configuration whose section `flows` says how; what is given here goes before':
    '設定ファイル。その `flows` セクションに従い、ここでの指定が優先される',
  'the folder to keep records in (default: flows)': 'レコードを保存するフォルダー(デフォルト: flows)',
  'the folder to keep records in': 'レコードを保存するフォルダー',
  'one JSON object an event: ready, progress, stopped':
    'イベントごとに JSON オブジェクトを 1 つ: ready、progress、stopped',
  'Send the messages of a capture to a collector, or read a capture into a folder of records':
    'キャプチャのメッセージをコレクターに送るか、キャプチャをレコードのフォルダーに読み込む',
  'messages of exporters, or packets that flows are made of (default: messages if there are any)':
    '送信元の機器のメッセージか、フローを作るパケットか(既定: メッセージがあればメッセージ)',
  'of packets in VXLAN: the flows inside the tunnel, instead of those of the tunnel':
    'VXLAN のパケット: トンネルのフローの代わりに、トンネル内のフロー',
  'a capture (pcap, pcapng)': 'キャプチャ(pcap、pcapng)',
  'where to send them, by UDP': 'UDP での送信先',
  'the folder to keep records in, with the times and exporters of the capture':
    'キャプチャの時刻と送信元の機器のまま、レコードを保存するフォルダー',
  'so many times as fast as they were captured, or max': 'キャプチャ時の何倍の速さで送るか、または max',
  'one JSON object an event: progress, done': 'イベントごとに JSON オブジェクトを 1 つ: progress、done',
  'Read flow logs of a cloud into a folder of records': 'クラウドのフローログをレコードのフォルダーへ読み込む',
  'whose logs they are': 'どのクラウドのログか',
  'files of logs, .gz too': 'ログのファイル。.gz も可',
  'AWS: the fields of a record in their order, where files do not begin with them':
    'AWS: ファイルの先頭にフィールドの一覧がない場合の、レコードのフィールドとその順序',
  'Make messages of flows, the same ones for the same seed': 'フローのメッセージを作成(同じシードなら同じもの)',
  'of the messages': 'メッセージの形式',
  'how many': 'レコード数',
  'so many records a second': '1 秒あたりのレコード数',
  'what they depend on': '内容を決めるシード',
  'a capture (pcap) to write them into': '書き込み先のキャプチャ(pcap)',
  'what was made, as one JSON object': '作成したものを 1 つの JSON オブジェクトで',
  'Who exports, what of it was lost or could not be read, and what is kept':
    '誰が送信しているか、何が失われたか読めなかったか、何が保存されているか',
  'exporters, those with the most records first': '送信元の機器の数、レコードの多い順',
  'print JSON, with all exporters': 'すべての送信元の機器を JSON で出力',
  'no flows are collected here: name where to listen in the section `flows` of the configuration':
    'ここではフローを収集していません: 構成のセクション `flows` に受信するアドレスを書いてください',
  'no exporter has sent anything yet': 'まだどの送信元の機器も送信していません',
  'last record (UTC)': '最終レコード (UTC)',
  exporter: '送信元の機器',
  format: '形式',
  domain: 'ドメイン',
  records: 'レコード',
  lost: '損失',
  sampling: 'サンプリング',
  templates: 'テンプレート',
  clock: '時計',
};
