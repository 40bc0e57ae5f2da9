import { Document, isCollection, isScalar, visit } from 'yaml';
import { cleanName, isAddress } from '../../../scalars.ts';
import { formatDuration, type Milliseconds } from '../../../time.ts';

/** What a translation from another tool's configuration yields. */
export interface ForeignImport {
  /** `quorumwatch.yaml` as a document: kebab-case keys, durations as text. */
  config: Record<string, unknown>;
  /** The same as text. */
  yaml: string;
  /** What has no counterpart; secrets are masked. */
  untranslated: ForeignPiece[];
  /** What was decided, assumed, or is left to do. */
  notes: string[];
}

export interface ForeignPiece {
  /** What it belongs to, such as `monitor Shop`. */
  item: string;
  /** The key, and its value as it stands, cut short. */
  key: string;
  value: string;
  reason: string;
}

const secretKey =
  /pass(word|phrase)|secret|token|api[-_]?key|authorization|credential|private|webhook|(routing|integration)[-_]?key|cookie/i;
const maxValueCharacters = 200;
/** What one import lists; a file of noise must not become a list without end. */
const maxPieces = 20_000;

function shownValue(key: string, value: unknown): string {
  if (secretKey.test(key)) return '[secret]';
  const masked = JSON.stringify(value, (inner, one: unknown) =>
    inner !== '' && secretKey.test(inner) ? '[secret]' : one,
  );
  const text = typeof value === 'string' ? value : (masked ?? '');
  // An address may carry a password.
  const safe = text.replaceAll(/(:\/\/[^/\s:@]+):[^/\s@]+@/g, '$1:[secret]@');
  return safe.length > maxValueCharacters ? `${safe.slice(0, maxValueCharacters)}…` : safe;
}

/** The configuration while it is being translated. */
export class ImportDraft {
  readonly config: Record<string, unknown> = {};
  readonly notes: string[] = [];
  readonly untranslated: ForeignPiece[] = [];
  readonly checks: Record<string, unknown>[] = [];
  readonly #names = new Map<string, number>();
  readonly #receivers: Record<string, Record<string, unknown>> = {};

  /** A name that no other check has; numbered where it is taken. */
  uniqueName(wanted: string): string {
    const base = cleanName(wanted) || 'check';
    let number = this.#names.get(base) ?? 1;
    let name = base;
    while (this.#names.has(name)) name = `${base.slice(0, 90)} ${++number}`;
    this.#names.set(base, number);
    this.#names.set(name, 1);
    return name;
  }

  leave(item: string, key: string, value: unknown, reason: string): void {
    if (this.untranslated.length < maxPieces) {
      this.untranslated.push({ item, key, value: shownValue(key, value), reason });
    }
  }

  note(text: string): void {
    if (this.notes.length < maxPieces) this.notes.push(text);
  }

  /** A receiver with one channel; returns the name that it got. */
  addReceiver(wanted: string, channel: string, options: Record<string, unknown>): string {
    const base = (cleanName(wanted) || channel).slice(0, 90);
    let name = base;
    for (let number = 2; Object.hasOwn(this.#receivers, name); number++) name = `${base} ${number}`;
    this.#receivers[name] = { [channel]: options };
    return name;
  }

  /** Where a secret that is not taken over belongs. */
  secretFile(owner: string, what: string): string {
    const file = `/run/secrets/${slug(owner)}-${slug(what)}`;
    this.note(`${owner}: the ${what} is not taken over: write it into ${file}`);
    return file;
  }

  finish(from: string): ForeignImport {
    const config: Record<string, unknown> = { watch: this.checks, ...this.config };
    if (Object.keys(this.#receivers).length > 0) config['notify'] = this.#receivers;
    const document = new Document(config, { aliasDuplicateObjects: false });
    visit(document, {
      Pair: (_, pair) => {
        if (isScalar(pair.key) && pair.key.value === 'settle' && isCollection(pair.value)) pair.value.flow = true;
      },
    });
    const yaml = `# Imported from ${from}.\n${document.toString({ lineWidth: 120 })}`;
    return { config, yaml, untranslated: this.untranslated, notes: this.notes };
  }
}

function slug(text: string): string {
  return (
    text
      .normalize('NFKD')
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, '-')
      .replaceAll(/^-|-$/g, '')
      .slice(0, 60) || 'secret'
  );
}

/** An object whose keys are asked for one by one, so that what nobody asked for can be listed. */
export class Keys {
  readonly #given: Readonly<Record<string, unknown>>;
  readonly #asked = new Set<string>();

  constructor(given: unknown) {
    this.#given = isRecord(given) ? given : {};
  }

  take(key: string): unknown {
    this.#asked.add(key);
    return this.peek(key);
  }

  /** The value, which stays as if nobody had asked. */
  peek(key: string): unknown {
    return Object.hasOwn(this.#given, key) ? this.#given[key] : undefined;
  }

  text(key: string): string | undefined {
    const value = this.take(key);
    if (typeof value === 'string') return value.trim() === '' ? undefined : value.trim();
    return typeof value === 'number' || typeof value === 'bigint' ? String(value) : undefined;
  }

  number(key: string): number | undefined {
    const value = this.take(key);
    const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
    return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
  }

  /** SQLite has 0 and 1. */
  flag(key: string): boolean | undefined {
    const value = this.take(key);
    if (value === 1 || value === '1' || value === 'true') return true;
    if (value === 0 || value === '0' || value === 'false') return false;
    return typeof value === 'boolean' ? value : undefined;
  }

  list(key: string): unknown[] {
    const value = this.take(key);
    return Array.isArray(value) ? value : [];
  }

  keys(key: string): Keys {
    return new Keys(this.take(key));
  }

  has(key: string): boolean {
    return Object.hasOwn(this.#given, key);
  }

  /** Keys that nobody asked for and that say something. */
  rest(): [key: string, value: unknown][] {
    return Object.entries(this.#given).filter(([key, value]) => !this.#asked.has(key) && saysSomething(value));
  }
}

function saysSomething(value: unknown): boolean {
  if (value === null || value === undefined || value === '' || value === false || value === 0) return false;
  if (Array.isArray(value)) return value.length > 0;
  return !isRecord(value) || Object.keys(value).length > 0;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function seconds(value: number): string {
  return formatDuration(Math.round(value * 1000));
}

export function within(valueMs: Milliseconds, leastMs: Milliseconds, mostMs: Milliseconds): Milliseconds {
  return Math.min(mostMs, Math.max(leastMs, valueMs));
}

/** A pattern of Go or JavaScript for RE2; lookaround and back-references have none. */
export function patternFor(text: string): string | undefined {
  return /\(\?[=!<]|\\[1-9]|\\k</.test(text.replaceAll(/\(\?P?</g, '(')) ? undefined : text;
}

/** Type, host, port and path of an HTTP address; undefined for anything else. */
export function httpTarget(url: string): { type: string; host: string; port?: number; path?: string } | undefined {
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    return undefined;
  }
  if (parsed.protocol !== 'http:' && parsed.protocol !== 'https:') return undefined;
  const host = parsed.hostname.replaceAll(/^\[|\]$/g, '');
  if (host === '') return undefined;
  const path = `${parsed.pathname}${parsed.search}`;
  return {
    type: parsed.protocol === 'http:' ? 'http-get' : 'https-get',
    host,
    ...(parsed.port !== '' && { port: Number(parsed.port) }),
    ...(path !== '/' && { path }),
  };
}

/** `example.org:53` or `[2001:db8::1]:53`; the port may be missing. */
export function hostAndPort(text: string): { host: string; port?: number } {
  const bracketed = /^\[([^\]]+)\](?::(\d+))?$/.exec(text);
  if (bracketed) return { host: bracketed[1] ?? '', ...(bracketed[2] && { port: Number(bracketed[2]) }) };
  if (isAddress(text)) return { host: text };
  const [, host = text, port] = /^(.*?)(?::(\d+))?$/.exec(text) ?? [];
  return { host, ...(port && { port: Number(port) }) };
}

const secretHeader = /^(proxy-)?authorization$|^cookie$|api-?key|token|secret/i;

/** Header lines without what must not stand in a ledger. */
export function safeHeaders(
  given: Readonly<Record<string, unknown>>,
  owner: string,
  draft: ImportDraft,
): Record<string, string> | undefined {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(given)) {
    if (typeof value !== 'string' && typeof value !== 'number') {
      draft.leave(owner, `headers.${name}`, value, 'a header is one line of text');
    } else if (secretHeader.test(name)) {
      const variable = `${slug(owner)}-${slug(name)}`.replaceAll('-', '_').toUpperCase();
      headers[name] = `\${${variable}}`;
      draft.note(`${owner}: the value of the header ${name} is not taken over: put it into the variable ${variable}`);
    } else headers[name] = String(value);
  }
  return Object.keys(headers).length > 0 ? headers : undefined;
}
