import { styleText } from 'node:util';
import {
  errorTable,
  flowFilterLine,
  flowSpeechOf,
  messageOf,
  QwError,
  type ConfigurationIssue,
  type FlowFilterProblem,
} from '../model/index.ts';
import { displayWidth } from './text/display-width.ts';
import { say, sayError, spokenLanguage } from './text/speech.ts';

/** Where a command writes: with --json one document (or one object a line) on stdout and everything else on stderr. */
export class Output {
  readonly json: boolean;

  constructor(json: boolean) {
    this.json = json;
  }

  /** For people: stdout, or stderr when stdout belongs to JSON. */
  say(line: string): void {
    (this.json ? process.stderr : process.stdout).write(`${printable(line)}\n`);
  }

  /** Progress and remarks: always stderr. */
  note(line: string): void {
    process.stderr.write(`${printable(line)}\n`);
  }

  /** The one document, or one line of a stream; nothing unless --json. */
  emit(value: unknown): void {
    if (this.json) process.stdout.write(`${JSON.stringify(value).replaceAll(invisible, escapeJson)}\n`);
  }

  /** Either the JSON document or the lines for people. */
  result(value: unknown, lines: () => readonly string[]): void {
    if (this.json) this.emit(value);
    else for (const line of lines()) this.say(say(line).replaceAll(/[\r\n]+/g, ' '));
  }

  /** Titles are said in the language of the command line; what it does not know, such as names of sites, stays. */
  table(titles: readonly string[], rows: readonly (readonly string[])[]): string[] {
    const head = titles.map(say);
    const widths = head.map((title, i) => Math.max(...[title, ...rows.map((row) => row[i] ?? '')].map(displayWidth)));
    const line = (row: readonly string[]) =>
      row
        .map((cell, i) => cell + (i === row.length - 1 ? '' : ' '.repeat((widths[i] ?? 0) - displayWidth(cell))))
        .join('  ');
    return [styleText('dim', line(head)), ...rows.map(line)];
  }
}

const stateStyles = { up: 'green', degraded: 'yellow', partial: 'yellow', down: 'red', unknown: 'gray' } as const;

export function state(name: string): string {
  const style = stateStyles[name as keyof typeof stateStyles];
  return style ? styleText(style, say(name)) : name;
}

/** Names come from configuration and network: what could drive the terminal is taken out, our own colours stay. */
export function printable(text: string): string {
  // oxlint-disable-next-line no-control-regex
  return text.replaceAll(
    /\u001b(?!\[(?:2|22|3[1-39]|90)m)|[\u0000-\u0008\u000b-\u001a\u001c-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g,
    '\ufffd',
  );
}

/** Characters that JSON leaves as they are and terminals obey. */
const invisible = /[\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

function escapeJson(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** Prints an error as `error: what (where)` and a hint; returns the exit code. */
export function reportError(thrown: unknown): number {
  const error = thrown instanceof QwError ? thrown : undefined;
  const issues = error?.facts['issues'] as ConfigurationIssue[] | undefined;
  if (issues) for (const issue of issues) process.stderr.write(`${printable(issueLine(issue))}\n`);
  const where = error?.where === undefined ? '' : ` (${error.where})`;
  const known = error && sayError(error.code);
  // Most sentences are English: what the code means comes before them, for those who read another language.
  const own = filterTexts(error);
  const what = [...(known ? [known.meaning] : []), (own?.what ?? messageOf(thrown)).replaceAll('\n', ' ')].join(' ');
  const usual = error === undefined || error.hint === errorTable[error.code].hint;
  const hint = own?.hint ?? (usual ? known?.hint : undefined) ?? error?.hint ?? say(hintFor(thrown));
  process.stderr.write(`${printable(`${say('error')}: ${what}${where}`)}\n`);
  process.stderr.write(`${printable(`${say('hint')}: ${hint.replaceAll('\n', ' ')}`)}\n`);
  if (process.env['QW_DEBUG'] === '1' && thrown instanceof Error) process.stderr.write(`${thrown.stack ?? ''}\n`);
  return error && usageCodes.has(error.code) ? 2 : 1;
}

/** What is wrong with a filter of flows, each language has words for. */
function filterTexts(error: QwError | undefined): { what: string; hint: string } | undefined {
  const filter = error?.facts['filter'] as FlowFilterProblem | undefined;
  if (!filter) return undefined;
  const speech = flowSpeechOf(spokenLanguage());
  return { what: flowFilterLine(filter, speech), hint: speech.line('filter.hint') };
}

function hintFor(thrown: unknown): string {
  // What the machine refuses is no fault of the program.
  return thrown instanceof Error && 'syscall' in thrown
    ? 'check the path, its permissions, and the room on the disk'
    : 'run again with QW_DEBUG=1 and report what it prints';
}

const usageCodes = new Set([
  'CONFIG_INVALID',
  'DASHBOARD_INVALID',
  'FLOW_VIEW_INVALID',
  'CONFIG_UNREADABLE',
  'SECRET_UNREADABLE',
  'BAD_INPUT',
]);

/** `file:line:column: path: message, found X` */
export function issueLine(issue: ConfigurationIssue): string {
  const found = issue.found === undefined || issue.message.includes('found ') ? '' : `, found ${issue.found}`;
  // What is wrong elsewhere than in the text, such as a missing secret, has no line.
  const place = issue.line === 0 ? issue.file : `${issue.file}:${issue.line}:${issue.column}`;
  return `${place}: ${issue.path ? `${issue.path}: ` : ''}${issue.message}${found}`;
}
