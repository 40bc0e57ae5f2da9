/** Descriptions of commands. */
export const idCommands: Readonly<Record<string, string>> = {
  'A network watch that one broken, partitioned or lying watcher cannot fool.':
    'Pemantau jaringan yang tidak dapat dikelabui oleh satu pengamat yang rusak, terisolasi, atau berbohong.',
  'Run a watcher; without a configuration, watch what this machine uses':
    'Menjalankan pengamat; tanpa konfigurasi, memantau yang dipakai mesin ini',
  'Make the keys, the genesis and one folder for each member of a new cluster':
    'Membuat kunci, genesis, dan satu folder untuk setiap anggota klaster baru',
  'Make the folder and the key of a watcher that is to be added to a cluster':
    'Membuat folder dan kunci pengamat yang akan ditambahkan ke klaster',
  'Validate a configuration; every error with file, line, column, path and what was expected':
    'Memvalidasi konfigurasi; setiap kesalahan dengan berkas, baris, kolom, jalur, dan yang diharapkan',
  'Show what a configuration would change': 'Menampilkan yang akan diubah oleh sebuah konfigurasi',
  'Commit a configuration through the ledger': 'Menetapkan konfigurasi melalui buku besar',
  'Print the configuration in force': 'Mencetak konfigurasi yang berlaku',
  'One probe, or --count of them; every option of the type by its configuration name':
    'Satu probe, atau sebanyak --count; setiap opsi jenisnya memakai nama dalam konfigurasi',
  'The verdict of every check, and the health of the cluster': 'Putusan setiap pemeriksaan dan kesehatan klaster',
  'Committed transitions, incidents and actions, oldest first':
    'Perubahan putusan, insiden, dan tindakan yang telah ditetapkan, dari yang terlama',
  'Incidents as people handle them': 'Insiden sebagaimana ditangani orang',
  'Incidents that match: open ones, then resolved ones, each newest first':
    'Insiden yang sesuai: yang terbuka, lalu yang selesai, masing-masing dari yang terbaru',
  'One incident with its timeline and actions': 'Satu insiden beserta urutan kejadian dan tindakannya',
  'Say that somebody is on it': 'Menyatakan bahwa seseorang menanganinya',
  'Give it to a receiver or a user; to nobody without a name':
    'Menugaskannya kepada penerima atau pengguna; tanpa nama, tidak kepada siapa pun',
  'Add a note to the timeline': 'Menambahkan catatan pada urutan kejadian',
  'Set the status as people handle it': 'Menetapkan status menurut penanganan orang',
  'End it by hand': 'Mengakhirinya secara manual',
  'Say what caused it; an empty text takes it back': 'Menyebutkan penyebabnya; teks kosong mencabutnya',
  'Set the impact as people see it; without one it is what the verdict says':
    'Menetapkan dampak menurut penilaian orang; bila tidak disebutkan, mengikuti putusan',
  'Say that two incidents have the same cause': 'Menyatakan bahwa dua insiden memiliki penyebab yang sama',
  'Say that two incidents have different causes after all': 'Menyatakan bahwa dua insiden ternyata berbeda penyebabnya',
  'Write what was learned, from a Markdown file; without a file print what there is':
    'Menulis yang dipelajari dari berkas Markdown; tanpa berkas, mencetak yang sudah ada',
  'The incident with timeline, cause and receipts, as Markdown, or as JSON with --json':
    'Insiden dengan urutan kejadian, penyebab, dan tanda terima, sebagai Markdown, atau JSON dengan --json',
  'Quiet for a while: no new incidents, and nobody new is told':
    'Dibungkam sementara: tidak ada insiden baru, dan tidak ada penerima baru yang diberi tahu',
  'Snoozes that act now': 'Pembungkaman yang sedang berlaku',
  'Keep one policy, check, selection of checks, or incident quiet':
    'Membungkam satu kebijakan, pemeriksaan, pilihan pemeriksaan, atau insiden',
  'End a snooze before its time': 'Mengakhiri pembungkaman sebelum waktunya',
  'Groups of targets: how they are, and from where': 'Kelompok target: keadaannya, dan dilihat dari mana',
  'Groups with the verdicts in them': 'Kelompok beserta putusan di dalamnya',
  'One group: each of its checks from every location, worst first':
    'Satu kelompok: setiap pemeriksaannya dari setiap lokasi, dari yang terburuk',
  'Ways out to the Internet: how they are, which carries what, and switching':
    'Jalan keluar ke Internet: keadaannya, mana yang membawa apa, dan pengalihannya',
  'Uplinks, how they are, and which of them carry new connections':
    'Uplink, keadaannya, dan mana yang membawa koneksi baru',
  'One uplink, or all: what each watcher thinks of it, and the last switches':
    'Satu uplink, atau semua: pendapat setiap pengamat, dan pengalihan terakhir',
  'Send the traffic over this uplink, or leave the choice to the watcher again':
    'Mengirim lalu lintas lewat uplink ini, atau menyerahkan pilihan kembali kepada pengamat',
  'Fail an uplink on purpose for a while, measure how the traffic leaves it, and restore it':
    'Menggagalkan uplink dengan sengaja sebentar, mengukur perpindahan lalu lintasnya, lalu memulihkannya',
  'What is measured, and its values over time': 'Yang diukur, dan nilainya dari waktu ke waktu',
  'All metrics': 'Semua metrik',
  'Values of one metric': 'Nilai satu metrik',
  'Dashboards: those that come with the program, and your own': 'Dasbor: yang disertakan program, dan buatan sendiri',
  'All dashboards': 'Semua dasbor',
  'One dashboard as YAML, to be edited and applied': 'Satu dasbor sebagai YAML, untuk disunting dan diterapkan',
  'Save a dashboard of a YAML or JSON file through the ledger; its key `name` says under which name':
    'Menyimpan dasbor dari berkas YAML atau JSON melalui buku besar; kuncinya `name` menentukan namanya',
  'Remove a dashboard': 'Menghapus dasbor',
  'The durable record': 'Catatan yang tahan lama',
  'Size, root and health of the ledger and of those who agree on it':
    'Ukuran, akar, dan kesehatan buku besar serta para penyepakatnya',
  'Check every entry: hashes, chain, Merkle root, signed checkpoint':
    'Memeriksa setiap entri: hash, rantai, akar Merkle, titik periksa bertanda tangan',
  'Members and observers of the cluster': 'Anggota dan peninjau klaster',
  'Who belongs to the cluster': 'Siapa saja yang termasuk dalam klaster',
  'A newcomer follows as an observer, until it is promoted':
    'Pendatang baru mengikuti sebagai peninjau, sampai dinaikkan',
  'Observers become voting members, all at once': 'Peninjau menjadi anggota yang memberi suara, sekaligus semua',
  'Members become observers': 'Anggota menjadi peninjau',
  'Watchers leave the cluster': 'Pengamat meninggalkan klaster',
  'A watcher goes over to a new key': 'Pengamat beralih ke kunci baru',
  'Make the key that the watcher of a data folder is to go over to':
    'Membuat kunci tujuan peralihan pengamat dari sebuah folder data',
  'Another machine takes the place of one that is lost': 'Mesin lain menggantikan mesin yang hilang',
  'A watcher is reached elsewhere from now on': 'Mulai sekarang pengamat dijangkau di alamat lain',
  'Paths between watchers: round trip, loss and jitter by direction':
    'Jalur antarpengamat: waktu pulang-pergi, kehilangan, dan jitter per arah',
  'Receivers of notifications: who is told, and whether it works':
    'Penerima pemberitahuan: siapa yang diberi tahu, dan apakah berfungsi',
  'Receivers with their channels and what came of the last message':
    'Penerima beserta salurannya dan hasil pesan terakhir',
  'Send a test message over every channel of a receiver': 'Mengirim pesan uji coba lewat setiap saluran penerima',
  'Make a watcher of `up --watchers N` lie, stand still or be cut off, and heal it again':
    'Membuat pengamat dari `up --watchers N` berbohong, berhenti, atau terputus, lalu memulihkannya',
  'Records of outages that anyone can verify offline':
    'Catatan gangguan yang dapat diverifikasi siapa pun secara luring',
  'Write the certificate of an incident': 'Menulis sertifikat sebuah insiden',
  'Check a certificate against the genesis of its cluster; needs no network and no watcher':
    'Memeriksa sertifikat terhadap genesis klasternya; tidak perlu jaringan maupun pengamat',
  'Other tools’ configuration into ours; what was not translated is listed':
    'Mengimpor konfigurasi alat lain; yang tidak dapat diterjemahkan didaftarkan',
  'A RouterOS export with /tool netwatch and /ip route': 'Ekspor RouterOS dengan /tool netwatch dan /ip route',
  'People who sign in with a password': 'Orang yang masuk dengan kata sandi',
  'Add a user; the first admin is made so': 'Menambahkan pengguna; admin pertama dibuat dengan cara ini',
  Users: 'Daftar pengguna',
  'Change what a user may do': 'Mengubah hak seorang pengguna',
  'Set the password of a user, who is signed out everywhere':
    'Menetapkan kata sandi pengguna, yang lalu dikeluarkan di mana-mana',
  'Keep a user out; signed out at once': 'Menutup akses pengguna; langsung dikeluarkan',
  'Let a user in again': 'Membuka lagi akses pengguna',
  'Remove a user with all tokens': 'Menghapus pengguna beserta semua tokennya',
  'Tokens for the HTTP API': 'Token untuk HTTP API',
  'Make a token; it is shown once': 'Membuat token; hanya ditampilkan sekali',
  'Tokens, without their secrets': 'Daftar token, tanpa rahasianya',
  'End a token': 'Mencabut token',
  'What people and programs did to this watcher': 'Yang dilakukan orang dan program terhadap pengamat ini',
  'Who signed in and who changed what, the newest first': 'Siapa yang masuk dan siapa mengubah apa, dari yang terbaru',
  'What this machine allows, and how to fix what it does not':
    'Yang diizinkan mesin ini, dan cara memperbaiki yang tidak',
  'Deterministic simulation of the consensus protocols': 'Simulasi deterministik protokol konsensus',
  'Run worlds with faults, one for each seed, and judge them':
    'Menjalankan dunia dengan kerusakan, satu untuk setiap benih, dan menilainya',
  'Run the plan of a failed seed again, with one line for each transition':
    'Menjalankan lagi rencana benih yang gagal, satu baris untuk setiap transisi',
  'List the seeded bugs': 'Mendaftar kutu yang ditanam',
  'Whose turn it is, and who takes it for another': 'Giliran siapa, dan siapa yang menggantikan',
  'Who is on call now and next, by rota': 'Siapa yang berjaga sekarang dan berikutnya, menurut giliran',
  'Somebody takes a turn for another': 'Seseorang menggantikan giliran orang lain',
  'Take an override back before its time': 'Mencabut penggantian sebelum waktunya',
  'The public status page': 'Halaman status publik',
  'Write all pages, feeds and figures into a folder that any web server can serve':
    'Menulis semua halaman, umpan, dan angka ke folder yang dapat disajikan server web mana pun',
};
