/** Commands about what of people is kept in records of flows. */
export const koFlowPrivacy: Readonly<Record<string, string>> = {
  'Make a key for pseudonyms of addresses': '주소 가명용 키 만들기',
  'the new file; one that is there stays as it is': '새 파일. 이미 있는 파일은 그대로 둠',
  'What is kept instead of an address': '주소 대신 보관되는 것',
  'The address that a pseudonym was made of': '가명의 원래 주소',
  'an IPv4 or IPv6 address': 'IPv4 또는 IPv6 주소',
  'the key of the pseudonyms': '가명의 키',
  'Delete single records of one kind; the ledger says what was deleted':
    '한 종류의 개별 레코드 삭제. 무엇이 삭제되었는지 원장에 남음',
  'those that ended before, such as 90d ago or 2026-01-31T12:00:00Z':
    '이 시각 전에 끝난 것. 예: 90d(90일 전) 또는 2026-01-31T12:00:00Z',
  'which records': '어떤 레코드',
  'records of': '레코드 종류',
  rows: '행',
  files: '파일',
  'nothing is as old; files that also hold later records stay until these are as old':
    '그만큼 오래된 것이 없음. 더 나중의 레코드도 든 파일은 그것들이 그만큼 오래될 때까지 남음',
};
