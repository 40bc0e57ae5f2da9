/** The command `alert`. */
export const idAlerts: Readonly<Record<string, string>> = {
  'Alerting policies, now and over the past': 'Kebijakan peringatan, sekarang dan di masa lalu',
  'All policies with their state': 'Semua kebijakan dengan keadaannya',
  'One policy with its resources': 'Satu kebijakan dengan sumber dayanya',
  'Incidents that the policies of a file would have opened in the past':
    'Insiden yang akan dibuka kebijakan dalam berkas pada masa lalu',
  'one policy, a list of them, or a whole configuration': 'satu kebijakan, daftar kebijakan, atau seluruh konfigurasi',
  policy: 'kebijakan',
  severity: 'keparahan',
  firing: 'aktif',
  incidents: 'insiden',
  'evaluated (UTC)': 'dievaluasi (UTC)',
  resource: 'sumber daya',
  incident: 'insiden',
  opinions: 'pendapat',
  'seen here': 'terlihat di sini',
  'from (UTC)': 'dari (UTC)',
  'to (UTC)': 'sampai (UTC)',
  told: 'diberi tahu',
  'such as 6h for so long ago, or 2026-01-31T12:00:00Z; a week ago by default':
    'misalnya 6h (6 jam yang lalu) atau 2026-01-31T12:00:00Z; bawaannya seminggu yang lalu',
};
