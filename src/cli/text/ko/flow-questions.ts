/** The commands that ask about traffic. */
export const koFlowQuestions: Readonly<Record<string, string>> = {
  'Who and what has the most traffic': '트래픽이 가장 많은 대상',
  'a folder of flows, instead of a watcher': '감시자 대신 흐름 폴더',
  'so long until now, such as 1h or 7d': '지금까지의 기간. 예: 1h, 7d',
  'as nfdump and tcpdump have it: proto tcp and dst port 443 and src net 10.0.0.0/8':
    'nfdump와 tcpdump의 표현식: proto tcp and dst port 443 and src net 10.0.0.0/8',
  'what rows are told apart by, separated by commas': '행을 구분하는 키, 쉼표로 구분',
  'source-destination or client-server': 'source-destination 또는 client-server',
  'records, or sums of a slice, which outlive them: auto, records, 1m, 1h':
    '단일 레코드, 또는 더 오래 남는 구간 합계: auto, records, 1m, 1h',
  'of flows that both ends report: source, destination, sum or average':
    '양쪽 끝이 모두 보고한 흐름: source, destination, sum 또는 average',
  'Rates of traffic over the time in which there was some': '트래픽이 있던 시간의 전송률',
  'print JSON, with the courses of the first rows and the question as SQL':
    'JSON 출력. 첫 행들의 추이와 SQL로 쓴 질의 포함',
  'Traffic over time, drawn in the terminal': '시간에 따른 트래픽을 터미널에 그림',
  'only letters that every terminal has': '모든 터미널에 있는 글자만 사용',
  'One SELECT statement (DuckDB) over flows, flow_accounts, flows_1m, flows_1h and names':
    'flows, flow_accounts, flows_1m, flows_1h, names에 대한 SELECT 문 하나(DuckDB)',
  'such as SELECT address(source_high, source_low), sum(bytes) FROM flows GROUP BY ALL':
    '예: SELECT address(source_high, source_low), sum(bytes) FROM flows GROUP BY ALL',
  total: '합계',
  average: '평균',
  median: '중앙값',
  '95 %': '95 %',
  most: '최대',
  filter: '필터',
  bytes: '바이트',
  flows: '흐름',
  share: '비율',
  '±': '±',
  'New peers, scans, beacons, unusual volumes, exhausted pools, interfaces that will be full':
    '새 상대, 스캔, 비콘, 평소와 다른 양, 고갈된 풀, 곧 가득 찰 인터페이스',
  summary: '요약',
  'nothing stands out': '눈에 띄는 것 없음',
  'and {0} more rows': '그 밖에 {0}행',
  'and more than {0} rows': '{0}행보다 더 있음',
  '{0} is the key: keep a copy of it, and let nobody else have it':
    '{0} 파일이 키입니다: 사본을 보관하고 다른 사람에게 주지 마십시오',
  'listening at {0}; {1} records a second': '수신 주소 {0}; 초당 레코드 {1}개',
  'kept: {0} records in {1}B; {2} wait for the disk': '보관: 레코드 {0}개, {1}B; 디스크 대기 {2}개',
  'kept from {0} to {1}': '보관 기간: {0} ~ {1}',
  'dropped by the kernel: {0} datagrams; not read: {1}': '커널이 버린 데이터그램: {0}개; 읽지 못한 것: {1}',
  'and {0} more exporters': '그 밖에 전송 장비 {0}대',
  '{0} ahead': '{0} 빠름',
  '{0} behind': '{0} 느림',
  nothing: '없음',
  all: '전체',
  'all others': '나머지 전체',
};
