/** The command `slo`. */
export const koObjectives: Readonly<Record<string, string>> = {
  'Service level objectives and their error budgets': '서비스 수준 목표와 오류 예산',
  'All objectives with what is left of their budgets': '모든 목표와 남은 예산',
  'One objective with its burn rates, outages and months': '목표 하나와 소진율, 중단, 월별 기록',
  'A calendar month with the certificates that prove its outages, as a folder':
    '한 달의 기록과 중단을 증명하는 증명서를 폴더로 저장',
  'no objectives: add a section `objectives` to the configuration (docs/guide/service-levels.md)':
    '목표가 없습니다. 구성에 `objectives` 절을 추가하십시오 (docs/guide/service-levels.md)',
  'such as 2026-10': '예: 2026-10',
  objective: '목표',
  goal: '목표값',
  reached: '달성',
  'budget left': '남은 예산',
  'burn rate': '소진율',
  'fires above': '발생 기준',
  'long window': '긴 구간',
  'short window': '짧은 구간',
  month: '월',
  minutes: '분',
  met: '달성',
  'at risk': '위험',
  missed: '미달',
};
