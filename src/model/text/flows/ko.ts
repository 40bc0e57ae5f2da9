import type { FlowTexts } from './texts.ts';

/** What stands behind a comma in braces is the particle that the last sound of the value asks for. */
export const koFlows: FlowTexts = {
  'trust.sampled': '샘플에서 추정한 값입니다. 100번 중 95번은 합계의 오차가 ±{errorShare} 이내입니다.',
  'trust.lost': '보낸 것 중 도중에 손실된 비율: {lostShare}.',
  'trust.nothing-lost': '도중에 손실된 것이 없습니다.',
  'trust.lost-unknown': '이 장비들은 도중에 손실이 있었는지 알려 주지 않습니다.',
  'trust.dropped': '데이터그램 {dropped}개가 도착했으나 받아들이지 못했습니다.',
  'trust.partial': '질의하지 못한 곳: {missing}.',

  'note.two-kinds-of-bytes':
    '바이트가 두 종류입니다. 헤더를 포함한 패킷 {packetBytes}, 페이로드만 {payloadBytes}이며 합계는 어느 쪽도 아닙니다. 한 종류만 보려면 전송 장비로 필터링하십시오.',
  'note.both-ends.source': '흐름의 양쪽 끝에서 레코드가 왔습니다. 출발지 쪽이 보고한 것만 셉니다.',
  'note.both-ends.destination': '흐름의 양쪽 끝에서 레코드가 왔습니다. 목적지 쪽이 보고한 것만 셉니다.',
  'note.both-ends.sum': '흐름의 양쪽 끝에서 레코드가 왔습니다. 양쪽이 모두 보고한 것은 두 번 셉니다.',
  'note.both-ends.average':
    '흐름의 양쪽 끝에서 레코드가 왔습니다. 같은 구간에 양쪽이 모두 보고한 흐름은 둘을 합한 값의 절반을 셉니다.',
  'note.one-end-missing.source': '출발지 쪽에서 보고한 것이 없어, 어느 쪽인지 밝히지 않은 레코드만 셉니다.',
  'note.one-end-missing.destination': '목적지 쪽에서 보고한 것이 없어, 어느 쪽인지 밝히지 않은 레코드만 셉니다.',
  'note.late-records':
    '레코드의 {lateShare}가량이 끝난 지 1분 넘게 지나 도착했습니다. 마지막 몇 분의 값은 더 늘어날 수 있습니다.',
  'note.sampling-unknown.all':
    '패킷을 어떻게 샘플링했는지 알려 주는 장비가 없습니다. 값을 그대로 세며 오차는 알 수 없습니다.',
  'note.sampling-unknown.some':
    '레코드 {records}개 중 {unknownRecords}개는 패킷을 어떻게 샘플링했는지 알 수 없습니다. 값을 그대로 세며 오차는 알 수 없습니다.',
  'note.ranked-among': '행 {rows}개 중 전체 합계가 큰 {rankedRows}개 안에서 순위를 정했습니다.',
  'note.sums.1m': '개별 레코드보다 오래 보관되는 1분 단위 합계입니다. 주소와 오차가 없습니다.',
  'note.sums.1h': '개별 레코드보다 오래 보관되는 1시간 단위 합계입니다. 주소와 오차가 없습니다.',
  'note.sums-behind': '합계는 {untilAt}까지 있습니다. 그 뒤에 온 것은 이 결과에 없습니다.',
  'note.sums-both-ends': '합계로는 어느 흐름을 양쪽이 모두 보고했는지 알 수 없어, 양쪽이 보고한 것을 모두 셉니다.',
  'note.few-sources-merged':
    '출발지가 {leastSources}개보다 적은 행은, 이를 감추는 데 필요한 행과 함께 “others”에 모았습니다.',
  'note.few-sources-withheld': '전체의 출발지가 {leastSources}개보다 적어 표시하지 않습니다.',

  'kind.new-peer': '새 상대',
  'kind.host-scan': '호스트 스캔',
  'kind.port-scan': '포트 스캔',
  'kind.beacon': '비콘',
  'kind.volume': '특이한 트래픽양',
  'kind.nat-exhaustion': 'NAT 포트 부족',
  'kind.saturation': '회선 포화',
  'severity.notice': '알림',
  'severity.warning': '경고',
  'severity.critical': '중대',

  'insight.new-peer':
    '이전 {days}일 동안 아무도 {host, 과/와} 통신하지 않았습니다. 이번에는 흐름 {flows}개, {bytes}입니다.',
  'insight.host-scan': '{host, 이/가} 호스트 {hosts}개의 {service}에 {flows}번 접속을 시도했습니다.',
  'insight.port-scan': '{host, 이/가} {victim}의 포트 {ports}개에 {flows}번 접속을 시도했습니다.',
  'insight.beacon':
    '{host, 이/가} {server}({service})에 {intervalMs}마다 접속합니다. 접속 {flows}번, ±{jitterShare} 안에 드는 간격의 비율 {regularShare}.',
  'insight.volume-more':
    '{firstAt}부터 한 시간 동안 {exporter, 이/가} 보고한 양은 {bytes}이며, 그 시간대의 평소 {usualBytes}보다 많습니다.',
  'insight.volume-less':
    '{firstAt}부터 한 시간 동안 {exporter, 이/가} 보고한 양은 {bytes}이며, 그 시간대의 평소 {usualBytes}보다 적습니다.',
  'insight.nat-told': '{exporter, 이/가} {event, 을/를} {events}번 알렸습니다. 출발지는 약 {victims}개입니다.',
  'insight.nat-dropped': '출발지를 변환할 빈 포트가 없어 패킷 {packets}개를 버렸습니다.',
  'insight.nat-pool':
    '{address}의 {protocol} 포트 {ports}개 중 {used}개({share})를 {destination} 포트 {port} 쪽으로 사용 중입니다.',
  'insight.nat-pool.rule':
    '규칙 {rule}: {address}의 {protocol} 포트 {ports}개 중 {used}개({share})를 {destination} 포트 {port} 쪽으로 사용 중입니다.',
  'insight.saturation.more':
    '{interface, 은/는} 바쁜 시간에 {bitsPerSecond} 중 {presentBitsPerSecond}({share})를 사용하며, 매일 {growthBitsPerSecond}씩 늘어납니다.',
  'insight.saturation.less':
    '{interface, 은/는} 바쁜 시간에 {bitsPerSecond} 중 {presentBitsPerSecond}({share})를 사용하며, 매일 {growthBitsPerSecond}씩 줄어듭니다.',
  'insight.saturation.full': '{text} 가득 차는 날: {fullOn} (범위: {earliestOn} ~ {latestOn}).',
  'insight.never': '없음',

  'rule.new-peer':
    '{days}일 동안 아무도 통신하지 않은 상대가 {leastBytes} 이상일 때 알리며, {muchBytes}부터는 경고입니다.',
  'rule.host-scan':
    '흐름당 패킷이 {mostPackets}개 이하이고 응답이 거의 없는 접속이 한 포트로 호스트 {leastHosts}개 이상에 갈 때 알리며, {manyHosts}개부터는 중대입니다.',
  'rule.port-scan':
    '흐름당 패킷이 {mostPackets}개 이하인 접속이 한 호스트의 포트 {leastPorts}개 이상에 갈 때 알리며, {manyPorts}개부터는 중대입니다.',
  'rule.beacon':
    '흐름이 {leastFlows}개 이상이고 간격의 {leastShare} 이상이 평소 간격의 ±{jitterShare} 안에 있을 때 알립니다.',
  'rule.volume-more':
    '한 시간의 양이 이전 {days}일 같은 시간대의 중앙값에서 편차의 {deviations}배, {leastShare}, {leastBytes}보다 모두 크게 벗어날 때 알립니다.',
  'rule.volume-less':
    '한 시간의 양이 이전 {days}일 같은 시간대의 중앙값에서 편차의 {deviations}배, {leastShare}, {leastBytes}보다 모두 크게 벗어날 때 알립니다.',
  'rule.nat-told': '게이트웨이가 알릴 때마다 알립니다.',
  'rule.nat-dropped': '패킷 하나라도 버려지면 알립니다.',
  'rule.nat-pool': '포트의 {warnShare} 이상을 사용할 때 알립니다.',
  'rule.saturation':
    '{farDays}일 안에 회선이 가득 찰 것으로 보일 때 알리며, {warnDays}일 안이면 경고, 바쁜 시간의 사용률이 {fullShare} 이상이면 중대입니다.',

  'advice.new-peer':
    '누구의 주소인지, 어느 호스트가 통신하는지 확인하십시오. 새 서비스, 업데이트, 자료 유출이 여기서는 똑같아 보입니다.',
  'advice.host-scan': '의도한 스캔이 아니라면 {host, 을/를} 격리하고 무엇이 실행 중인지 확인하십시오.',
  'advice.port-scan':
    '의도한 스캔이 아니라면 {host, 을/를} 차단하고, {victim}에서 열어 두지 않아야 할 포트를 확인하십시오.',
  'advice.beacon':
    '업데이트와 모니터링도 이렇게 통신합니다. {host}에서 접속하는 프로그램이 무엇인지, 필요한 것인지 확인하십시오.',
  'advice.volume-more': '그 시간에 누가 통신했는지 하루 전과 비교하십시오.',
  'advice.volume-less': '{exporter, 이/가} 모두 보내고 있는지, 회선이 정상이었는지 확인하십시오.',
  'advice.nat-told': '풀에 주소나 포트를 추가하거나, 포트를 가장 많이 쓰는 출발지를 찾으십시오.',
  'advice.nat-dropped': '규칙에 주소나 포트를 추가하십시오. 포트를 얻지 못한 출발지는 변환 기록에 있습니다.',
  'advice.nat-pool': '규칙에 주소나 포트를 추가하거나, 포트를 가장 많이 쓰는 출발지를 찾으십시오.',
  'advice.saturation': '회선을 채우는 트래픽을 확인하고, 다른 회선으로 옮기거나 더 빠른 회선을 미리 신청하십시오.',

  'unread.too-short': '너무 짧음',
  'unread.unknown-version': '알 수 없는 버전',
  'unread.trailing-bytes': '끝 뒤에 남은 바이트',
  'unread.bad-length': '있을 수 없는 길이',
  'unread.bad-set-length': '메시지보다 긴 세트',
  'unread.bad-template': '잘못된 템플릿',
  'unread.too-many-fields': '필드가 너무 많은 템플릿',
  'unread.truncated-record': '잘린 레코드',
  'unread.bad-sample': '잘못된 샘플',
  'unread.bad-sflow': '잘못된 sFlow',
  'unread.without-template': '템플릿이 오지 않은 레코드',
  'unread.too-many-templates': '보관 한도를 넘은 템플릿',
  'unread.no-number-left': '번호가 남지 않은 이름',
  'unread.unknown-exporter': '목록에 없는 전송 장비',
  'unread.too-many-exporters': '수용 한도를 넘은 전송 장비',
  'unread.too-many-messages': '장비당 허용량을 넘은 메시지',
  'unread.too-many-domains': '수용 한도를 넘은 도메인',

  'problem.starting': '흐름 수집기를 시작하는 중입니다',
  'problem.closed': '흐름 수집기가 종료되었습니다',
  'problem.restarted': '흐름 수집기를 다시 시작합니다: {0}',
  'problem.unusable': '흐름을 수집하지 않습니다: {0}',
  'problem.unwritten': '흐름을 기록하지 못합니다: {0}',
  'problem.no-room': '레코드 {0}개가 디스크로 가는 동안 자리가 없었습니다',
  'problem.drops': '커널이 1분 동안 데이터그램 {0}개를 버렸습니다. 읽은 것보다 많이 도착했습니다',
  'problem.buffer':
    '커널은 {1}에서 데이터그램을 {0} KiB까지만 대기시키고 부하가 걸리면 더 많이 버립니다. `sysctl -w net.core.rmem_max={2}` 후 다시 시작하면 {3} KiB까지 허용됩니다',
  'problem.listen': '{0}에서 흐름을 받을 수 없습니다: {1}',
  'problem.state': '전송 장비에 대해 알고 있는 것을 기록하지 못했습니다: {0}',
  'problem.state-unread': '{0} 파일을 읽지 못했습니다. 템플릿은 시간이 지나면 옵니다: {1}',
  'problem.retention': '오래된 흐름을 지우지 못했습니다: {0}',
  'problem.health': '흐름 저장소가 상태를 알려 주지 않습니다: {0}',
  'problem.connections': '이 장비의 연결을 기록하지 않습니다: {0}',
  'problem.overflows': '읽는 것보다 빨리 와서 커널이 버린 연결 이벤트: {0}',
  'problem.unattributed': '이전에 시작되어 레코드 없이 끝난 연결: {0}. flows.conntrack.connections를 늘리십시오',
  'problem.uncounted': '시작할 때 집계가 꺼져 있어 세지 못하고 끝난 연결: {0}',
  'problem.no-counters': '이 커널에는 {0} 항목이 없습니다. 연결을 세지 않아 흐름 레코드가 없습니다',
  'problem.no-times': '이 커널에는 {0} 항목이 없습니다. 시작과 끝이 소식을 들은 만큼 늦습니다',
  'problem.counters-off':
    '{0} 항목이 꺼져 있어 연결을 세지 않으며 흐름 레코드가 없습니다. `sysctl -w {1}=1`로 켜십시오',
  'problem.times-off': '{0} 항목이 꺼져 있어 시작과 끝이 소식을 들은 만큼 늦습니다. `sysctl -w {1}=1`로 켜십시오',
  'problem.nat-use': '변환 {0}건은 목적지가 너무 많아 풀별로 셀 수 없습니다',
  'problem.nat-copies': '첫 패킷의 복사본이 읽는 것보다 빨리 와서 일부 출발지를 알 수 없습니다',
  'problem.nat-attempts': '기억할 수 있는 것보다 많은 연결이 한꺼번에 시작되어 일부 출발지를 알 수 없습니다',
  'problem.nat-rules': '포트 풀을 알 수 없습니다: {0}',
  'problem.nat-victims': '출발지를 알 수 없습니다: {0}',

  'filter.place': '필터 {column}번째 글자: {text}',
  'filter.expected': '여기에 올 수 있는 것: {expected}',
  'filter.found': '여기에 올 수 있는 것: {expected}, 입력된 것: {found}',
  'filter.nearest': '{text}. 혹시 {word} 아닙니까?',
  'filter.hint': '물을 수 있는 것은 안내서 `flow-analyzer.md`에 있습니다',
  'filter.the-end': '끝',
  'filter.or-list-end': '{expected} 또는 ]',
  'expected.fewer-characters': '최대 {most}자',
  'expected.fewer-levels': '최대 {most}단계의 ( 와 not',
  'expected.fewer-conditions': '조건 최대 {most}개',
  'expected.fewer-values': '값 최대 {most}개',
  'expected.shorter-filter': '더 짧은 필터',
  'expected.condition': '조건',
  'expected.condition-such-as': 'proto tcp, src host 10.0.0.1, port 443과 같은 조건',
  'expected.closing-quote': '닫는 따옴표 "',
  'expected.end-or-joint': 'and, or 또는 끝',
  'expected.bracket-or-joint': 'and, or 또는 )',
  'expected.interface-word': 'if',
  'expected.field-of-end': 'host, net, port, as 등',
  'expected.field-with-ends': 'src나 dst 뒤에는 {names} 중 하나',
  'expected.value-without-order': '값({field} 값은 크기를 비교할 수 없음)',
  'expected.one-number': '숫자 하나',
  'expected.mask': '255.255.0.0과 같은 마스크',
  'expected.whole-number': '{most} 이하의 정수',
  'expected.address-such-as': '10.0.0.1이나 2001:db8::1과 같은 주소',
  'expected.address': '주소',
  'expected.prefix': '10.0.0.0/8이나 2001:db8::/32와 같은 프리픽스',
  'expected.protocol': 'tcp, udp, icmp, 47과 같은 프로토콜',
  'expected.interface': '인터페이스의 번호나 이름',
  'expected.exporter': '전송 장비의 이름, 주소 또는 번호',
  'expected.name': '이름',
  'expected.network': '네트워크 이름',
  'expected.reason': '이유',
  'expected.country': 'DE와 같은 국가 코드 또는 unknown',
  'expected.flags': 'S, SA, S/SA와 같은 플래그(FSRPAUEC)',
  'expected.one-of': '{names} 중 하나',
  'expected.number-or-one-of': '숫자 또는 {names} 중 하나',
};
