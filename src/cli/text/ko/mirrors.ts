/** The command `mirror`. */
export const koMirrors: Readonly<Record<string, string>> = {
  'Approve a mirror that another person has proposed': '다른 사람이 제안한 패킷 미러를 승인합니다',
  'Copies of packets, for which two people are needed': '패킷 복사. 두 사람이 필요합니다',
  'Get the captured packets as a pcapng file; the ledger says who reads them and why':
    '캡처한 패킷을 pcapng 파일로 받습니다. 누가 왜 읽는지 원장에 남습니다',
  'Mirrors that are not long over, newest first': '끝난 지 오래되지 않은 패킷 미러, 최신순',
  'Propose a mirror; it begins when another person approves it within 15 minutes':
    '패킷 미러를 제안합니다. 다른 사람이 15 분 안에 승인하면 시작됩니다',
  'Take the VXLAN that mirrors of other machines send into a ring of pcapng files':
    '다른 장비의 미러가 보내는 VXLAN 을 pcapng 파일 링에 받습니다',
  'Withdraw a mirror, or end it before its time': '패킷 미러를 철회하거나 기한 전에 끝냅니다',
  'a new file': '새 파일',
  'an address of this machine': '이 장비의 주소',
  'approved by': '승인',
  'bytes kept of each packet in files (default: 96)': '파일에 남기는 패킷당 바이트 수 (기본값: 96)',
  'collect in files here, of so many bytes together (default: 256MiB)':
    '여기의 파일에 모읍니다. 모두 합한 크기 (기본값: 256MiB)',
  collector: '수집처',
  'how long (default: until it is interrupted)': '기간 (기본값: 중단할 때까지)',
  'how long files stay after the end, then they are shredded': '끝난 뒤 파일을 보관하는 기간. 그 후 파쇄합니다',
  'how long, at most 24h': '기간, 최대 24h',
  'interfaces whose packets are copied': '패킷을 복사할 인터페이스',
  'network identifier of VXLAN': 'VXLAN 네트워크 식별자',
  'nothing is mirrored': '미러링 중인 것이 없습니다',
  'of all files together': '모든 파일을 합한 크기',
  'only packets from or to these networks': '이 네트워크에서 오거나 가는 패킷만',
  'only packets whose other end is in these networks': '상대가 이 네트워크에 있는 패킷만',
  'only these: icmp, tcp, udp, gre, esp, ospf, sctp, or numbers':
    '다음만: icmp, tcp, udp, gre, esp, ospf, sctp 또는 번호',
  packets: '패킷',
  'port of VXLAN': 'VXLAN 포트',
  'print what would be done, and ask nobody': '할 일을 출력하고 아무에게도 묻지 않습니다',
  purpose: '목적',
  receiving: '수신 중',
  'send copies out of this interface': '이 인터페이스로 사본을 내보냅니다',
  'send copies there as VXLAN': '사본을 VXLAN 으로 그곳에 보냅니다',
  'the same by names that the configuration has under mirrors.tags': '설정의 mirrors.tags 에 있는 이름으로 같은 것',
  'the watcher that carries it out (default: the one that is asked)': '수행할 감시자 (기본값: 요청받은 감시자)',
  'what it is for; it stands in the ledger': '용도. 원장에 남습니다',
  'what they are read for': '읽는 이유',
  'where the files go': '파일을 둘 곳',
};
