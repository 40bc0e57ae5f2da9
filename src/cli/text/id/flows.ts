/** The command `flows`. */
export const idFlows: Readonly<Record<string, string>> = {
  'Records of network flows: NetFlow, IPFIX, sFlow': 'Catatan aliran jaringan: NetFlow, IPFIX, sFlow',
  'What the messages in a file say, field by field': 'Isi pesan dalam sebuah berkas, kolom demi kolom',
  'a capture (pcap, pcapng), or a file of messages such as an IPFIX file':
    'tangkapan (pcap, pcapng), atau berkas pesan seperti berkas IPFIX',
  'one JSON object a message': 'satu objek JSON per pesan',
  'Collect what exporters send, in the foreground, without a watcher':
    'Kumpulkan yang dikirim pengirim, di latar depan, tanpa pengamat',
  'udp:HOST:PORT or tcp:HOST:PORT, several times (default: udp:127.0.0.1:2055)':
    'udp:HOST:PORT atau tcp:HOST:PORT, boleh berkali-kali (bawaan: udp:127.0.0.1:2055)',
  'a configuration whose section `flows` says how; what is given here goes before':
    'konfigurasi yang bagian `flows`-nya menentukan caranya; yang diberikan di sini didahulukan',
  'the folder to keep records in (default: flows)': 'folder untuk menyimpan catatan (bawaan: flows)',
  'the folder to keep records in': 'folder untuk menyimpan catatan',
  'one JSON object an event: ready, progress, stopped': 'satu objek JSON per kejadian: ready, progress, stopped',
  'Send the messages of a capture to a collector, or read a capture into a folder of records':
    'Kirim pesan dari tangkapan ke kolektor, atau baca tangkapan ke folder catatan',
  'messages of exporters, or packets that flows are made of (default: messages if there are any)':
    'pesan pengirim, atau paket yang dijadikan aliran (bawaan: pesan jika ada)',
  'of packets in VXLAN: the flows inside the tunnel, instead of those of the tunnel':
    'dari paket dalam VXLAN: aliran di dalam terowongan, bukan aliran terowongannya',
  'a capture (pcap, pcapng)': 'tangkapan (pcap, pcapng)',
  'where to send them, by UDP': 'tujuan pengiriman, dengan UDP',
  'the folder to keep records in, with the times and exporters of the capture':
    'folder untuk menyimpan catatan, dengan waktu dan pengirim dari tangkapan',
  'so many times as fast as they were captured, or max': 'berapa kali lebih cepat daripada saat ditangkap, atau max',
  'one JSON object an event: progress, done': 'satu objek JSON per kejadian: progress, done',
  'Read flow logs of a cloud into a folder of records': 'Baca log aliran dari sebuah awan ke dalam folder catatan',
  'whose logs they are': 'log milik awan mana',
  'files of logs, .gz too': 'berkas log, .gz juga',
  'AWS: the fields of a record in their order, where files do not begin with them':
    'AWS: bidang-bidang catatan menurut urutannya, bila berkas tidak diawali dengannya',
  'Make messages of flows, the same ones for the same seed': 'Membuat pesan aliran, sama untuk benih yang sama',
  'of the messages': 'format pesan',
  'how many': 'jumlah catatan',
  'so many records a second': 'sekian catatan per detik',
  'what they depend on': 'benih yang menentukan isinya',
  'a capture (pcap) to write them into': 'berkas tangkapan (pcap) tujuan',
  'what was made, as one JSON object': 'yang dibuat, sebagai satu objek JSON',
  'Who exports, what of it was lost or could not be read, and what is kept':
    'Siapa yang mengekspor, apa yang hilang atau tidak terbaca, dan apa yang disimpan',
  'exporters, those with the most records first': 'jumlah pengirim, yang catatannya terbanyak lebih dulu',
  'print JSON, with all exporters': 'cetak JSON, dengan semua pengirim',
  'no flows are collected here: name where to listen in the section `flows` of the configuration':
    'tidak ada aliran yang dikumpulkan di sini: sebutkan alamat penerimaan pada bagian `flows` di konfigurasi',
  'no exporter has sent anything yet': 'belum ada pengirim yang mengirim apa pun',
  'last record (UTC)': 'catatan terakhir (UTC)',
  exporter: 'pengirim',
  format: 'format',
  domain: 'domain',
  records: 'catatan',
  lost: 'hilang',
  sampling: 'sampling',
  templates: 'templat',
  clock: 'jam',
};
