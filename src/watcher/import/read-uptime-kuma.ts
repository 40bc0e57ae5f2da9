import { messageOf, QwError, tablesOfBackup, type KumaTables } from '../../model/index.ts';
import { nodeDisk, readSmallFile } from '../../platform/index.ts';
import { readForeignTables } from '../../store/index.ts';

/** Larger files are no backup of a configuration. */
const maxBackupBytes = 64 * 1024 * 1024;
const sqliteMagic = 'SQLite format 3\u0000';

const tables = [
  'monitor',
  'notification',
  'monitor_notification',
  'tag',
  'monitor_tag',
  'maintenance',
  'monitor_maintenance',
  'proxy',
] as const;

/** A database of 2.x, or the JSON backup of 1.x, whichever the file is. */
export async function readUptimeKuma(path: string): Promise<KumaTables> {
  if (await isDatabase(path)) return { version: '2', ...readForeignTables(path, tables) };
  try {
    const text = await readSmallFile(nodeDisk, path, maxBackupBytes);
    return tablesOfBackup((text ?? Buffer.alloc(0)).toString('utf8'));
  } catch (problem) {
    throw new QwError('BAD_INPUT', `neither a database of Uptime Kuma 2 nor a backup of 1.x: ${messageOf(problem)}`, {
      where: path,
      hint: 'give kuma.db of the data folder, or the JSON that Settings, Backup exported',
    });
  }
}

async function isDatabase(path: string): Promise<boolean> {
  try {
    const file = await nodeDisk.open(path, 'read');
    try {
      return (await file.read(0, sqliteMagic.length)).toString('latin1') === sqliteMagic;
    } finally {
      await file.close();
    }
  } catch (problem) {
    throw new QwError('CONFIG_UNREADABLE', `cannot read the file: ${messageOf(problem)}`, { where: path });
  }
}
