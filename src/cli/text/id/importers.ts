/** Importers of other tools' configurations. */
export const idImporters: Readonly<Record<string, string>> = {
  'Monitors, notifications and maintenance of Uptime Kuma': 'Monitor, notifikasi, dan pemeliharaan Uptime Kuma',
  'kuma.db of version 2, or the JSON backup of version 1': 'kuma.db versi 2, atau cadangan JSON versi 1',
  'Endpoints and alerting of Gatus': 'Endpoint dan peringatan Gatus',
  'its configuration in YAML': 'konfigurasinya dalam YAML',
  'Modules of blackbox_exporter, with the targets that Prometheus probes by them':
    'Modul blackbox_exporter beserta target yang diprobe Prometheus dengannya',
  'the modules, blackbox.yml': 'berkas modul blackbox.yml',
  'prometheus.yml, whose jobs name the targets': 'prometheus.yml, yang job-nya menyebutkan target',
};
