import { DatabaseSync } from 'node:sqlite';
import { messageOf, QwError } from '../../model/index.ts';

const maxRows = 100_000;

/**
 * Rows of some tables of another program's SQLite database, which is only read. Plain tables alone are looked at: a view
 * or a virtual table of a hostile file could run for ever. A table that is not there has no rows. Throws BAD_INPUT for a
 * file that is no database.
 */
export function readForeignTables<Name extends string>(
  path: string,
  names: readonly Name[],
): Record<Name, Record<string, unknown>[]> {
  try {
    const database = new DatabaseSync(path, {
      readOnly: true,
      allowExtension: false,
      enableForeignKeyConstraints: false,
    });
    try {
      const isPlain = database.prepare(
        "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ? AND sql NOT LIKE 'CREATE VIRTUAL%'",
      );
      return Object.fromEntries(
        names.map((name) => [
          name,
          isPlain.get(name) === undefined ? [] : database.prepare(`SELECT * FROM "${name}" LIMIT ${maxRows}`).all(),
        ]),
      ) as Record<Name, Record<string, unknown>[]>;
    } finally {
      database.close();
    }
  } catch (problem) {
    throw new QwError('BAD_INPUT', `not a database that can be read: ${messageOf(problem)}`, { where: path });
  }
}
