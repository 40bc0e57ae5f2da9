import type { Translation } from '../translation.ts';

export const idGroups = {
  title: 'Kelompok',
  all: 'Semua kelompok',
  none: 'Tidak ada kelompok',
  noneHint:
    'Dengan target dan kelompok dalam konfigurasi, satu baris dapat memantau banyak hal; panduan “Groups” menunjukkan caranya.',
  noChecks: 'Tidak ada yang dipantau dari kelompok ini',
  about_other: '{{count}} target, {{select}}',
  from: 'Dari setiap lokasi',
  omitted_other: '{{count}} pemeriksaan lain tidak ditampilkan.',
  group: 'Kelompok',
  worst: 'Terburuk',
  targets: 'Target',
  disputed: 'Diperselisihkan',
  check: 'Pemeriksaan',
  host: 'Host',
  verdict: 'Putusan',
  watcher: 'Pengamat',
  site: 'Lokasi',
  says: 'Pendapat',
  stand: 'Terhadap putusan',
  stands: { with: 'sepakat', against: 'tidak sepakat', unsure: 'tidak dapat menilai', unheard: 'tidak terdengar' },
  latency: 'Latensi',
  loss: 'Kehilangan',
  measured: 'Diukur',
} as const satisfies Translation['groups'];
