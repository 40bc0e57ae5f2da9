import type { ErrorTexts } from './texts.ts';

export const idErrors: ErrorTexts = {
  CONFIG_INVALID: {
    meaning: 'Konfigurasi memuat kesalahan; masing-masing menyebut berkas, baris, kolom, dan jalur.',
    hint: 'jalankan `quorumwatch check FILE`, perbaiki baris yang disebutkan',
  },
  FLOW_VIEW_INVALID: {
    meaning: 'Tampilan lalu lintas memuat kesalahan; masing-masing menyebut baris, kolom, dan jalur.',
    hint: 'perbaiki yang disebutkan; panduan `traffic.md` menjelaskan formatnya',
  },
  DASHBOARD_INVALID: {
    meaning: 'Dasbor memuat kesalahan; masing-masing menyebut baris, kolom, dan jalur.',
    hint: 'perbaiki yang disebutkan; panduan `dashboards.md` menjelaskan formatnya',
  },
  CONFIG_UNREADABLE: { meaning: 'Berkas konfigurasi tidak dapat dibaca.', hint: 'periksa jalur dan izinnya' },
  SECRET_UNREADABLE: {
    meaning: 'Rahasia yang disebut konfigurasi (berkas atau variabel lingkungan) tidak dapat dibaca.',
    hint: 'buat berkas yang dapat dibaca pengguna ini, atau tetapkan variabelnya',
  },
  DATA_LOCKED: {
    meaning: 'Folder data sedang dipakai pengamat lain yang berjalan.',
    hint: 'hentikan pengamat itu atau beri pengamat ini folder sendiri dengan --data',
  },
  DATA_FOREIGN: {
    meaning: 'Folder data milik pengamat atau klaster lain.',
    hint: 'beri pengamat ini folder sendiri dengan --data',
  },
  DATA_NEWER: {
    meaning: 'Folder data ditulis oleh versi yang lebih baru.',
    hint: 'jalankan versi itu, atau mulai dengan folder kosong',
  },
  DATA_UNUSABLE: {
    meaning: 'Folder data tidak dapat dibaca atau ditulis.',
    hint: 'pastikan itu folder, pengguna ini boleh menulis di sana, dan cakram masih ada ruang; atau sebutkan yang lain dengan --data',
  },
  LEDGER_CORRUPT: {
    meaning: 'Catatan tahan lama rusak sebelum akhir berkas; tidak ada yang dipotong.',
    hint: 'jalankan `quorumwatch ledger verify`, pulihkan berkas yang disebut dari cadangan',
  },
  LEDGER_UNAVAILABLE: {
    meaning:
      'Log tahan lama tidak dapat ditulis (cakram penuh atau galat masukan/keluaran); tidak ada lagi yang diakui.',
    hint: 'kosongkan ruang atau ganti cakram, lalu jalankan lagi pengamat',
  },
  TELEMETRY_BEHIND: {
    meaning:
      'Telemetri datang lebih banyak daripada yang dapat disimpan; yang ditolak hilang, dan pemantauan berlanjut.',
    hint: 'pastikan cakram atau server mampu mengimbangi, atau ukur lebih jarang',
  },
  TELEMETRY_UNWRITABLE: {
    meaning: 'Telemetri tidak dapat ditulis (cakram penuh atau galat masukan/keluaran); sampel berikutnya dicoba lagi.',
    hint: 'kosongkan ruang dalam folder data, atau persingkat masa simpan',
  },
  TELEMETRY_CORRUPT: {
    meaning: 'Telemetri tersimpan rusak; sisanya masih dapat ditanyakan.',
    hint: 'pulihkan berkas yang disebut dari cadangan, atau hapus',
  },
  TELEMETRY_QUERY: { meaning: 'Pertanyaan kepada penyimpan telemetri tidak sah.', hint: 'lihat yang diharapkan' },
  TELEMETRY_LIMIT: {
    meaning: 'Pertanyaan memerlukan lebih banyak baris atau memori daripada yang diizinkan.',
    hint: 'minta waktu lebih pendek, deret lebih sedikit, atau langkah lebih lebar',
  },
  TELEMETRY_DEADLINE: {
    meaning: 'Penyimpan telemetri tidak menjawab tepat waktu.',
    hint: 'minta waktu lebih pendek, deret lebih sedikit, atau langkah lebih lebar',
  },
  TELEMETRY_UNAVAILABLE: {
    meaning: 'Penyimpan telemetri tidak dapat menjawab sekarang.',
    hint: 'coba lagi; log menjelaskan yang terjadi',
  },
  REQUEST_TOO_LARGE: { meaning: 'Permintaan melebihi batas ukurannya.', hint: 'kirim lebih sedikit sekaligus' },
  OVERLOADED: { meaning: 'Antrean terbatas penuh, atau anggota tidak sepakat tepat waktu.', hint: 'coba lagi nanti' },
  LISTEN_FAILED: {
    meaning: 'Alamat HTTP tidak dapat dipakai.',
    hint: 'pilih yang lain dengan --listen HOST:PORT, atau hentikan program yang memakainya',
  },
  LISTEN_INSECURE: {
    meaning: 'Alamat HTTP bukan loopback dan tidak ada TLS.',
    hint: 'atur server.tls, atau mulai dengan --insecure bila program lain yang mengenkripsi',
  },
  UNSUPPORTED: { meaning: 'Mesin atau build ini tidak dapat melakukannya.', hint: 'jalankan `quorumwatch doctor`' },
  UNREACHABLE: { meaning: 'Pengamat tidak menjawab.', hint: 'apakah sedang berjalan? sebutkan dengan --url' },
  UNAUTHORIZED: {
    meaning: 'Token tidak ada, salah, atau kedaluwarsa.',
    hint: 'berikan token yang sah dengan --token-file',
  },
  TOO_MANY_ATTEMPTS: {
    meaning: 'Terlalu banyak percobaan masuk yang gagal, untuk nama ini atau dari alamat ini.',
    hint: 'tunggu selama yang disebut jawaban, lalu coba lagi',
  },
  FORBIDDEN: { meaning: 'Peran token ini tidak mengizinkannya.', hint: 'pakai token dengan peran yang disebutkan' },
  NOT_FOUND: { meaning: 'Tidak ada yang demikian.', hint: 'lihat daftar yang ada' },
  CONFLICT: { meaning: 'Keadaannya tidak mengizinkan hal itu.', hint: 'baca dahulu keadaannya sekarang' },
  BAD_INPUT: { meaning: 'Masukan tidak sah.', hint: 'lihat yang diharapkan' },
  INTERNAL: { meaning: 'Aturan program itu sendiri dilanggar.', hint: 'laporkan ini bersama log' },
};
