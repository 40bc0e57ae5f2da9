/**
 * Typed errors. Facts travel as data, the message is made from them, and every code stands in one table, from which
 * `docs/reference/errors.md` is generated; a test keeps table, code and documentation equal.
 */

/** Every error code of the product: what it means and what the user can do. */
export const errorTable = {
  CONFIG_INVALID: {
    meaning: 'The configuration has errors; each names file, line, column and path.',
    hint: 'run `quorumwatch check FILE`, correct the lines it names',
  },
  FLOW_VIEW_INVALID: {
    meaning: 'The view of traffic has errors; each names line, column and path.',
    hint: 'correct what it names; the guide `traffic.md` shows the format',
  },
  DASHBOARD_INVALID: {
    meaning: 'The dashboard has errors; each names line, column and path.',
    hint: 'correct what it names; the guide `dashboards.md` shows the format',
  },
  CONFIG_UNREADABLE: { meaning: 'The configuration file cannot be read.', hint: 'check the path and its permissions' },
  SECRET_UNREADABLE: {
    meaning: 'A secret that the configuration names (a file or an environment variable) cannot be read.',
    hint: 'create the file, readable by this user, or set the variable',
  },
  DATA_LOCKED: {
    meaning: 'The data folder is in use by another running watcher.',
    hint: 'stop that watcher or give this one its own folder with --data',
  },
  DATA_FOREIGN: {
    meaning: 'The data folder belongs to another watcher or cluster.',
    hint: 'give this watcher its own folder with --data',
  },
  DATA_NEWER: {
    meaning: 'The data folder was written by a newer version.',
    hint: 'run that version, or start with an empty folder',
  },
  DATA_UNUSABLE: {
    meaning: 'The data folder cannot be read or written.',
    hint: 'see that it is a folder, that this user may write there, and that the disk has room; or name another with --data',
  },
  LEDGER_CORRUPT: {
    meaning: 'A durable record is damaged before the end of the file; nothing was cut off.',
    hint: 'run `quorumwatch ledger verify`, restore the named file from a backup',
  },
  LEDGER_UNAVAILABLE: {
    meaning: 'The durable log cannot be written (disk full or input/output error); nothing is acknowledged any more.',
    hint: 'free space or replace the disk, then start the watcher again',
  },
  TELEMETRY_BEHIND: {
    meaning: 'More telemetry comes than can be stored; what was refused is lost, and the watch goes on.',
    hint: 'see that the disk or the servers keep up, or measure less often',
  },
  TELEMETRY_UNWRITABLE: {
    meaning: 'Telemetry cannot be written (disk full or input/output error); later samples are tried again.',
    hint: 'free space in the data folder, or shorten the retention',
  },
  TELEMETRY_CORRUPT: {
    meaning: 'Stored telemetry is damaged; the rest can still be asked for.',
    hint: 'restore the named file from a backup, or remove it',
  },
  TELEMETRY_QUERY: {
    meaning: 'A question to the telemetry store is not a valid one.',
    hint: 'see what was expected',
  },
  TELEMETRY_LIMIT: {
    meaning: 'A question to the telemetry store needs more rows or memory than it may have.',
    hint: 'ask for less time, fewer series or a wider step',
  },
  TELEMETRY_DEADLINE: {
    meaning: 'The telemetry store did not answer in time.',
    hint: 'ask for less time, fewer series or a wider step',
  },
  TELEMETRY_UNAVAILABLE: {
    meaning: 'The telemetry store cannot answer now.',
    hint: 'try again; the log says what happened to it',
  },
  REQUEST_TOO_LARGE: { meaning: 'A request exceeds its size limit.', hint: 'send less at once' },
  OVERLOADED: {
    meaning: 'A bounded queue is full, or the members did not agree in time.',
    hint: 'try again later',
  },
  LISTEN_FAILED: {
    meaning: 'The HTTP address cannot be used.',
    hint: 'choose another with --listen HOST:PORT, or stop the program that holds it',
  },
  LISTEN_INSECURE: {
    meaning: 'The HTTP address is not loopback and there is no TLS.',
    hint: 'configure server.tls, or start with --insecure if another program encrypts',
  },
  UNSUPPORTED: { meaning: 'This machine or build cannot do that.', hint: 'run `quorumwatch doctor`' },
  UNREACHABLE: { meaning: 'The watcher does not answer.', hint: 'is it running? name it with --url' },
  UNAUTHORIZED: { meaning: 'The token is missing, wrong or expired.', hint: 'give a valid one with --token-file' },
  TOO_MANY_ATTEMPTS: {
    meaning: 'Too many tries to sign in have failed, for this name or from this address.',
    hint: 'wait as long as the answer says, then try again',
  },
  FORBIDDEN: { meaning: 'The role of this token does not allow that.', hint: 'use a token with the named role' },
  NOT_FOUND: { meaning: 'There is no such thing.', hint: 'list what there is' },
  CONFLICT: { meaning: 'The state of the thing does not allow that.', hint: 'read its present state first' },
  BAD_INPUT: { meaning: 'The input is not valid.', hint: 'see what was expected' },
  INTERNAL: { meaning: 'A rule of the program itself was broken.', hint: 'report this with the log' },
} as const satisfies Record<string, { meaning: string; hint: string }>;

export type ErrorCode = keyof typeof errorTable;

/** What an error carries besides its code; values must be printable. */
export type ErrorFacts = Readonly<Record<string, unknown>>;

export interface QwErrorOptions {
  /** Where it happened: file:line:column, URL, address, path. */
  where?: string;
  /** Overrides the table's hint. */
  hint?: string;
  facts?: ErrorFacts;
  cause?: unknown;
}

/** The one error class: `message` says what, `where` says where, `hint` says what to do. */
export class QwError extends Error {
  override readonly name = 'QwError';
  readonly code: ErrorCode;
  readonly where: string | undefined;
  readonly hint: string;
  readonly facts: ErrorFacts;

  constructor(code: ErrorCode, message: string, options: QwErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.where = options.where;
    this.hint = options.hint ?? errorTable[code].hint;
    this.facts = options.facts ?? {};
  }
}

/** For rules of our own that must hold; stays on in production. Never used on input. */
export function assert(condition: unknown, rule: string): asserts condition {
  if (!condition) throw new QwError('INTERNAL', `broken rule: ${rule}`);
}

/** The text of anything that was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
