import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import type { Incident } from '../../model/index.ts';
import { whereOf } from './condition.ts';
import type { IncidentAnswer, IndexedAction } from './incident-index.ts';
import type { IndexChange, TableQuestion } from './index-change.ts';

/** Another version of the tables is made again from the ledger. */
const version = 2;
const maxActions = 500;
/** Statements kept ready: people use few combinations of filters, and whoever tries all of them gains nothing. */
const maxPrepared = 200;
/** Kept apart, narrow rows first: a filter walks a hundred thousand of them without touching the texts. */
const schema = `
  CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID;
  CREATE TABLE incidents (
    id INTEGER PRIMARY KEY, resolved INTEGER NOT NULL, opened REAL NOT NULL, ended REAL,
    impact TEXT NOT NULL, severity TEXT, assignee TEXT, check_name TEXT NOT NULL);
  CREATE INDEX in_order ON incidents (resolved, id DESC);
  CREATE TABLE texts (id INTEGER PRIMARY KEY, text TEXT NOT NULL);
  CREATE TABLE bodies (id INTEGER PRIMARY KEY, body TEXT NOT NULL);
  CREATE VIRTUAL TABLE words USING fts5 (text, content='', contentless_delete=1, tokenize='trigram case_sensitive 1');
  CREATE TABLE actions (
    id TEXT PRIMARY KEY, incident INTEGER NOT NULL, position INTEGER NOT NULL, state TEXT NOT NULL, at REAL NOT NULL,
    attempts INTEGER NOT NULL, intent TEXT NOT NULL, receipt TEXT) WITHOUT ROWID;
  CREATE INDEX of_incident ON actions (incident, position);
  CREATE TABLE shared (incident INTEGER NOT NULL, action TEXT NOT NULL, PRIMARY KEY (incident, action)) WITHOUT ROWID;
`;

/** The incidents of one ledger in a database file. Not for the event loop: a question may take some milliseconds. */
export class IncidentTable {
  readonly #database: DatabaseSync;
  readonly #prepared = new Map<string, StatementSync>();

  /** A file of another ledger or version is emptied. Throws what the database throws. */
  constructor(file: string, network: string) {
    this.#database = new DatabaseSync(file);
    this.#database.exec('PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-4096;');
    if (this.#belongsTo(network)) return;
    this.#database.close();
    throw new ForeignIndex();
  }

  get next(): number {
    return Number(this.#meta('next') ?? 0);
  }

  write(changes: readonly IndexChange[], next: number): void {
    this.#database.exec('BEGIN');
    try {
      for (const change of changes) this.#put(change);
      this.#run('INSERT OR REPLACE INTO meta VALUES (?, ?)', 'next', next);
      this.#database.exec('COMMIT');
    } catch (thrown) {
      // A full disk has rolled back already.
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw thrown;
    }
  }

  find(question: TableQuestion): IncidentAnswer {
    const { limit, after, state } = question;
    const { terms, values } = whereOf(question);
    const where = terms.length === 0 ? '' : ` WHERE ${terms.join(' AND ')}`;
    // Without a filter the index has both the count and the page; what a filter finds is found once for both.
    const isPlain = terms.length === (state === 'all' ? 0 : 1);
    const rows = this.#all(
      `WITH found AS ${isPlain ? 'NOT ' : ''}MATERIALIZED (SELECT id, resolved FROM incidents${where})
       SELECT total, id, resolved FROM (SELECT count(*) AS total FROM found)
       LEFT JOIN (SELECT id, resolved FROM found${after ? ' WHERE resolved >= ? AND (resolved > ? OR id < ?)' : ''}
                  ORDER BY resolved, id DESC LIMIT ?)
       ORDER BY resolved, id DESC`,
      ...values,
      ...(after ? [Number(after.resolved), Number(after.resolved), after.id] : []),
      limit + 1,
    );
    const total = Number(rows[0]?.['total'] ?? 0);
    const shown = rows.slice(0, limit);
    const last = rows.length > limit ? shown.at(-1) : undefined;
    return {
      // Nothing found is one row without an id.
      items: shown.flatMap((row) => (row['id'] === null ? [] : (this.get(Number(row['id'])) ?? []))),
      ...(last && { next: { resolved: last['resolved'] === 1, id: Number(last['id']) } }),
      total,
    };
  }

  get(id: number): Incident | undefined {
    const row = this.#get('SELECT body FROM bodies WHERE id = ?', id);
    return row && (JSON.parse(String(row['body'])) as Incident);
  }

  actions(incident: number): IndexedAction[] {
    const rows = this.#all(
      `SELECT * FROM (SELECT * FROM actions
         WHERE incident = ? OR id IN (SELECT action FROM shared WHERE incident = ?)
         ORDER BY position DESC LIMIT ?) ORDER BY position`,
      incident,
      incident,
      maxActions,
    );
    return rows.map((row) => ({
      intent: JSON.parse(String(row['intent'])) as IndexedAction['intent'],
      state: String(row['state']) as IndexedAction['state'],
      attempts: Number(row['attempts']),
      at: Number(row['at']),
      ...(row['receipt'] !== null && {
        receipt: JSON.parse(String(row['receipt'])) as IndexedAction['receipt'] & object,
      }),
    }));
  }

  close(): void {
    this.#database.close();
  }

  #belongsTo(network: string): boolean {
    const tables = this.#get("SELECT count(*) AS count FROM sqlite_schema WHERE name = 'meta'");
    if (tables?.['count'] === 0) {
      this.#database.exec(`BEGIN; ${schema} COMMIT;`);
      this.#run('INSERT INTO meta VALUES (?, ?), (?, ?)', 'version', version, 'network', network);
      return true;
    }
    return Number(this.#meta('version')) === version && this.#meta('network') === network;
  }

  #put(change: IndexChange): void {
    switch (change.kind) {
      case 'incident':
        this.#putIncident(change);
        break;
      case 'action-intended': {
        const { id, incident, others, position, at, intent } = change;
        this.#run(
          "INSERT OR IGNORE INTO actions VALUES (?, ?, ?, 'waiting', ?, 0, ?, NULL)",
          id,
          incident,
          position,
          at,
          intent,
        );
        for (const other of others) this.#run('INSERT OR IGNORE INTO shared VALUES (?, ?)', other, id);
        break;
      }
      case 'action-assigned':
        this.#run(
          "UPDATE actions SET state = 'waiting', at = ?, intent = json_set(intent, '$.watcher', ?) WHERE id = ?",
          change.at,
          change.watcher,
          change.id,
        );
        break;
      case 'action-started':
        this.#run(
          "UPDATE actions SET state = 'running', at = ?, attempts = ? WHERE id = ?",
          change.at,
          change.attempt,
          change.id,
        );
        break;
      default:
        this.#run(
          'UPDATE actions SET state = ?, at = ?, receipt = ? WHERE id = ?',
          change.outcome,
          change.at,
          change.receipt,
          change.id,
        );
    }
  }

  #putIncident(change: IndexChange & { kind: 'incident' }): void {
    const { id, resolved, opened, ended, impact, severity, assignee, check, text, body } = change;
    this.#run(
      'INSERT OR REPLACE INTO incidents VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
      id,
      resolved,
      opened,
      ended,
      impact,
      severity,
      assignee,
      check,
    );
    this.#run('INSERT OR REPLACE INTO bodies VALUES (?, ?)', id, body);
    this.#run('INSERT OR REPLACE INTO texts VALUES (?, ?)', id, text);
    this.#run('INSERT OR REPLACE INTO words (rowid, text) VALUES (?, ?)', id, text);
  }

  #meta(key: string): unknown {
    return this.#get('SELECT value FROM meta WHERE key = ?', key)?.['value'];
  }

  #run(sql: string, ...values: SQLInputValue[]): void {
    this.#statement(sql).run(...values);
  }

  #get(sql: string, ...values: SQLInputValue[]) {
    return this.#statement(sql).get(...values);
  }

  #all(sql: string, ...values: SQLInputValue[]) {
    return this.#statement(sql).all(...values);
  }

  #statement(sql: string): StatementSync {
    const known = this.#prepared.get(sql);
    if (known) return known;
    const statement = this.#database.prepare(sql);
    if (this.#prepared.size >= maxPrepared) this.#prepared.clear();
    this.#prepared.set(sql, statement);
    return statement;
  }
}

/** The file was written for another ledger, or by another version. */
export class ForeignIndex extends Error {}
