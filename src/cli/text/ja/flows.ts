/** The command `flows`. */
export const jaFlows: Readonly<Record<string, string>> = {
  'Records of network flows: NetFlow, IPFIX, sFlow': 'ネットワークフローのレコード: NetFlow、IPFIX、sFlow',
  'What the messages in a file say, field by field': 'ファイル内のメッセージの内容をフィールドごとに表示',
  'a capture (pcap, pcapng), or a file of messages such as an IPFIX file':
    'キャプチャ(pcap、pcapng)、または IPFIX ファイルなどのメッセージのファイル',
  'one JSON object a message': 'メッセージごとに JSON オブジェクトを 1 つ',
};
