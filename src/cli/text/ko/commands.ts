/** Descriptions of commands. */
export const koCommands: Readonly<Record<string, string>> = {
  'A network watch that one broken, partitioned or lying watcher cannot fool.':
    '감시자 하나가 고장 나거나 고립되거나 거짓을 말해도 속지 않는 네트워크 감시 도구입니다.',
  'Run a watcher; without a configuration, watch what this machine uses':
    '감시자를 실행합니다. 구성이 없으면 이 컴퓨터가 쓰는 것을 감시합니다',
  'Make the keys, the genesis and one folder for each member of a new cluster':
    '새 클러스터의 키, 제네시스, 멤버별 폴더를 만듭니다',
  'Make the folder and the key of a watcher that is to be added to a cluster':
    '클러스터에 추가할 감시자의 폴더와 키를 만듭니다',
  'Validate a configuration; every error with file, line, column, path and what was expected':
    '구성을 검증합니다. 오류마다 파일, 행, 열, 경로와 필요한 값을 알려 줍니다',
  'Show what a configuration would change': '구성을 적용하면 무엇이 바뀌는지 보여 줍니다',
  'Commit a configuration through the ledger': '원장을 거쳐 구성을 확정합니다',
  'Print the configuration in force': '적용 중인 구성을 출력합니다',
  'One probe, or --count of them; every option of the type by its configuration name':
    '프로브를 한 번, 또는 --count만큼 실행합니다. 종류별 옵션은 구성에서 쓰는 이름을 따릅니다',
  'The verdict of every check, and the health of the cluster': '모든 점검의 판정과 클러스터의 상태입니다',
  'Committed transitions, incidents and actions, oldest first':
    '확정된 판정 변경, 인시던트, 동작을 오래된 것부터 보여 줍니다',
  'Incidents as people handle them': '사람이 처리하는 인시던트입니다',
  'Incidents that match: open ones, then resolved ones, each newest first':
    '조건에 맞는 인시던트: 진행 중인 것, 해소된 것의 순서이며 각각 최신순입니다',
  'One incident with its timeline and actions': '인시던트 하나의 경과와 동작입니다',
  'Say that somebody is on it': '누군가 처리하고 있음을 알립니다',
  'Give it to a receiver or a user; to nobody without a name':
    '수신자나 사용자에게 맡깁니다. 이름이 없으면 지정을 해제합니다',
  'Add a note to the timeline': '경과에 메모를 추가합니다',
  'Set the status as people handle it': '사람이 판단한 상태를 정합니다',
  'End it by hand': '수동으로 끝냅니다',
  'Say what caused it; an empty text takes it back': '원인을 적습니다. 빈 글이면 지웁니다',
  'Set the impact as people see it; without one it is what the verdict says':
    '사람이 판단한 영향을 정합니다. 지정하지 않으면 판정을 따릅니다',
  'Say that two incidents have the same cause': '두 인시던트의 원인이 같다고 표시합니다',
  'Say that two incidents have different causes after all': '두 인시던트의 원인이 다르다고 다시 표시합니다',
  'Write what was learned, from a Markdown file; without a file print what there is':
    '마크다운 파일로 사후 분석을 작성합니다. 파일이 없으면 지금 내용을 출력합니다',
  'The incident with timeline, cause and receipts, as Markdown, or as JSON with --json':
    '경과, 원인, 실행 기록을 포함한 인시던트를 마크다운으로, --json이면 JSON으로 내보냅니다',
  'Quiet for a while: no new incidents, and nobody new is told':
    '잠시 알림을 멈춥니다. 새 인시던트가 열리지 않고 새로 알림을 받는 사람이 없습니다',
  'Snoozes that act now': '지금 적용 중인 알림 중지입니다',
  'Keep one policy, check, selection of checks, or incident quiet':
    '정책, 점검, 선택한 점검들 또는 인시던트 하나의 알림을 멈춥니다',
  'End a snooze before its time': '알림 중지를 기한 전에 끝냅니다',
  'Groups of targets: how they are, and from where': '대상 그룹: 어떤 상태이며 어디에서 보았는지 보여 줍니다',
  'Groups with the verdicts in them': '그룹과 그 안의 판정입니다',
  'One group: each of its checks from every location, worst first':
    '그룹 하나: 각 점검을 모든 위치에서 본 결과를 나쁜 것부터 보여 줍니다',
  'Ways out to the Internet: how they are, which carries what, and switching':
    '인터넷으로 나가는 길: 상태, 트래픽을 나르는 업링크, 전환입니다',
  'Uplinks, how they are, and which of them carry new connections': '업링크의 상태와 새 연결을 나르는 업링크입니다',
  'One uplink, or all: what each watcher thinks of it, and the last switches':
    '업링크 하나 또는 전체: 각 감시자의 의견과 최근 전환입니다',
  'Send the traffic over this uplink, or leave the choice to the watcher again':
    '트래픽을 이 업링크로 보내거나, 선택을 다시 감시자에게 맡깁니다',
  'Fail an uplink on purpose for a while, measure how the traffic leaves it, and restore it':
    '업링크를 잠시 일부러 중단하여 트래픽이 옮겨 가는 것을 측정하고 되돌립니다',
  'What is measured, and its values over time': '측정하는 것과 시간에 따른 값입니다',
  'All metrics': '모든 지표입니다',
  'Values of one metric': '지표 하나의 값입니다',
  'Dashboards: those that come with the program, and your own': '대시보드: 기본 제공되는 것과 직접 만든 것입니다',
  'All dashboards': '모든 대시보드입니다',
  'One dashboard as YAML, to be edited and applied': '편집하고 적용할 수 있도록 대시보드 하나를 YAML로 출력합니다',
  'Save a dashboard of a YAML or JSON file through the ledger; its key `name` says under which name':
    'YAML 또는 JSON 파일의 대시보드를 원장을 거쳐 저장합니다. 이름은 파일의 `name` 키를 따릅니다',
  'Remove a dashboard': '대시보드를 삭제합니다',
  'The durable record': '지워지지 않는 기록입니다',
  'Size, root and health of the ledger and of those who agree on it':
    '원장의 크기, 루트, 상태와 합의하는 감시자들의 상태입니다',
  'Check every entry: hashes, chain, Merkle root, signed checkpoint':
    '모든 항목을 검증합니다: 해시, 체인, 머클 루트, 서명된 체크포인트',
  'Members and observers of the cluster': '클러스터의 멤버와 관찰자입니다',
  'Who belongs to the cluster': '클러스터에 속한 감시자입니다',
  'A newcomer follows as an observer, until it is promoted': '새 감시자는 승격될 때까지 관찰자로 따라갑니다',
  'Observers become voting members, all at once': '관찰자들이 한꺼번에 투표 멤버가 됩니다',
  'Members become observers': '멤버가 관찰자가 됩니다',
  'Watchers leave the cluster': '감시자가 클러스터를 떠납니다',
  'A watcher goes over to a new key': '감시자가 새 키로 바꿉니다',
  'Make the key that the watcher of a data folder is to go over to': '데이터 폴더의 감시자가 바꿀 새 키를 만듭니다',
  'Another machine takes the place of one that is lost': '잃어버린 컴퓨터의 자리를 다른 컴퓨터가 대신합니다',
  'A watcher is reached elsewhere from now on': '감시자의 주소를 바꿉니다',
  'Paths between watchers: round trip, loss and jitter by direction':
    '감시자 사이의 경로: 왕복 시간, 방향별 손실과 지터입니다',
  'Receivers of notifications: who is told, and whether it works':
    '알림 수신자: 누구에게 알리는지와 제대로 전달되는지 보여 줍니다',
  'Receivers with their channels and what came of the last message': '수신자의 채널과 마지막 메시지의 결과입니다',
  'Send a test message over every channel of a receiver': '수신자의 모든 채널로 시험 메시지를 보냅니다',
  'Make a watcher of `up --watchers N` lie, stand still or be cut off, and heal it again':
    '`up --watchers N`의 감시자를 거짓말하거나 멈추거나 끊어지게 하고, 다시 복구합니다',
  'Records of outages that anyone can verify offline': '누구나 오프라인으로 검증할 수 있는 장애 기록입니다',
  'Write the certificate of an incident': '인시던트의 증명서를 작성합니다',
  'Check a certificate against the genesis of its cluster; needs no network and no watcher':
    '클러스터의 제네시스로 증명서를 검증합니다. 네트워크도 감시자도 필요 없습니다',
  'Other tools’ configuration into ours; what was not translated is listed':
    '다른 도구의 구성을 가져옵니다. 변환하지 못한 것은 목록으로 보여 줍니다',
  'A RouterOS export with /tool netwatch and /ip route':
    '/tool netwatch와 /ip route가 들어 있는 RouterOS 내보내기 파일입니다',
  'People who sign in with a password': '비밀번호로 로그인하는 사용자입니다',
  'Add a user; the first admin is made so': '사용자를 추가합니다. 첫 관리자도 이렇게 만듭니다',
  Users: '사용자 목록입니다',
  'Change what a user may do': '사용자의 권한을 변경합니다',
  'Set the password of a user, who is signed out everywhere':
    '사용자의 비밀번호를 설정합니다. 모든 곳에서 로그아웃됩니다',
  'Keep a user out; signed out at once': '사용자를 사용 중지합니다. 즉시 로그아웃됩니다',
  'Let a user in again': '사용자를 다시 허용합니다',
  'Remove a user with all tokens': '사용자와 모든 토큰을 삭제합니다',
  'Tokens for the HTTP API': 'HTTP API 토큰입니다',
  'Make a token; it is shown once': '토큰을 만듭니다. 한 번만 표시됩니다',
  'Tokens, without their secrets': '비밀 값을 뺀 토큰 목록입니다',
  'End a token': '토큰을 폐기합니다',
  'What people and programs did to this watcher': '사용자와 프로그램이 이 감시자에 한 일입니다',
  'Who signed in and who changed what, the newest first': '누가 로그인했고 무엇을 변경했는지 최신순으로 보여 줍니다',
  'What this machine allows, and how to fix what it does not':
    '이 컴퓨터에서 할 수 있는 것과, 할 수 없는 것을 고치는 방법입니다',
  'Deterministic simulation of the consensus protocols': '합의 프로토콜의 결정론적 시뮬레이션입니다',
  'Run worlds with faults, one for each seed, and judge them': '시드마다 고장이 있는 세계를 하나씩 실행하고 판정합니다',
  'Run the plan of a failed seed again, with one line for each transition':
    '실패한 시드의 계획을 다시 실행하며 전이마다 한 줄을 출력합니다',
  'List the seeded bugs': '심어 둔 버그의 목록입니다',
  'Whose turn it is, and who takes it for another': '누구의 차례인지, 누가 대신하는지 보여 줍니다',
  'Who is on call now and next, by rota': '당직표별로 현재와 다음 당직자를 보여 줍니다',
  'Somebody takes a turn for another': '다른 사람의 차례를 대신합니다',
  'Take an override back before its time': '대신하기를 기한 전에 되돌립니다',
  'The public status page': '공개 상태 페이지입니다',
  'Write all pages, feeds and figures into a folder that any web server can serve':
    '모든 페이지, 피드, 수치를 아무 웹 서버로나 제공할 수 있는 폴더에 씁니다',
};
