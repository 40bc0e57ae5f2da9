import type { FlowTexts } from './texts.ts';

export const idFlows: FlowTexts = {
  'trust.sampled': 'Perkiraan dari cuplikan: dalam 95 dari 100 kasus jumlahnya meleset paling banyak ±{errorShare}.',
  'trust.lost': '{lostShare} kiriman hilang di jalan.',
  'trust.nothing-lost': 'Tidak ada kiriman yang hilang di jalan.',
  'trust.lost-unknown': 'Pengirim ini tidak memberi tahu apakah ada kiriman yang hilang di jalan.',
  'trust.dropped': '{dropped} datagram tiba tetapi tidak dapat diterima.',
  'trust.partial': 'Tidak ditanyai: {missing}.',

  'note.two-kinds-of-bytes':
    'Ada dua macam bita: {packetBytes} dari paket dengan kepalanya dan {payloadBytes} dari muatan saja; jumlahnya bukan salah satunya. Saring menurut pengirim untuk melihat satu macam.',
  'note.both-ends.source': 'Catatan datang dari kedua ujung aliran: hanya yang dilaporkan ujung sumber yang dihitung.',
  'note.both-ends.destination':
    'Catatan datang dari kedua ujung aliran: hanya yang dilaporkan ujung tujuan yang dihitung.',
  'note.both-ends.sum': 'Catatan datang dari kedua ujung aliran: yang dilaporkan kedua ujung dihitung dua kali.',
  'note.both-ends.average':
    'Catatan datang dari kedua ujung aliran: dari aliran yang dilaporkan keduanya pada langkah yang sama, setengah dari jumlah keduanya yang dihitung.',
  'note.one-end-missing.source':
    'Ujung sumber tidak melaporkan apa pun, jadi hanya catatan yang tidak menyebut ujungnya yang dihitung.',
  'note.one-end-missing.destination':
    'Ujung tujuan tidak melaporkan apa pun, jadi hanya catatan yang tidak menyebut ujungnya yang dihitung.',
  'note.late-records':
    '{lateShare} catatan tiba lebih dari satu menit setelah berakhir: menit-menit terakhir masih dapat bertambah.',
  'note.sampling-unknown.all':
    'Tidak ada pengirim yang menyebut cara paket dicuplik: angkanya dihitung apa adanya dan galatnya tidak diketahui.',
  'note.sampling-unknown.some':
    '{unknownRecords} dari {records} catatan tidak menyebut cara paket dicuplik: angkanya dihitung apa adanya dan galatnya tidak diketahui.',
  'note.ranked-among': 'Baris diperingkat di antara {rankedRows} dari {rows} yang jumlah seluruhnya terbesar.',
  'note.sums.1m':
    'Ini jumlah per menit, yang disimpan lebih lama daripada catatan tunggal: tanpa alamat dan tanpa galat.',
  'note.sums.1h':
    'Ini jumlah per jam, yang disimpan lebih lama daripada catatan tunggal: tanpa alamat dan tanpa galat.',
  'note.sums-behind': 'Jumlah ada sampai {untilAt}; yang datang sesudahnya tidak ada dalam jawaban ini.',
  'note.sums-both-ends':
    'Dari jumlah tidak diketahui aliran mana yang dilaporkan kedua ujung, jadi semua yang dilaporkan keduanya dihitung.',
  'note.few-sources-merged':
    'Baris dengan kurang dari {leastSources} sumber ada dalam “others”, beserta yang diperlukan untuk menyembunyikannya.',
  'note.few-sources-withheld': 'Tidak ditampilkan: semua ini menyangkut kurang dari {leastSources} sumber.',

  'kind.new-peer': 'Rekan baru',
  'kind.host-scan': 'Pemindaian host',
  'kind.port-scan': 'Pemindaian port',
  'kind.beacon': 'Suar',
  'kind.volume': 'Volume tidak biasa',
  'kind.nat-exhaustion': 'NAT kehabisan port',
  'kind.saturation': 'Jalur memenuh',
  'severity.notice': 'pemberitahuan',
  'severity.warning': 'peringatan',
  'severity.critical': 'kritis',

  'insight.new-peer':
    'Dalam {days} hari sebelumnya tidak ada yang berkomunikasi dengan {host}: {flows} aliran, {bytes}',
  'insight.host-scan': '{host} mencoba {service} pada {hosts} host, {flows} kali',
  'insight.port-scan': '{host} mencoba {ports} port pada {victim}, {flows} kali',
  'insight.beacon':
    '{host} menghubungi {server} lewat {service} setiap {intervalMs}: {flows} kali, {regularShare} selangnya dalam batas {jitterShare}',
  'insight.volume-more':
    '{exporter} melaporkan {bytes} dalam satu jam sejak {firstAt}, lebih dari biasanya pada jam itu: {usualBytes}',
  'insight.volume-less':
    '{exporter} melaporkan {bytes} dalam satu jam sejak {firstAt}, kurang dari biasanya pada jam itu: {usualBytes}',
  'insight.nat-told': '{exporter} menyebut {event} {events} kali, kira-kira {victims} sumber',
  'insight.nat-dropped': '{packets} paket dibuang karena tidak ada port bebas untuk menerjemahkan sumbernya',
  'insight.nat-pool':
    '{used} dari {ports} port ({share}) milik {address} untuk {protocol} sedang dipakai menuju {destination} port {port}',
  'insight.nat-pool.rule':
    '{used} dari {ports} port ({share}) milik {address} untuk {protocol} menurut aturan {rule} sedang dipakai menuju {destination} port {port}',
  'insight.saturation.more':
    '{interface} membawa {presentBitsPerSecond} pada jam sibuk, {share} dari {bitsPerSecond}; bertambah {growthBitsPerSecond} setiap hari',
  'insight.saturation.less':
    '{interface} membawa {presentBitsPerSecond} pada jam sibuk, {share} dari {bitsPerSecond}; berkurang {growthBitsPerSecond} setiap hari',
  'insight.saturation.full': '{text}, penuh pada {fullOn} (antara {earliestOn} dan {latestOn})',
  'insight.never': 'tidak pernah',

  'rule.new-peer':
    'Ditunjukkan mulai {leastBytes}, jika selama {days} hari tidak ada yang berkomunikasi dengannya; peringatan mulai {muchBytes}.',
  'rule.host-scan':
    'Ditunjukkan mulai {leastHosts} host pada satu port, dengan paling banyak {mostPackets} paket per aliran yang hampir tidak dijawab; kritis mulai {manyHosts}.',
  'rule.port-scan':
    'Ditunjukkan mulai {leastPorts} port pada satu host, dengan paling banyak {mostPackets} paket per aliran; kritis mulai {manyPorts}.',
  'rule.beacon':
    'Ditunjukkan mulai {leastFlows} aliran, jika {leastShare} selangnya berbeda paling banyak {jitterShare} dari yang biasa.',
  'rule.volume-more':
    'Ditunjukkan jika satu jam menyimpang dari median jam yang sama dalam {days} hari sebelumnya sebesar {deviations} simpangan, {leastShare} dan {leastBytes}.',
  'rule.volume-less':
    'Ditunjukkan jika satu jam menyimpang dari median jam yang sama dalam {days} hari sebelumnya sebesar {deviations} simpangan, {leastShare} dan {leastBytes}.',
  'rule.nat-told': 'Ditunjukkan setiap kali gerbang menyebutnya.',
  'rule.nat-dropped': 'Ditunjukkan mulai paket pertama.',
  'rule.nat-pool': 'Ditunjukkan mulai {warnShare} dari port.',
  'rule.saturation':
    'Ditunjukkan jika jalur akan penuh dalam {farDays} hari, peringatan dalam {warnDays} hari; kritis mulai {fullShare} pada jam sibuk.',

  'advice.new-peer':
    'Periksa alamat itu milik siapa dan host mana yang menghubunginya: layanan baru, pembaruan, dan data yang dibawa keluar tampak sama di sini.',
  'advice.host-scan': 'Jika tidak ada yang sengaja memindai, putuskan {host} dan cari tahu apa yang berjalan di sana.',
  'advice.port-scan':
    'Jika tidak ada yang sengaja memindai, blokir {host}, dan periksa port mana yang tidak seharusnya dibuka {victim}.',
  'advice.beacon':
    'Pembaruan dan pemantauan juga begitu: cari program pada {host} yang menghubungi, dan apakah memang diperlukan.',
  'advice.volume-more': 'Lihat siapa yang berkomunikasi pada jam itu, dibandingkan sehari sebelumnya.',
  'advice.volume-less': 'Periksa apakah {exporter} masih mengirim semuanya, dan apakah jalurnya normal.',
  'advice.nat-told': 'Tambahkan alamat atau port pada kumpulannya, atau cari sumber yang memakai paling banyak.',
  'advice.nat-dropped':
    'Tambahkan alamat atau port pada aturannya; log penerjemahan menyebut siapa yang tidak mendapatkannya.',
  'advice.nat-pool': 'Tambahkan alamat atau port pada aturannya, atau cari sumber yang memakai paling banyak.',
  'advice.saturation':
    'Lihat siapa yang memenuhi jalur; pindahkan lalu lintas ke jalur lain, atau pesan yang lebih cepat pada waktunya.',

  'unread.too-short': 'terlalu pendek',
  'unread.unknown-version': 'versi tidak dikenal',
  'unread.trailing-bytes': 'ada bita setelah akhir',
  'unread.bad-length': 'panjang yang tidak mungkin',
  'unread.bad-set-length': 'set lebih panjang daripada pesannya',
  'unread.bad-template': 'templat yang tidak masuk akal',
  'unread.too-many-fields': 'templat dengan terlalu banyak bidang',
  'unread.truncated-record': 'catatan yang terpotong',
  'unread.bad-sample': 'cuplikan yang tidak masuk akal',
  'unread.bad-sflow': 'sFlow yang tidak masuk akal',
  'unread.without-template': 'catatan yang templatnya belum datang',
  'unread.too-many-templates': 'templat melebihi yang disimpan',
  'unread.no-number-left': 'nama yang tidak kebagian nomor',
  'unread.unknown-exporter': 'dari pengirim yang tidak terdaftar',
  'unread.too-many-exporters': 'dari pengirim melebihi yang dapat ditampung',
  'unread.too-many-messages': 'pesan melebihi yang boleh dikirim satu pengirim',
  'unread.too-many-domains': 'domain melebihi yang dapat ditampung',

  'problem.starting': 'pengumpul aliran sedang dimulai',
  'problem.closed': 'pengumpul aliran sudah ditutup',
  'problem.restarted': 'pengumpul aliran dimulai lagi: {0}',
  'problem.unusable': 'aliran tidak dikumpulkan: {0}',
  'problem.unwritten': 'aliran tidak dapat ditulis: {0}',
  'problem.no-room': '{0} catatan tidak mendapat tempat dalam perjalanan ke disk',
  'problem.drops': 'kernel membuang {0} datagram dalam satu menit: yang datang lebih banyak daripada yang dibaca',
  'problem.buffer':
    'kernel hanya membiarkan {0} KiB datagram menunggu di {1}, dan membuang lebih banyak saat beban tinggi; `sysctl -w net.core.rmem_max={2}` mengizinkan {3} KiB setelah dimulai ulang',
  'problem.listen': 'aliran tidak dapat diterima di {0}: {1}',
  'problem.state': 'yang diketahui tentang pengirim tidak dapat ditulis: {0}',
  'problem.state-unread': '{0} tidak terbaca, templat akan datang kemudian: {1}',
  'problem.retention': 'aliran lama tidak dapat dihapus: {0}',
  'problem.deletions': 'tanda terima penghapusan tidak dapat disimpan: {0}',
  'problem.health': 'penyimpan aliran tidak memberi tahu keadaannya: {0}',
  'problem.connections': 'koneksi mesin ini tidak dicatat: {0}',
  'problem.overflows': 'peristiwa koneksi yang dibuang kernel karena datang lebih cepat daripada dibaca: {0}',
  'problem.unattributed':
    'koneksi yang dimulai sebelumnya dan berakhir tanpa catatan: {0}; naikkan flows.conntrack.connections',
  'problem.uncounted': 'koneksi yang berakhir tanpa terhitung karena penghitungan mati saat dimulai: {0}',
  'problem.no-counters': 'kernel ini tidak punya {0}: koneksi tidak dihitung dan tidak ada catatan alirannya',
  'problem.no-times': 'kernel ini tidak punya {0}: awal dan akhir selambat saat didengar',
  'problem.counters-off':
    '{0} mati: koneksi tidak dihitung dan tidak ada catatan alirannya; nyalakan dengan `sysctl -w {1}=1`',
  'problem.times-off': '{0} mati: awal dan akhir selambat saat didengar; nyalakan dengan `sysctl -w {1}=1`',
  'problem.excess': '{0}: yang belum boleh dihapus memakan {1} MB, sedangkan yang diizinkan {2} MB',
  'problem.places': '{0} tidak dapat dipakai: {1}',
  'problem.interfaces': '{0} tidak memberi tahu nama antarmukanya lewat SNMP: {1}',
  'problem.nat-use': '{0} penerjemahan punya terlalu banyak tujuan untuk dihitung per kumpulan',
  'problem.nat-copies': 'salinan paket pertama datang lebih cepat daripada dibaca: sebagian sumber tidak diketahui',
  'problem.nat-attempts':
    'lebih banyak koneksi dimulai sekaligus daripada yang diingat: sebagian sumber tidak diketahui',
  'problem.nat-rules': 'kumpulan port tidak diketahui: {0}',
  'problem.nat-victims': 'sumber tidak diketahui: {0}',

  'value.direction.ingress': 'masuk antarmuka',
  'value.direction.egress': 'keluar antarmuka',
  'value.direction.incoming': 'masuk',
  'value.direction.outgoing': 'keluar',
  'value.direction.internal': 'di dalam',
  'value.direction.transit': 'lewat',
  'value.reporter.source': 'sumber',
  'value.reporter.destination': 'tujuan',
  'value.reporter.source-gateway': 'gerbang sumber',
  'value.reporter.destination-gateway': 'gerbang tujuan',
  'value.kind.traffic': 'lalu lintas',
  'value.kind.nat': 'penerjemahan alamat',
  'value.kind.firewall': 'tembok api',
  'value.kind.drop': 'dibuang',
  'value.event.nat-create': 'NAT dimulai',
  'value.event.nat-delete': 'NAT berakhir',
  'value.event.nat-addresses-exhausted': 'NAT kehabisan alamat',
  'value.event.nat44-create': 'NAT44 dimulai',
  'value.event.nat44-delete': 'NAT44 berakhir',
  'value.event.nat64-create': 'NAT64 dimulai',
  'value.event.nat64-delete': 'NAT64 berakhir',
  'value.event.nat44-binding-create': 'NAT44 ikatan dibuat',
  'value.event.nat44-binding-delete': 'NAT44 ikatan dihapus',
  'value.event.nat64-binding-create': 'NAT64 ikatan dibuat',
  'value.event.nat64-binding-delete': 'NAT64 ikatan dihapus',
  'value.event.nat-ports-exhausted': 'NAT kehabisan port',
  'value.event.nat-quota-exceeded': 'NAT kuota terlampaui',
  'value.event.nat-address-binding-create': 'NAT ikatan alamat dibuat',
  'value.event.nat-address-binding-delete': 'NAT ikatan alamat dihapus',
  'value.event.nat-port-block-allocation': 'NAT blok port dialokasikan',
  'value.event.nat-port-block-release': 'NAT blok port dilepas',
  'value.event.nat-threshold-reached': 'NAT ambang tercapai',
  'value.event.firewall-ignore': 'tembok api: diabaikan',
  'value.event.firewall-created': 'tembok api: koneksi dibuat',
  'value.event.firewall-deleted': 'tembok api: koneksi dihapus',
  'value.event.firewall-denied': 'tembok api: ditolak',
  'value.event.firewall-alert': 'tembok api: peringatan',
  'value.event.firewall-update': 'tembok api: koneksi diperbarui',

  'filter.place': 'saringan, kolom {column}: {text}',
  'filter.expected': 'seharusnya {expected}',
  'filter.found': 'seharusnya {expected}, ternyata {found}',
  'filter.nearest': '{text}. Mungkin maksud Anda {word}?',
  'filter.hint': 'panduan `flow-analyzer.md` memuat apa saja yang dapat ditanyakan',
  'filter.the-end': 'akhir',
  'filter.or-list-end': '{expected} atau ]',
  'expected.fewer-characters': 'paling banyak {most} karakter',
  'expected.fewer-levels': 'paling banyak {most} tingkat ( dan not',
  'expected.fewer-conditions': 'paling banyak {most} syarat',
  'expected.fewer-values': 'paling banyak {most} nilai',
  'expected.shorter-filter': 'saringan yang lebih pendek',
  'expected.condition': 'sebuah syarat',
  'expected.condition-such-as': 'syarat seperti proto tcp, src host 10.0.0.1 atau port 443',
  'expected.closing-quote': 'tanda kutip penutup "',
  'expected.end-or-joint': 'and, or, atau akhir',
  'expected.bracket-or-joint': 'and, or, atau )',
  'expected.interface-word': 'if',
  'expected.field-of-end': 'host, net, port, as atau semacamnya',
  'expected.field-with-ends': 'salah satu dari {names} setelah src atau dst',
  'expected.value-without-order': 'sebuah nilai: {field} tidak mempunyai urutan',
  'expected.one-number': 'satu angka',
  'expected.mask': 'topeng seperti 255.255.0.0',
  'expected.whole-number': 'bilangan bulat sampai {most}',
  'expected.address-such-as': 'alamat seperti 10.0.0.1 atau 2001:db8::1',
  'expected.address': 'sebuah alamat',
  'expected.prefix': 'prefiks seperti 10.0.0.0/8 atau 2001:db8::/32',
  'expected.protocol': 'protokol seperti tcp, udp, icmp atau 47',
  'expected.interface': 'nomor atau nama antarmuka',
  'expected.exporter': 'pengirim menurut nama, alamat atau nomor',
  'expected.name': 'sebuah nama',
  'expected.network': 'jaringan menurut nama',
  'expected.reason': 'sebuah alasan',
  'expected.country': 'negara seperti DE, atau unknown',
  'expected.flags': 'flag seperti S, SA atau S/SA dari FSRPAUEC',
  'expected.one-of': 'salah satu dari {names}',
  'expected.number-or-one-of': 'angka, atau salah satu dari {names}',
};
