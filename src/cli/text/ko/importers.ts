/** Importers of other tools' configurations. */
export const koImporters: Readonly<Record<string, string>> = {
  'Monitors, notifications and maintenance of Uptime Kuma': 'Uptime Kuma의 모니터, 알림, 유지 보수',
  'kuma.db of version 2, or the JSON backup of version 1': '버전 2의 kuma.db 또는 버전 1의 JSON 백업',
  'Endpoints and alerting of Gatus': 'Gatus의 엔드포인트와 경보',
  'its configuration in YAML': 'YAML 형식의 구성',
  'Modules of blackbox_exporter, with the targets that Prometheus probes by them':
    'blackbox_exporter의 모듈과 Prometheus가 이 모듈로 프로브하는 대상',
  'the modules, blackbox.yml': '모듈 파일 blackbox.yml',
  'prometheus.yml, whose jobs name the targets': '작업에 대상이 적힌 prometheus.yml',
};
