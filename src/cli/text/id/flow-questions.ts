/** The commands that ask about traffic. */
export const idFlowQuestions: Readonly<Record<string, string>> = {
  'Who and what has the most traffic': 'Siapa dan apa yang lalu lintasnya terbanyak',
  'a folder of flows, instead of a watcher': 'folder aliran, sebagai ganti pengamat',
  'so long until now, such as 1h or 7d': 'selama ini sampai sekarang, misalnya 1h atau 7d',
  'as nfdump and tcpdump have it: proto tcp and dst port 443 and src net 10.0.0.0/8':
    'seperti nfdump dan tcpdump: proto tcp and dst port 443 and src net 10.0.0.0/8',
  'what rows are told apart by, separated by commas': 'pembeda baris, dipisahkan koma',
  'source-destination or client-server': 'source-destination atau client-server',
  'records, or sums of a slice, which outlive them: auto, records, 1m, 1h':
    'catatan tunggal, atau jumlah per rentang yang bertahan lebih lama: auto, records, 1m, 1h',
  'of flows that both ends report: source, destination, sum or average':
    'untuk aliran yang dilaporkan kedua ujung: source, destination, sum atau average',
  'Rates of traffic over the time in which there was some': 'Laju lalu lintas selama waktu yang ada lalu lintasnya',
  'print JSON, with the courses of the first rows and the question as SQL':
    'cetak JSON, dengan perjalanan baris pertama dan pertanyaan sebagai SQL',
  'Traffic over time, drawn in the terminal': 'Lalu lintas sepanjang waktu, digambar di terminal',
  'only letters that every terminal has': 'hanya huruf yang ada di semua terminal',
  'One SELECT statement (DuckDB) over flows, flow_accounts, flows_1m, flows_1h and names':
    'Satu pernyataan SELECT (DuckDB) atas flows, flow_accounts, flows_1m, flows_1h dan names',
  'such as SELECT address(source_high, source_low), sum(bytes) FROM flows GROUP BY ALL':
    'misalnya SELECT address(source_high, source_low), sum(bytes) FROM flows GROUP BY ALL',
  total: 'jumlah',
  average: 'rata-rata',
  median: 'median',
  '95 %': '95 %',
  most: 'terbanyak',
  filter: 'filter',
  bytes: 'bita',
  flows: 'aliran',
  share: 'bagian',
  '±': '±',
  'New peers, scans, beacons, unusual volumes, exhausted pools, interfaces that will be full':
    'Lawan baru, pemindaian, beacon, volume tak biasa, pool yang habis, antarmuka yang akan penuh',
  summary: 'ringkasan',
  'nothing stands out': 'tidak ada yang menonjol',
  'and {0} more rows': 'dan {0} baris lagi',
  'and more than {0} rows': 'dan lebih dari {0} baris',
  '{0} is the key: keep a copy of it, and let nobody else have it':
    '{0} adalah kuncinya: simpan salinannya, dan jangan berikan kepada orang lain',
  'listening at {0}; {1} records a second': 'mendengarkan di {0}; {1} catatan per detik',
  'kept: {0} records in {1}B; {2} wait for the disk': 'disimpan: {0} catatan dalam {1}B; {2} menunggu disk',
  'kept from {0} to {1}': 'disimpan dari {0} sampai {1}',
  'dropped by the kernel: {0} datagrams; not read: {1}': 'dibuang kernel: {0} datagram; tidak terbaca: {1}',
  'and {0} more exporters': 'dan {0} pengirim lagi',
  '{0} ahead': '{0} lebih cepat',
  '{0} behind': '{0} lebih lambat',
  nothing: 'tidak ada',
  all: 'semua',
  'all others': 'semua lainnya',
};
