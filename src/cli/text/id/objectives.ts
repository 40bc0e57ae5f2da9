/** The command `slo`. */
export const idObjectives: Readonly<Record<string, string>> = {
  'Service level objectives and their error budgets': 'Sasaran tingkat layanan dan anggaran kesalahannya',
  'All objectives with what is left of their budgets': 'Semua sasaran dengan sisa anggarannya',
  'One objective with its burn rates, outages and months':
    'Satu sasaran dengan laju pembakaran, gangguan, dan bulan-bulannya',
  'A calendar month with the certificates that prove its outages, as a folder':
    'Satu bulan kalender dengan sertifikat yang membuktikan gangguannya, sebagai folder',
  'no objectives: add a section `objectives` to the configuration (docs/guide/service-levels.md)':
    'tidak ada sasaran: tambahkan bagian `objectives` ke konfigurasi (docs/guide/service-levels.md)',
  'such as 2026-10': 'misalnya 2026-10',
  objective: 'sasaran',
  goal: 'target',
  reached: 'tercapai',
  'budget left': 'sisa anggaran',
  'burn rate': 'laju pembakaran',
  'fires above': 'menyala di atas',
  'long window': 'jendela panjang',
  'short window': 'jendela pendek',
  month: 'bulan',
  minutes: 'menit',
  met: 'terpenuhi',
  'at risk': 'berisiko',
  missed: 'meleset',
};
