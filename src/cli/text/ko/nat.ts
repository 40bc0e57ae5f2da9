/** The command `nat`. */
export const koNat: Readonly<Record<string, string>> = {
  'Address translation: what became of connections, and who found no port':
    '주소 변환: 연결이 무엇으로 바뀌었는지, 누가 포트를 얻지 못했는지',
  'What was translated and what was refused, newest first': '변환된 것과 거부된 것, 최신순',
  'only what was refused': '거부된 것만',
  'only what was translated': '변환된 것만',
  'How full pools of ports are, and how many packets found none':
    '포트 풀이 얼마나 찼는지, 포트를 얻지 못한 패킷이 몇 개인지',
  'nothing was translated or refused in this time': '이 시간에 변환되거나 거부된 것이 없습니다',
  'translations of this machine are not watched: write `nat: {}` into the section `flows` of the configuration':
    '이 기기의 변환은 감시되지 않습니다: 설정의 `flows` 섹션에 `nat: {}`를 쓰십시오',
  'there are more: ask for more rows with --limit': '더 있습니다: --limit로 행을 늘리십시오',
  event: '이벤트',
  protocol: '프로토콜',
  destination: '목적지',
  became: '변환 결과',
  'told by': '보고한 곳',
  peak: '최대',
  ports: '포트',
  'busiest destination': '가장 붐비는 목적지',
  connections: '연결',
  rule: '규칙',
};
