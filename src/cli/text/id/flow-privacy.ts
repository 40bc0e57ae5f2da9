/** Commands about what of people is kept in records of flows. */
export const idFlowPrivacy: Readonly<Record<string, string>> = {
  'Make a key for pseudonyms of addresses': 'Buat kunci untuk nama samaran alamat',
  'the new file; one that is there stays as it is': 'berkas baru; berkas yang sudah ada tidak diubah',
  'What is kept instead of an address': 'Apa yang disimpan sebagai ganti sebuah alamat',
  'The address that a pseudonym was made of': 'Alamat asal sebuah nama samaran',
  'an IPv4 or IPv6 address': 'alamat IPv4 atau IPv6',
  'the key of the pseudonyms': 'kunci nama samaran',
  'Delete single records of one kind; the ledger says what was deleted':
    'Hapus catatan tunggal satu jenis; buku besar mencatat apa yang dihapus',
  'those that ended before, such as 90d ago or 2026-01-31T12:00:00Z':
    'yang berakhir sebelumnya, misalnya 90d (lalu) atau 2026-01-31T12:00:00Z',
  'which records': 'catatan yang mana',
  'records of': 'jenis catatan',
  rows: 'baris',
  files: 'berkas',
  'nothing is as old; files that also hold later records stay until these are as old':
    'tidak ada yang setua itu; berkas yang juga memuat catatan lebih baru tetap ada sampai semuanya setua itu',
};
