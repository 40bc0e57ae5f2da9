/** Importers of other tools' configurations. */
export const jaImporters: Readonly<Record<string, string>> = {
  'Monitors, notifications and maintenance of Uptime Kuma': 'Uptime Kuma のモニター、通知、メンテナンス',
  'kuma.db of version 2, or the JSON backup of version 1':
    'バージョン 2 の kuma.db、またはバージョン 1 の JSON バックアップ',
  'Endpoints and alerting of Gatus': 'Gatus のエンドポイントとアラート',
  'its configuration in YAML': 'YAML 形式の設定',
  'Modules of blackbox_exporter, with the targets that Prometheus probes by them':
    'blackbox_exporter のモジュールと、Prometheus がそれでプローブするターゲット',
  'the modules, blackbox.yml': 'モジュールのファイル blackbox.yml',
  'prometheus.yml, whose jobs name the targets': 'ジョブにターゲットが書かれた prometheus.yml',
};
