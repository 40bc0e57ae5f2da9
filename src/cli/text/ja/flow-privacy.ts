/** Commands about what of people is kept in records of flows. */
export const jaFlowPrivacy: Readonly<Record<string, string>> = {
  'Make a key for pseudonyms of addresses': 'アドレスの仮名のための鍵を作る',
  'the new file; one that is there stays as it is': '新しいファイル。既にあるファイルはそのまま',
  'What is kept instead of an address': 'アドレスの代わりに保存されるもの',
  'The address that a pseudonym was made of': '仮名の元のアドレス',
  'an IPv4 or IPv6 address': 'IPv4 または IPv6 アドレス',
  'the key of the pseudonyms': '仮名の鍵',
  'Delete single records of one kind; the ledger says what was deleted':
    '1 種類の個々のレコードを削除。何が削除されたかは台帳に残る',
  'those that ended before, such as 90d ago or 2026-01-31T12:00:00Z':
    'この時刻より前に終わったもの。例: 90d(90 日前)または 2026-01-31T12:00:00Z',
  'which records': 'どのレコード',
  'records of': 'レコードの種類',
  rows: '行',
  files: 'ファイル',
  'nothing is as old; files that also hold later records stay until these are as old':
    'それほど古いものはない。より新しいレコードも含むファイルは、それらが同じだけ古くなるまで残る',
};
