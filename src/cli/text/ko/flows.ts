/** The command `flows`. */
export const koFlows: Readonly<Record<string, string>> = {
  'Records of network flows: NetFlow, IPFIX, sFlow': '네트워크 흐름 레코드: NetFlow, IPFIX, sFlow',
  'What the messages in a file say, field by field': '파일에 있는 메시지의 내용을 필드별로 표시',
  'a capture (pcap, pcapng), or a file of messages such as an IPFIX file':
    '캡처(pcap, pcapng) 또는 IPFIX 파일과 같은 메시지 파일',
  'one JSON object a message': '메시지마다 JSON 객체 하나',
  'Collect what exporters send, in the foreground, without a watcher':
    '감시자 없이 포그라운드에서 전송 장비가 보내는 것을 수집',
  'udp:HOST:PORT or tcp:HOST:PORT, several times (default: udp:127.0.0.1:2055)':
    'udp:HOST:PORT 또는 tcp:HOST:PORT, 여러 번 지정 가능 (기본값: udp:127.0.0.1:2055)',
  'a configuration whose section `flows` says how; what is given here goes before':
    '설정 파일: 그 `flows` 섹션을 따르며, 여기서 지정한 것이 우선함',
  'the folder to keep records in (default: flows)': '레코드를 보관할 폴더 (기본값: flows)',
  'the folder to keep records in': '레코드를 보관할 폴더',
  'one JSON object an event: ready, progress, stopped': '이벤트마다 JSON 객체 하나: ready, progress, stopped',
  'Send the messages of a capture to a collector, or read a capture into a folder of records':
    '캡처의 메시지를 수집기로 보내거나, 캡처를 레코드 폴더로 읽어 들이기',
  'messages of exporters, or packets that flows are made of (default: messages if there are any)':
    '전송 장비의 메시지, 또는 흐름을 만들 패킷(기본값: 메시지가 있으면 메시지)',
  'of packets in VXLAN: the flows inside the tunnel, instead of those of the tunnel':
    'VXLAN 패킷: 터널의 흐름 대신 터널 안의 흐름',
  'a capture (pcap, pcapng)': '캡처(pcap, pcapng)',
  'where to send them, by UDP': 'UDP로 보낼 곳',
  'the folder to keep records in, with the times and exporters of the capture':
    '캡처의 시각과 전송 장비를 그대로 유지하여 레코드를 보관할 폴더',
  'so many times as fast as they were captured, or max': '캡처된 속도의 몇 배로 보낼지, 또는 max',
  'one JSON object an event: progress, done': '이벤트마다 JSON 객체 하나: progress, done',
  'Read flow logs of a cloud into a folder of records': '클라우드의 흐름 로그를 레코드 폴더로 읽어 들임',
  'whose logs they are': '어느 클라우드의 로그인지',
  'files of logs, .gz too': '로그 파일, .gz도 가능',
  'AWS: the fields of a record in their order, where files do not begin with them':
    'AWS: 파일이 필드 목록으로 시작하지 않을 때 레코드의 필드를 순서대로',
  'Make messages of flows, the same ones for the same seed': '흐름 메시지 생성(시드가 같으면 결과도 같음)',
  'of the messages': '메시지의 형식',
  'how many': '레코드 수',
  'so many records a second': '초당 레코드 수',
  'what they depend on': '내용을 정하는 시드',
  'a capture (pcap) to write them into': '기록할 캡처 파일(pcap)',
  'what was made, as one JSON object': '생성한 것을 JSON 객체 하나로',
  'Who exports, what of it was lost or could not be read, and what is kept':
    '누가 전송하는지, 무엇이 유실되거나 읽을 수 없었는지, 무엇이 보관되는지',
  'exporters, those with the most records first': '전송 장비 수, 레코드가 많은 순',
  'print JSON, with all exporters': '모든 내보내기 장비를 JSON으로 출력',
  'no flows are collected here: name where to listen in the section `flows` of the configuration':
    '여기서는 흐름을 수집하지 않습니다: 구성의 `flows` 섹션에 수신할 주소를 쓰십시오',
  'no exporter has sent anything yet': '아직 아무 장비도 보내지 않았습니다',
  'last record (UTC)': '마지막 기록(UTC)',
  exporter: '장비',
  format: '형식',
  domain: '도메인',
  records: '기록',
  lost: '유실',
  sampling: '샘플링',
  templates: '템플릿',
  clock: '시계',
};
