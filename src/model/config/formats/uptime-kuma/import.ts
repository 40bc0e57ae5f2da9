import { ImportDraft, isRecord, Keys, type ForeignImport } from '../foreign/import-draft.ts';
import { translateMaintenance } from './maintenance.ts';
import { translateMonitor } from './monitor.ts';
import { translateNotification } from './notification.ts';

/** What is read of Uptime Kuma, whichever version wrote it: rows of its tables, with the names of their columns. */
export interface KumaTables {
  version?: string;
  monitor: readonly unknown[];
  notification: readonly unknown[];
  monitor_notification: readonly unknown[];
  tag: readonly unknown[];
  monitor_tag: readonly unknown[];
  maintenance: readonly unknown[];
  monitor_maintenance: readonly unknown[];
  proxy: readonly unknown[];
}

/** Its 2.x database. Nothing in it is executed, and unknown columns are listed. */
export function importUptimeKuma(tables: KumaTables): ForeignImport {
  const draft = new ImportDraft();
  const receivers = new Map<string, string>();
  for (const row of tables.notification) translateNotification(new Keys(row), draft, receivers);
  const links = linksOf(tables.monitor_notification, 'monitor_id', 'notification_id');
  const tags = tagsOf(tables);
  const monitors = tables.monitor.filter(isRecord);
  const groups = new Map(
    monitors.filter(({ type }) => type === 'group').map(({ id, name }) => [key(id), String(name)]),
  );
  const names = new Map<string, string>();
  for (const monitor of monitors) {
    const id = key(monitor['id']);
    const told = (links.get(id) ?? []).flatMap((one) => receivers.get(one) ?? []);
    const name = translateMonitor(new Keys(monitor), draft, { receivers: told, tags: tags.get(id) ?? [], groups });
    if (name !== undefined) names.set(id, name);
  }
  const covered = linksOf(tables.monitor_maintenance, 'maintenance_id', 'monitor_id');
  const windows = tables.maintenance.flatMap((row) => translateMaintenance(new Keys(row), draft, covered, names) ?? []);
  if (windows.length > 0) draft.config['maintenance'] = windows;
  for (const row of tables.proxy) {
    const proxy = new Keys(row);
    draft.leave(`proxy ${proxy.text('id') ?? ''}`, 'host', proxy.text('host'), 'checks go straight to their hosts');
  }
  return draft.finish(`Uptime Kuma${tables.version === undefined ? '' : ` ${tables.version}`}`);
}

/** The JSON backup of 1.x, in the shape of the tables. Throws a SyntaxError for anything else. */
export function tablesOfBackup(text: string): KumaTables {
  const backup: unknown = JSON.parse(text);
  if (!isRecord(backup) || !Array.isArray(backup['monitorList'])) {
    throw new SyntaxError('expected a backup of Uptime Kuma 1.x with a monitorList');
  }
  const monitors = backup['monitorList'].filter(isRecord);
  const list = (name: string) => (Array.isArray(backup[name]) ? (backup[name] as unknown[]) : []);
  const version = backup['version'];
  return {
    ...(typeof version === 'string' && { version }),
    monitor: monitors.map((monitor) => {
      const row = Object.fromEntries(Object.entries(monitor).map(([name, value]) => [columnOf(name), value]));
      for (const side of ['notification_id_list', 'tags', 'maintenance']) delete row[side];
      return row;
    }),
    notification: list('notificationList'),
    monitor_notification: monitors.flatMap(({ id, notificationIDList }) =>
      isRecord(notificationIDList)
        ? Object.entries(notificationIDList)
            .filter(([, on]) => on === true)
            .map(([notification]) => ({ monitor_id: id, notification_id: notification }))
        : [],
    ),
    tag: monitors.flatMap(({ tags }) =>
      Array.isArray(tags) ? tags.filter(isRecord).map(({ tag_id, name }) => ({ id: tag_id, name })) : [],
    ),
    monitor_tag: monitors.flatMap(({ id, tags }) =>
      Array.isArray(tags) ? tags.filter(isRecord).map(({ tag_id, value }) => ({ monitor_id: id, tag_id, value })) : [],
    ),
    maintenance: list('maintenanceList'),
    monitor_maintenance: [],
    proxy: list('proxyList'),
  };
}

/** Names of 1.x that are another thing than the column in camel case. */
const renamed: Readonly<Record<string, string>> = {
  accepted_statuscodes: 'accepted_statuscodes_json',
  notificationIDList: 'notification_id_list',
  childrenIDs: 'children_ids',
  pathName: 'path_name',
};

const columnOf = (name: string): string =>
  renamed[name] ?? name.replaceAll(/[A-Z]+/g, (capitals) => `_${capitals.toLowerCase()}`);

const key = (id: unknown): string => String(id);

function linksOf(rows: readonly unknown[], from: string, to: string): Map<string, string[]> {
  const links = new Map<string, string[]>();
  for (const row of rows) {
    const link = new Keys(row);
    const [one, other] = [link.text(from), link.text(to)];
    if (one !== undefined && other !== undefined) links.set(one, [...(links.get(one) ?? []), other]);
  }
  return links;
}

function tagsOf({ tag, monitor_tag }: KumaTables): Map<string, [name: string, value: string][]> {
  const names = new Map(tag.filter(isRecord).map(({ id, name }) => [key(id), String(name)]));
  const tags = new Map<string, [string, string][]>();
  for (const row of monitor_tag) {
    const link = new Keys(row);
    const monitor = link.text('monitor_id') ?? '';
    const name = names.get(link.text('tag_id') ?? '');
    if (name !== undefined) tags.set(monitor, [...(tags.get(monitor) ?? []), [name, link.text('value') ?? '']]);
  }
  return tags;
}
