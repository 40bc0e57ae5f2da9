/** The command `mirror`. */
export const idMirrors: Readonly<Record<string, string>> = {
  'Approve a mirror that another person has proposed': 'Setujui cermin paket yang diusulkan orang lain',
  'Copies of packets, for which two people are needed': 'Salinan paket, yang memerlukan dua orang',
  'Get the captured packets as a pcapng file; the ledger says who reads them and why':
    'Ambil paket yang ditangkap sebagai berkas pcapng; buku besar mencatat siapa yang membacanya dan mengapa',
  'Mirrors that are not long over, newest first': 'Cermin paket yang belum lama berakhir, terbaru lebih dulu',
  'Propose a mirror; it begins when another person approves it within 15 minutes':
    'Usulkan cermin paket; dimulai bila orang lain menyetujuinya dalam 15 menit',
  'Take what mirrors of other machines send as VXLAN or GENEVE into pcapng files, or make flow records of it':
    'Terima yang dikirim cermin mesin lain sebagai VXLAN atau GENEVE ke berkas pcapng, atau buat catatan alirannya',
  'Withdraw a mirror, or end it before its time': 'Tarik cermin paket, atau akhiri sebelum waktunya',
  'a new file': 'berkas baru',
  'an address of this machine': 'alamat mesin ini',
  'approved by': 'disetujui oleh',
  'bytes kept of each packet in files (default: 96)': 'bita yang disimpan dari tiap paket dalam berkas (bawaan: 96)',
  'collect in files here, of so many bytes together (default: 256MiB)':
    'kumpulkan ke berkas di sini, sebesar ini seluruhnya (bawaan: 256MiB)',
  collector: 'pengumpul',
  'how long (default: until it is interrupted)': 'berapa lama (bawaan: sampai dihentikan)',
  'how long files stay after the end, then they are shredded':
    'berapa lama berkas disimpan setelah berakhir, lalu dihancurkan',
  'how long, at most 24h': 'berapa lama, paling lama 24h',
  'interfaces whose packets are copied': 'antarmuka yang paketnya disalin',
  'network identifier of VXLAN': 'pengenal jaringan VXLAN',
  'nothing is mirrored': 'tidak ada yang dicerminkan',
  'of all files together': 'semua berkas bersama-sama',
  'only packets from or to these networks': 'hanya paket dari atau ke jaringan ini',
  'only packets whose other end is in these networks': 'hanya paket yang ujung lainnya ada di jaringan ini',
  'only these: icmp, tcp, udp, gre, esp, ospf, sctp, or numbers':
    'hanya ini: icmp, tcp, udp, gre, esp, ospf, sctp, atau nomor',
  packets: 'paket',
  'port of VXLAN': 'port VXLAN',
  'print what would be done, and ask nobody': 'cetak yang akan dilakukan, tanpa meminta siapa pun',
  purpose: 'tujuan',
  receiving: 'menerima',
  'send copies out of this interface': 'kirim salinan keluar lewat antarmuka ini',
  'send copies there as VXLAN': 'kirim salinan ke sana sebagai VXLAN',
  'the same by names that the configuration has under mirrors.tags':
    'sama, dengan nama yang ada di mirrors.tags pada konfigurasi',
  'the watcher that carries it out (default: the one that is asked)':
    'pengawas yang menjalankannya (bawaan: yang ditanya)',
  'what it is for; it stands in the ledger': 'untuk apa; tercatat di buku besar',
  'what they are read for': 'untuk apa paket itu dibaca',
  'GENEVE in place of VXLAN': 'GENEVE sebagai ganti VXLAN',
  'port of the tunnel (default: 4789, with --geneve 6081)': 'port terowongan (bawaan: 4789, dengan --geneve 6081)',
  'network identifier of the tunnel': 'pengenal jaringan terowongan',
  'where a ring of files goes (default: here, without --flows)':
    'tempat cincin berkas (bawaan: di sini, tanpa --flows)',
  'where flow records go, which are made of the packets': 'tempat catatan aliran yang dibuat dari paket',
  'mirror {0} waits until {1} for another person: quorumwatch mirror approve {0}':
    'cermin {0} menunggu orang lain sampai {1}: quorumwatch mirror approve {0}',
  'mirror {0} is being stopped': 'cermin {0} sedang dihentikan',
  'mirror {0} is {1}': 'cermin {0}: {1}',
  'mirror {0} is {1}, until {2} at most': 'cermin {0}: {1}, paling lama sampai {2}',
  '{0} bytes in {1}': '{0} bita dalam {1}',
  '{0} packets, {1} refused, {2} lost': '{0} paket, {1} ditolak, {2} hilang',
  '{0} records of their flows': '{0} catatan alirannya',
  proposed: 'diusulkan',
  lapsed: 'kedaluwarsa',
  withdrawn: 'ditarik',
  approved: 'disetujui',
  running: 'berjalan',
  ended: 'berakhir',
  shredded: 'dihancurkan',
};
