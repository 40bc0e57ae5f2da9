/** Descriptions of options and arguments. */
export const idOptions: Readonly<Record<string, string>> = {
  'language of help, errors and tables (default: QW_LANGUAGE, else that of the system)':
    'bahasa bantuan, kesalahan, dan tabel (bawaan: QW_LANGUAGE, jika tidak ada bahasa sistem)',
  'the configuration (default: quorumwatch.yaml if there is one)': 'konfigurasi (bawaan: quorumwatch.yaml jika ada)',
  'where the watcher keeps its key, ledger and telemetry': 'tempat pengamat menyimpan kunci, buku besar, dan telemetri',
  'address of the page and the API (default: the configuration’s, else 127.0.0.1:8470)':
    'alamat halaman dan API (bawaan: menurut konfigurasi, jika tidak 127.0.0.1:8470)',
  'where other members call this one (default: its address in the genesis)':
    'alamat tempat anggota lain menghubungi anggota ini (bawaan: alamatnya dalam genesis)',
  'run a cluster of so many on this machine, a process each: 1, 4, 7 or 10':
    'menjalankan klaster sebanyak ini di mesin ini, masing-masing satu proses: 1, 4, 7, atau 10',
  'without a configuration: gateways, resolvers and this machine (all), only this machine (local), or nothing (none)':
    'tanpa konfigurasi: gerbang, resolver, dan mesin ini (all), hanya mesin ini (local), atau tidak ada (none)',
  'serve off loopback without TLS (something else encrypts)':
    'melayani di luar loopback tanpa TLS (program lain yang mengenkripsi)',
  'what is logged to stderr': 'yang dicatat ke stderr',
  'print {"event":"ready",…} and then every event, one a line; log as JSON':
    'mencetak {"event":"ready",…} lalu setiap peristiwa, satu per baris; log sebagai JSON',
  'how many members (default: one a host, else 4)': 'banyaknya anggota (bawaan: satu per host, jika tidak 4)',
  'where to': 'tempat tujuan',
  'where the members reach each other: HOST or HOST:PORT each (default: all on 127.0.0.1)':
    'tempat para anggota saling menjangkau: masing-masing HOST atau HOST:PORT (bawaan: semua di 127.0.0.1)',
  'pbft survives members that lie, raft only such that stop':
    'pbft tahan terhadap anggota yang berbohong, raft hanya terhadap yang berhenti',
  'name of the cluster (default: that of the folder)': 'nama klaster (bawaan: nama folder)',
  'port of the links between members; counted up for members on the same host':
    'porta sambungan antaranggota; bertambah untuk anggota pada host yang sama',
  'what is watched from the beginning (default: nothing)': 'yang dipantau sejak awal (bawaan: tidak ada)',
  'the site of each member, or one for all': 'lokasi setiap anggota, atau satu untuk semua',
  'print {"genesis":FILE,"members":[{"id","publicKey","dir"}]}':
    'mencetak {"genesis":FILE,"members":[{"id","publicKey","dir"}]}',
  'of the cluster, from somebody whom you trust': 'milik klaster, dari orang yang Anda percayai',
  'where the others reach it; without it, it only calls them':
    'tempat yang lain menjangkaunya; tanpa ini, hanya pengamat ini yang menghubungi mereka',
  'its name (default: this machine’s)': 'namanya (bawaan: nama mesin ini)',
  'where it stands': 'tempatnya berada',
  'it takes the place and the name of a watcher that is lost': 'menggantikan tempat dan nama pengamat yang hilang',
  'its data folder': 'folder datanya',
  'print {"id","publicKey","dir","address"}': 'mencetak {"id","publicKey","dir","address"}',
  'the configuration': 'konfigurasi',
  'the same, as an option': 'sama, sebagai opsi',
  'print the JSON Schema of the configuration': 'mencetak JSON Schema konfigurasi',
  'print {"ok","errors"}': 'mencetak {"ok","errors"}',
  'the new configuration': 'konfigurasi baru',
  'address of the watcher (default: the one that runs on the data folder)':
    'alamat pengamat (bawaan: yang berjalan pada folder data)',
  'a file that holds a token (default: the running watcher’s own)':
    'berkas berisi token (bawaan: milik pengamat yang berjalan)',
  'the authority of the watcher’s certificate, for https': 'otoritas sertifikat pengamat, untuk https',
  'data folder of a watcher on this machine': 'folder data pengamat di mesin ini',
  'print the changes as JSON': 'mencetak perubahan sebagai JSON',
  'sign as operator; needed where several watchers decide':
    'menandatangani sebagai operator; perlu bila beberapa pengamat memutuskan',
  'the genesis of the cluster (default: genesis.json beside the operator’s key)':
    'genesis klaster (bawaan: genesis.json di samping kunci operator)',
  'print {"position","changes"}': 'mencetak {"position","changes"}',
  'yaml, or a /tool netwatch export': 'yaml, atau ekspor /tool netwatch',
  'write there instead of stdout': 'menulis ke sana, bukan ke stdout',
  'print the document as JSON': 'mencetak dokumen sebagai JSON',
  'an address or a name': 'alamat atau nama',
  'print the types with their options': 'mencetak jenis beserta opsinya',
  'how many': 'banyaknya',
  'time from one start to the next': 'waktu dari satu awal ke awal berikutnya',
  'an option of the type, as in the configuration (may be repeated)':
    'opsi jenis tersebut, seperti dalam konfigurasi (boleh diulang)',
  'print one sample a line': 'mencetak satu sampel per baris',
  'show it again every two seconds': 'menampilkannya lagi setiap dua detik',
  'print {"cluster","checks"}': 'mencetak {"cluster","checks"}',
  'go on as they come': 'berlanjut seiring kedatangannya',
  'begin at this ledger position': 'mulai dari posisi buku besar ini',
  'one object a line': 'satu objek per baris',
  'print JSON': 'mencetak JSON',
  'each word stands in its title, reason, notes, cause, …': 'setiap kata ada dalam judul, penyebab, catatan, …',
  'opened by this check': 'dibuka oleh pemeriksaan ini',
  'opened by this policy, whichever resource of it': 'dibuka oleh kebijakan ini, sumber daya mana pun',
  'assigned to this receiver or user': 'ditugaskan kepada penerima atau pengguna ini',
  'open at some time since then: 7d for so long ago, or 2026-01-31T12:00:00Z':
    'pernah terbuka sejak saat itu: 7d berarti sejak selama itu, atau 2026-01-31T12:00:00Z',
  'opened before then': 'dibuka sebelum saat itu',
  'at most so many': 'paling banyak sekian',
  'what to say with it': 'keterangan yang menyertai',
  why: 'alasan',
  'for everybody who reads the status page too; a draft otherwise':
    'juga untuk semua pembaca halaman status; jika tidak, draf',
  'only if this is the revision that was edited; 0 for none': 'hanya bila ini revisi yang disunting; 0 untuk tidak ada',
  'instead of the standard output': 'sebagai ganti keluaran standar',
  'a policy, with all its resources': 'sebuah kebijakan, dengan semua sumber dayanya',
  'checks whose labels match, such as site=office': 'pemeriksaan yang labelnya cocok, misalnya site=office',
  '2h for so long from now, or 2026-01-31T12:00:00Z': '2h berarti selama itu dari sekarang, atau 2026-01-31T12:00:00Z',
  'leave the choice to the watcher again': 'menyerahkan pilihan kembali kepada pengamat',
  'say what would be changed, and change nothing': 'menyatakan yang akan diubah, tanpa mengubah apa pun',
  'how long, 1s to 60s': 'berapa lama, 1s sampai 60s',
  'label=value, !=, =~ or !~ (RE2); may be given again': 'label=value, !=, =~, atau !~ (RE2); boleh diulang',
  'labels that get a line of their own: check,site': 'label yang mendapat barisnya sendiri: check,site',
  'avg, min, max, sum, count, last, rate, p50, p90, p95, p99 or buckets':
    'avg, min, max, sum, count, last, rate, p50, p90, p95, p99, atau buckets',
  'such as 6h for so long ago, or 2026-01-31T12:00:00Z':
    'misalnya 6h berarti selama itu yang lalu, atau 2026-01-31T12:00:00Z',
  'the same; now by default': 'sama; bawaannya sekarang',
  'steps, about': 'banyaknya langkah, kira-kira',
  'print a row for each value': 'mencetak satu baris untuk setiap nilai',
  'only if its last change is the one at this ledger position; 0 for a new one':
    'hanya bila perubahan terakhirnya pada posisi buku besar ini; 0 untuk yang baru',
  'print JSON; what is agreed upon how stands under "cluster"':
    'mencetak JSON; keadaan kesepakatan ada di bawah "cluster"',
  'a data folder on this machine (works beside a running watcher); without it the running watcher verifies its own':
    'folder data di mesin ini (bisa di samping pengamat yang berjalan); tanpa ini pengamat yang berjalan memverifikasi miliknya',
  'print {"ok","entries","root","firstBad"}': 'mencetak {"ok","entries","root","firstBad"}',
  'print {"position","epoch","protocol","watchers"}': 'mencetak {"position","epoch","protocol","watchers"}',
  'its name': 'namanya',
  'print the membership in force afterwards': 'mencetak keanggotaan yang berlaku sesudahnya',
  'as `quorumwatch join` printed it': 'seperti dicetak `quorumwatch join`',
  names: 'nama-nama',
  'the new one': 'yang baru',
  'print {"id","publicKey","file"}': 'mencetak {"id","publicKey","file"}',
  'the name of both': 'nama keduanya',
  'of the new one, as `quorumwatch join` printed it': 'milik yang baru, seperti dicetak `quorumwatch join`',
  'where the others reach it': 'tempat yang lain menjangkaunya',
  'one path, from this watcher': 'satu jalur, dari pengamat ini',
  'to that one': 'ke pengamat itu',
  'of that path: whether the network or the application makes trouble for the check':
    'pada jalur itu: apakah jaringan atau aplikasi yang mengganggu pemeriksaan',
  'without it: what is done at present': 'tanpa ini: yang sedang dilakukan',
  'such as watcher-2': 'misalnya watcher-2',
  'print {"faults":[{"watcher","fault"}]}': 'mencetak {"faults":[{"watcher","fault"}]}',
  'the incident, as `incident list` names it': 'insiden, seperti disebut `incident list`',
  'an earlier certificate: show that the ledger has grown from its ledger':
    'sertifikat terdahulu: menunjukkan bahwa buku besar tumbuh dari buku besarnya',
  'where to (default: standard output)': 'tempat tujuan (bawaan: keluaran standar)',
  'print JSON: the certificate itself, or with --out {"file","bytes"}':
    'mencetak JSON: sertifikat itu sendiri, atau dengan --out {"file","bytes"}',
  'certificates, *.outage.json': 'sertifikat, *.outage.json',
  'the genesis that you trust, from a source of your own': 'genesis yang Anda percayai, dari sumber Anda sendiri',
  'an earlier certificate: the ledger must have grown from its ledger':
    'sertifikat terdahulu: buku besar harus tumbuh dari buku besarnya',
  'print {"ok","reason","detail","steps","outage"}, for several files one a line with "file"':
    'mencetak {"ok","reason","detail","steps","outage"}, untuk beberapa berkas satu per baris dengan "file"',
  'the text that `export` or `export verbose` printed': 'teks yang dicetak `export` atau `export verbose`',
  'name of the router that route actions act on': 'nama perute yang dikenai tindakan rute',
  'write the configuration there instead of stdout': 'menulis konfigurasi ke sana, bukan ke stdout',
  'print {"config","untranslated","notes"}': 'mencetak {"config","untranslated","notes"}',
  'a file that holds the password (default: it is asked for)': 'berkas berisi kata sandi (bawaan: ditanyakan)',
  'make a password and print it once': 'membuat kata sandi dan mencetaknya sekali',
  'what people call them': 'nama panggilannya',
  'how long it counts, such as 90d; without, until it is revoked':
    'masa berlakunya, misalnya 90d; tanpa ini, sampai dicabut',
  'as the list shows it: `USER/NAME` for the token of a user':
    'seperti ditampilkan daftar: `USER/NAME` untuk token pengguna',
  'of one user or token': 'milik satu pengguna atau token',
  'what begins so, such as sign-in or "put /users"': 'yang berawalan demikian, misalnya sign-in atau "put /users"',
  'print the findings as a list': 'mencetak temuan sebagai daftar',
  'first and last seed, e.g. 1..2000': 'benih pertama dan terakhir, misalnya 1..2000',
  'with a seeded bug; `sim mutations` lists them': 'dengan kutu yang ditanam; `sim mutations` mendaftarnya',
  'where plans of failed seeds go': 'tempat rencana benih yang gagal',
  'print {"seeds","failed":[{"seed","invariant","shrunk"}],"messagesPerSecond"}':
    'mencetak {"seeds","failed":[{"seed","invariant","shrunk"}],"messagesPerSecond"}',
  'as `sim run` wrote it': 'seperti ditulis `sim run`',
  'print {"ok","invariant","message"}; the log goes to stderr': 'mencetak {"ok","invariant","message"}; log ke stderr',
  'print [{"protocol","mutations"}]': 'mencetak [{"protocol","mutations"}]',
  'who is on call instead': 'siapa yang berjaga sebagai gantinya',
  'now by default; 2h for so long from now, or 2026-01-31T12:00:00Z':
    'bawaannya sekarang; 2h berarti selama itu dari sekarang, atau 2026-01-31T12:00:00Z',
  '8h for so long from now, or 2026-01-31T12:00:00Z': '8h berarti selama itu dari sekarang, atau 2026-01-31T12:00:00Z',
  'a folder that is empty, new, or of an earlier export': 'folder yang kosong, baru, atau hasil ekspor sebelumnya',
};
