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
    '이 장비의 변환은 감시되지 않습니다: 구성의 `flows` 섹션에 `nat: {}`를 쓰십시오',
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
  '{0} of them by name': '그중 {0}개는 출발지를 앎',
  'not by name: `name-victims` is off': '출발지는 알 수 없음: `name-victims`가 꺼져 있음',
  'since {0}: {1} translations began, {2} ended': '{0}부터 변환 {1}건 시작, {2}건 종료',
  'dropped for want of a port: {0} packets ({1})': '포트가 없어 버린 패킷: {0}개 ({1})',
  'dropped since connections clashed: {0} packets': '연결이 충돌하여 버린 패킷: {0}개',
  'dropped since there was no room for a connection: {0} packets': '연결을 더 담을 수 없어 버린 패킷: {0}개',
  'connections: {0} of {1}': '연결: {1}개 중 {0}개',
  'problem: {0}': '문제: {0}',
  "option '{0}' cannot be used with option '{1}'": "옵션 '{0}'은(는) 옵션 '{1}'과(와) 함께 쓸 수 없습니다",
};
