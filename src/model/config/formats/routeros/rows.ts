import { readFind } from './find.ts';
import type { ExportProperty, ExportRow } from './lexer.ts';

/** The rows of a menu after its commands: `add` makes them, `set`, `enable`, `disable` and `remove` change them. */

export interface MenuRow {
  line: number;
  /** The commands that made it, as they stand. */
  text: string;
  properties: Map<string, ExportProperty>;
  removed: boolean;
}

export interface MenuRows {
  rows: MenuRow[];
  problems: { row: ExportRow; reason: string }[];
  notes: { line: number; text: string }[];
}

/** Bounds the work of an export in which many commands change many rows. */
const maxVisits = 20_000_000;

export function collectRows(commands: readonly ExportRow[]): MenuRows {
  const all: MenuRow[] = [];
  const problems: MenuRows['problems'] = [];
  const notes: MenuRows['notes'] = [];
  let visits = 0;
  for (const command of commands) {
    if (command.verb === 'add') {
      const row: MenuRow = { line: command.line, text: command.text, properties: new Map(), removed: false };
      assign(row, command, notes);
      all.push(row);
      continue;
    }
    const changes = changesOf(command);
    if (!changes) {
      problems.push({ row: command, reason: 'expected add, set, enable, disable or remove' });
      continue;
    }
    visits += all.length;
    if (visits > maxVisits) {
      problems.push({ row: command, reason: 'too many changes of too many rows in one export' });
      continue;
    }
    const matched = matching(all, command);
    if (!matched?.length) {
      const reason = matched
        ? 'no row of this export matches'
        : 'expected [ find key=value ] or the number of a row of this export';
      problems.push({ row: command, reason });
      continue;
    }
    for (const row of matched) {
      row.text += `\n${command.text}`;
      if (command.verb === 'remove') {
        row.removed = true;
        notes.push({ line: command.line, text: `the row of line ${row.line} is removed here, it is left out` });
      } else assign(row, { ...command, properties: changes });
    }
  }
  return { rows: all.filter((row) => !row.removed), problems, notes };
}

/** Undefined for a verb that changes nothing we know. */
function changesOf(command: ExportRow): ExportProperty[] | undefined {
  const at = { line: command.line, column: command.column };
  switch (command.verb) {
    case 'set':
    case 'remove':
      return command.properties;
    case 'enable':
      return [{ key: 'disabled', value: 'no', ...at }];
    case 'disable':
      return [{ key: 'disabled', value: 'yes', ...at }];
    default:
      return undefined;
  }
}

function assign(row: MenuRow, command: ExportRow, notes?: MenuRows['notes']): void {
  for (const property of command.properties) {
    if (notes && row.properties.has(property.key)) {
      notes.push({ line: property.line, text: `${property.key} stands twice; the last one counts` });
    }
    row.properties.set(property.key, property);
  }
}

function matching(rows: readonly MenuRow[], command: ExportRow): MenuRow[] | undefined {
  const target = command.target ?? '';
  const present = rows.filter((row) => !row.removed);
  if (/^\d+(,\d+)*$/.test(target)) return target.split(',').flatMap((number) => present[Number(number)] ?? []);
  const conditions = readFind(target, command.menu.slice(1));
  if (!conditions) {
    const named = present.filter((row) => target !== '' && row.properties.get('name')?.value === target);
    return named.length > 0 ? named : undefined;
  }
  return present.filter((row) => [...conditions].every(([key, value]) => row.properties.get(key)?.value === value));
}
