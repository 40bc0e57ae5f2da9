import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import fc from 'fast-check';
import { importGatus, importUptimeKuma, tablesOfBackup } from '../src/model/index.ts';
import { cli } from './support/rig.ts';

/** What people read: exports of other tools, what becomes of them, and what does not. */
const here = join(import.meta.dirname, 'golden/importers');
const folder = mkdtempSync(join(tmpdir(), 'qw-importers-'));
afterAll(() => rmSync(folder, { recursive: true }));

interface Imported {
  config: { watch: Record<string, unknown>[]; notify?: Record<string, unknown>; maintenance?: unknown[] };
  untranslated: { item: string; key: string; value: string; reason: string }[];
  notes: string[];
}

async function importFile(
  kind: string,
  file: string,
  ...more: string[]
): Promise<{ imported: Imported; yaml: string }> {
  const yaml = join(folder, `${kind}.yaml`);
  const done = await cli(here, 'import', kind, file, ...more, '--json', '--output', yaml);
  expect(done, done.stderr).toMatchObject({ code: 0 });
  return { imported: JSON.parse(done.stdout) as Imported, yaml };
}

/** What comes out is what `check` takes, and holds no secret. */
async function expectSound(yaml: string, secrets: readonly string[], imported: Imported): Promise<void> {
  const checked = await cli(folder, 'check', yaml, '--json');
  const { errors } = JSON.parse(checked.stdout) as { errors: { message: string; path?: unknown }[] };
  // The files with secrets are yet to be written.
  expect(errors.filter(({ message }) => !/\/run\/secrets|is not set/.test(message))).toEqual([]);
  const all = JSON.stringify(imported) + readFileSync(yaml, 'utf8');
  for (const secret of secrets) expect(all).not.toContain(secret);
}

const listed = ({ untranslated }: Imported) =>
  `${untranslated.map(({ item, key, value, reason }) => `${item} | ${key} | ${value} | ${reason}`).join('\n')}\n`;

test('a backup of Uptime Kuma 1 becomes checks, receivers and a list of the rest', async () => {
  const { imported, yaml } = await importFile('uptime-kuma', 'uptime-kuma-1.json');
  await expectSound(yaml, ['AAHdq', 'hunter2', 's3cr3t', 'p-secret', 'u-secret', '"pw"'], imported);
  await expect(readFileSync(yaml, 'utf8')).toMatchFileSnapshot(join(here, 'becomes/uptime-kuma.yaml'));
  await expect(listed(imported)).toMatchFileSnapshot(join(here, 'becomes/uptime-kuma.txt'));
});

test('a database of Uptime Kuma 2 becomes the same', async () => {
  const path = join(folder, 'kuma.db');
  const database = new DatabaseSync(path);
  const { monitor, notification, monitor_notification, tag, monitor_tag, proxy } = tablesOfBackup(
    readFileSync(join(here, 'uptime-kuma-1.json'), 'utf8'),
  );
  const tables = { monitor, notification, monitor_notification, tag, monitor_tag, proxy };
  for (const [name, rows] of Object.entries(tables) as [string, Record<string, unknown>[]][]) {
    const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
    database.exec(`CREATE TABLE ${name} (${columns.map((column) => `"${column}"`).join(', ')})`);
    const insert = database.prepare(`INSERT INTO ${name} VALUES (${columns.map(() => '?').join(', ')})`);
    for (const row of rows) {
      const values = columns.map((column) => row[column] ?? null);
      insert.run(
        ...(values.map((value) =>
          typeof value === 'boolean'
            ? Number(value)
            : typeof value === 'object' && value
              ? JSON.stringify(value)
              : value,
        ) as (string | number | null)[]),
      );
    }
  }
  database.exec(`CREATE TABLE maintenance (id, title, description, user_id, active, strategy, start_date, end_date,
    start_time, end_time, weekdays, days_of_month, interval_day, cron, timezone, duration);
    INSERT INTO maintenance VALUES (1, 'Night', '', 1, 1, 'recurring-weekday', NULL, NULL, '23:00:00', '01:30:00', '[1,5]', '[]', 1, NULL, 'Asia/Seoul', NULL);
    INSERT INTO maintenance VALUES (2, 'By hand', '', 1, 1, 'manual', NULL, NULL, NULL, NULL, '[]', '[]', 1, NULL, NULL, NULL);
    INSERT INTO maintenance VALUES (3, 'Cron', '', 1, 1, 'cron', NULL, NULL, NULL, NULL, '[]', '[]', 1, '30 3 * * *', 'UTC', 90);
    CREATE TABLE monitor_maintenance (monitor_id, maintenance_id);
    INSERT INTO monitor_maintenance VALUES (2, 1), (5, 1), (2, 3);
    CREATE VIEW endless AS WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x FROM n;`);
  database.close();
  const { imported, yaml } = await importFile('uptime-kuma', path);
  await expectSound(yaml, ['hunter2'], imported);
  const backup = importUptimeKuma(tablesOfBackup(readFileSync(join(here, 'uptime-kuma-1.json'), 'utf8')));
  expect(imported.config.watch).toEqual(backup.config['watch']);
  expect(imported.config.maintenance).toEqual([
    {
      name: 'Night 1',
      checks: ['Shop', 'SSH'],
      weekly: { days: ['mon', 'fri'], at: '23:00', for: '2h30m' },
      'time-zone': 'Asia/Seoul',
    },
    { name: 'Cron 3', checks: ['Shop'], cron: { at: '30 3 * * *', for: '1h30m' }, 'time-zone': 'UTC' },
  ]);
  expect(imported.untranslated).toContainEqual(expect.objectContaining({ item: 'maintenance By hand' }));
});

test('a thousand monitors take less than a few seconds', () => {
  const text = readFileSync(join(here, 'uptime-kuma-1.json'), 'utf8');
  const one = tablesOfBackup(text);
  const many = Array.from({ length: 200 }, (_, turn) =>
    one.monitor.map((row) => ({ ...(row as object), id: `${turn}-${String((row as { id: unknown }).id)}` })),
  ).flat();
  const found = importUptimeKuma({ ...one, monitor: many });
  const names = (found.config['watch'] as { name: string }[]).map(({ name }) => name);
  expect(names.length).toBe(1200);
  expect(new Set(names).size).toBe(1200);
});

test('Gatus becomes checks, receivers, a window and a list of the rest', async () => {
  const { imported, yaml } = await importFile('gatus', 'gatus.yaml');
  await expectSound(yaml, ['SECRET', '0123456789abcdef', 'JDJh'], imported);
  await expect(readFileSync(yaml, 'utf8')).toMatchFileSnapshot(join(here, 'becomes/gatus.yaml'));
  await expect(listed(imported)).toMatchFileSnapshot(join(here, 'becomes/gatus.txt'));
});

test('modules of blackbox_exporter become checks of the targets that Prometheus has', async () => {
  const { imported, yaml } = await importFile('blackbox', 'blackbox.yml', '--prometheus', 'prometheus.yml');
  await expectSound(yaml, ['Bearer secret', 'hunter2'], imported);
  await expect(readFileSync(yaml, 'utf8')).toMatchFileSnapshot(join(here, 'becomes/blackbox.yaml'));
  await expect(listed(imported)).toMatchFileSnapshot(join(here, 'becomes/blackbox.txt'));
  const alone = await importFile('blackbox', 'blackbox.yml');
  expect(alone.imported.config.watch).toEqual([]);
  expect(alone.imported.untranslated.filter(({ key }) => key === 'targets')).toHaveLength(6);
});

test('what is not known is listed, whatever it is and wherever it stands', () => {
  const monitor = { id: 1, name: 'Shop', type: 'http', url: 'http://shop.example.org/', interval: 60 };
  const empty = { notification: [], monitor_notification: [], tag: [], monitor_tag: [], proxy: [] };
  const tables = { ...empty, maintenance: [], monitor_maintenance: [] };
  const value = fc.oneof(
    fc.string({ minLength: 1 }).filter((text) => text.trim() !== ''),
    fc.integer({ min: 2 }),
    fc.constant(true),
  );
  fc.assert(
    fc.property(fc.stringMatching(/^zz_[a-z_]{1,20}$/), value, (name, given) => {
      const found = importUptimeKuma({ ...tables, monitor: [{ ...monitor, [name]: given }] });
      expect(found.untranslated).toContainEqual(expect.objectContaining({ item: 'monitor Shop', key: name }));
      const text = JSON.stringify({
        endpoints: [{ name: 'a', url: 'http://a.example/', [name]: given }],
        [name]: given,
      });
      const gatus = importGatus(text);
      expect(gatus.untranslated.filter(({ key }) => key === name)).toHaveLength(2);
    }),
  );
});

test('files that are something else are refused with what was expected', async () => {
  const file = join(folder, 'noise');
  writeFileSync(file, '{"monitorList": 7}');
  for (const [kind, text] of [
    ['uptime-kuma', '{"monitorList": 7}'],
    ['uptime-kuma', 'SQLite format 3\u0000 and nothing else'],
    ['gatus', '[1, 2]'],
    ['gatus', 'a: &a [*a'],
    ['blackbox', 'modules: 3'],
  ] as const) {
    writeFileSync(file, text);
    const done = await cli(folder, 'import', kind, file);
    expect(done.code, `${kind} ${text}`).toBe(2);
    expect(done.stderr).toMatch(/^error: .+ \(.*noise\)/m);
    expect(done.stdout).toBe('');
  }
});
