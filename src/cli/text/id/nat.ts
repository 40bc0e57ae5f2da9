/** The command `nat`. */
export const idNat: Readonly<Record<string, string>> = {
  'Address translation: what became of connections, and who found no port':
    'Translasi alamat: menjadi apa koneksi, dan siapa yang tidak mendapat port',
  'What was translated and what was refused, newest first': 'Yang ditranslasi dan yang ditolak, terbaru lebih dulu',
  'only what was refused': 'hanya yang ditolak',
  'only what was translated': 'hanya yang ditranslasi',
  'How full pools of ports are, and how many packets found none':
    'Seberapa penuh kumpulan port, dan berapa paket yang tidak mendapat port',
  'nothing was translated or refused in this time': 'tidak ada yang ditranslasi atau ditolak dalam waktu ini',
  'translations of this machine are not watched: write `nat: {}` into the section `flows` of the configuration':
    'translasi mesin ini tidak diamati: tulis `nat: {}` di bagian `flows` pada konfigurasi',
  'there are more: ask for more rows with --limit': 'masih ada lagi: minta lebih banyak baris dengan --limit',
  event: 'kejadian',
  protocol: 'protokol',
  destination: 'tujuan',
  became: 'menjadi',
  'told by': 'dilaporkan oleh',
  peak: 'puncak',
  ports: 'port',
  'busiest destination': 'tujuan tersibuk',
  connections: 'koneksi',
  rule: 'aturan',
  '{0} of them by name': '{0} di antaranya diketahui sumbernya',
  'not by name: `name-victims` is off': 'sumber tidak diketahui: `name-victims` mati',
  'since {0}: {1} translations began, {2} ended': 'sejak {0}: {1} penerjemahan dimulai, {2} berakhir',
  'dropped for want of a port: {0} packets ({1})': 'dibuang karena tidak ada port: {0} paket ({1})',
  'dropped since connections clashed: {0} packets': 'dibuang karena koneksi bentrok: {0} paket',
  'dropped since there was no room for a connection: {0} packets':
    'dibuang karena tidak ada tempat untuk koneksi: {0} paket',
  'connections: {0} of {1}': 'koneksi: {0} dari {1}',
  'problem: {0}': 'masalah: {0}',
  "option '{0}' cannot be used with option '{1}'": "opsi '{0}' tidak dapat dipakai bersama opsi '{1}'",
  'Who had an address that the outside saw, and its port, at a time':
    'Siapa yang memakai alamat dan port yang terlihat dari luar pada suatu waktu',
  'without it, everybody who had the address': 'tanpanya, semua yang memakai alamat itu',
  'such as 2026-01-31T12:00:00Z, or 6h for so long ago':
    'misalnya 2026-01-31T12:00:00Z, atau 6h untuk sekian lama yang lalu',
  'clocks may be off by so much': 'selisih jam yang ditoleransi',
  'nobody, as far as the log says': 'tidak ada, menurut catatan',
  'the log of those days has more than was looked at: name a port':
    'catatan hari itu lebih banyak daripada yang diperiksa: sebutkan port',
  began: 'dimulai',
};
