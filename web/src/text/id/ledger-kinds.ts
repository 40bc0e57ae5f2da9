import type { Translation } from '../translation.ts';

export const idLedgerKinds = {
  genesis: 'genesis',
  configuration: 'konfigurasi',
  membership: 'keanggotaan',
  observations: 'pengamatan',
  opinion: 'pendapat',
  presence: 'kehadiran',
  request: 'permintaan',
  transition: 'perubahan putusan',
  incident: 'insiden',
  'action-intended': 'tindakan direncanakan',
  'action-assigned': 'tindakan dialihkan',
  'action-started': 'tindakan dimulai',
  'action-finished': 'tindakan selesai',
  'uplink-switch': 'pengalihan uplink',
  'uplink-drill': 'latihan uplink',
  dashboard: 'dasbor',
  snooze: 'pembungkaman',
  'on-call-override': 'pengganti jaga',
  audit: 'audit',
} as const satisfies Translation['ledgerKinds'];
