/** The command `flows`. */
export const koFlows: Readonly<Record<string, string>> = {
  'Records of network flows: NetFlow, IPFIX, sFlow': '네트워크 흐름 레코드: NetFlow, IPFIX, sFlow',
  'What the messages in a file say, field by field': '파일에 있는 메시지의 내용을 필드별로 표시',
  'a capture (pcap, pcapng), or a file of messages such as an IPFIX file':
    '캡처(pcap, pcapng) 또는 IPFIX 파일과 같은 메시지 파일',
  'one JSON object a message': '메시지마다 JSON 객체 하나',
};
