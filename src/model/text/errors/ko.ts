import type { ErrorTexts } from './texts.ts';

export const koErrors: ErrorTexts = {
  CONFIG_INVALID: {
    meaning: '구성에 오류가 있습니다. 각 오류는 파일, 행, 열, 경로를 알려 줍니다.',
    hint: '`quorumwatch check FILE`을 실행하고 표시된 줄을 고치십시오',
  },
  FLOW_VIEW_INVALID: {
    meaning: '트래픽 보기에 오류가 있습니다. 각 오류는 행, 열, 경로를 알려 줍니다.',
    hint: '표시된 곳을 고치십시오. 형식은 안내서 `traffic.md`에 있습니다',
  },
  DASHBOARD_INVALID: {
    meaning: '대시보드에 오류가 있습니다. 각 오류는 행, 열, 경로를 알려 줍니다.',
    hint: '표시된 곳을 고치십시오. 형식은 안내서 `dashboards.md`에 있습니다',
  },
  CONFIG_UNREADABLE: { meaning: '구성 파일을 읽을 수 없습니다.', hint: '경로와 권한을 확인하십시오' },
  SECRET_UNREADABLE: {
    meaning: '구성에 적힌 비밀 값(파일 또는 환경 변수)을 읽을 수 없습니다.',
    hint: '이 사용자가 읽을 수 있는 파일을 만들거나 변수를 설정하십시오',
  },
  DATA_LOCKED: {
    meaning: '실행 중인 다른 감시자가 데이터 폴더를 쓰고 있습니다.',
    hint: '그 감시자를 멈추거나 --data로 다른 폴더를 지정하십시오',
  },
  DATA_FOREIGN: {
    meaning: '데이터 폴더가 다른 감시자나 클러스터의 것입니다.',
    hint: '--data로 이 감시자의 폴더를 지정하십시오',
  },
  DATA_NEWER: {
    meaning: '데이터 폴더가 더 새로운 버전으로 작성되었습니다.',
    hint: '그 버전을 실행하거나 빈 폴더로 시작하십시오',
  },
  DATA_UNUSABLE: {
    meaning: '데이터 폴더를 읽거나 쓸 수 없습니다.',
    hint: '폴더가 맞는지, 이 사용자가 쓸 수 있는지, 디스크에 공간이 있는지 확인하거나 --data로 다른 폴더를 지정하십시오',
  },
  LEDGER_CORRUPT: {
    meaning: '영구 기록의 중간이 손상되었습니다. 잘라 낸 것은 없습니다.',
    hint: '`quorumwatch ledger verify`를 실행하고 표시된 파일을 백업에서 복원하십시오',
  },
  LEDGER_UNAVAILABLE: {
    meaning: '영구 로그에 쓸 수 없습니다(디스크가 가득 찼거나 입출력 오류). 더 이상 아무것도 확인하지 않습니다.',
    hint: '공간을 비우거나 디스크를 교체한 뒤 감시자를 다시 시작하십시오',
  },
  TELEMETRY_BEHIND: {
    meaning: '저장할 수 있는 것보다 많은 측정 데이터가 들어옵니다. 거부된 것은 사라지고 감시는 계속됩니다.',
    hint: '디스크나 서버가 따라오는지 확인하거나 덜 자주 측정하십시오',
  },
  TELEMETRY_UNWRITABLE: {
    meaning: '측정 데이터를 쓸 수 없습니다(디스크가 가득 찼거나 입출력 오류). 이후 측정값은 다시 시도합니다.',
    hint: '데이터 폴더의 공간을 비우거나 보관 기간을 줄이십시오',
  },
  TELEMETRY_CORRUPT: {
    meaning: '저장된 측정 데이터가 손상되었습니다. 나머지는 조회할 수 있습니다.',
    hint: '표시된 파일을 백업에서 복원하거나 삭제하십시오',
  },
  TELEMETRY_QUERY: { meaning: '측정 데이터에 대한 질의가 올바르지 않습니다.', hint: '필요한 형식을 확인하십시오' },
  TELEMETRY_LIMIT: {
    meaning: '질의에 허용된 것보다 많은 행이나 메모리가 필요합니다.',
    hint: '기간이나 시계열을 줄이거나 간격을 넓히십시오',
  },
  TELEMETRY_DEADLINE: {
    meaning: '측정 데이터 저장소가 제때 응답하지 않았습니다.',
    hint: '기간이나 시계열을 줄이거나 간격을 넓히십시오',
  },
  TELEMETRY_UNAVAILABLE: {
    meaning: '측정 데이터 저장소가 지금 응답할 수 없습니다.',
    hint: '다시 시도하십시오. 무슨 일인지는 로그에 있습니다',
  },
  REQUEST_TOO_LARGE: { meaning: '요청이 크기 제한을 넘습니다.', hint: '한 번에 적게 보내십시오' },
  OVERLOADED: { meaning: '대기열이 가득 찼거나 멤버들이 제때 합의하지 못했습니다.', hint: '나중에 다시 시도하십시오' },
  LISTEN_FAILED: {
    meaning: 'HTTP 주소를 쓸 수 없습니다.',
    hint: '--listen HOST:PORT로 다른 주소를 고르거나 그 주소를 쓰는 프로그램을 멈추십시오',
  },
  LISTEN_INSECURE: {
    meaning: 'HTTP 주소가 루프백이 아니며 TLS가 없습니다.',
    hint: 'server.tls를 구성하거나, 다른 프로그램이 암호화한다면 --insecure로 시작하십시오',
  },
  UNSUPPORTED: { meaning: '이 컴퓨터나 빌드에서는 할 수 없습니다.', hint: '`quorumwatch doctor`를 실행하십시오' },
  UNREACHABLE: { meaning: '감시자가 응답하지 않습니다.', hint: '실행 중인지 확인하고 --url로 지정하십시오' },
  UNAUTHORIZED: {
    meaning: '토큰이 없거나 틀렸거나 만료되었습니다.',
    hint: '유효한 토큰을 --token-file로 지정하십시오',
  },
  TOO_MANY_ATTEMPTS: {
    meaning: '이 이름이나 주소에서 로그인에 너무 많이 실패했습니다.',
    hint: '응답에 표시된 시간만큼 기다린 뒤 다시 시도하십시오',
  },
  FORBIDDEN: { meaning: '이 토큰의 역할로는 할 수 없습니다.', hint: '표시된 역할의 토큰을 쓰십시오' },
  NOT_FOUND: { meaning: '그런 것은 없습니다.', hint: '무엇이 있는지 목록을 확인하십시오' },
  CONFLICT: { meaning: '현재 상태에서는 할 수 없습니다.', hint: '먼저 현재 상태를 읽으십시오' },
  BAD_INPUT: { meaning: '입력이 올바르지 않습니다.', hint: '필요한 형식을 확인하십시오' },
  INTERNAL: { meaning: '프로그램 자체의 규칙이 깨졌습니다.', hint: '로그와 함께 알려 주십시오' },
};
