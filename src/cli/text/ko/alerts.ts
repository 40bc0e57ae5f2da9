/** The command `alert`. */
export const koAlerts: Readonly<Record<string, string>> = {
  'Alerting policies, now and over the past': '경보 정책의 현재와 과거',
  'All policies with their state': '모든 정책과 그 상태',
  'One policy with its resources': '정책 하나와 그 리소스',
  'Incidents that the policies of a file would have opened in the past': '파일의 정책이 과거에 열었을 인시던트',
  'one policy, a list of them, or a whole configuration': '정책 하나, 정책 목록 또는 전체 구성',
  policy: '정책',
  severity: '심각도',
  firing: '발생',
  incidents: '인시던트',
  'evaluated (UTC)': '평가 (UTC)',
  resource: '리소스',
  incident: '인시던트',
  opinions: '의견',
  'seen here': '여기서 본 것',
  'from (UTC)': '시작 (UTC)',
  'to (UTC)': '끝 (UTC)',
  told: '알린 대상',
  'such as 6h for so long ago, or 2026-01-31T12:00:00Z; a week ago by default':
    '예: 6h(6시간 전) 또는 2026-01-31T12:00:00Z. 기본값은 1주일 전',
};
