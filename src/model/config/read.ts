import { isMap, isScalar, LineCounter, parseDocument, type Document } from 'yaml';
import type { z } from 'zod';
import { circularAliases, nestedTooDeep, repeatedKeys } from './bounds.ts';
import type { Configuration, ConfigurationSchema } from './configuration.ts';
import { nearest } from './nearest.ts';

/** One error of a configuration file, as `quorumwatch check` prints it. */
export interface ConfigurationIssue {
  file: string;
  line: number;
  column: number;
  /** `watch[2].interval` */
  path: string;
  message: string;
  /** What stands there, shortened. */
  found?: string;
}

export type ReadConfiguration =
  | { ok: true; configuration: Configuration; document: unknown; issues: [] }
  | { ok: false; issues: ConfigurationIssue[] };

export type ReadDocument<Value> =
  | { ok: true; value: Value; document: unknown; issues: [] }
  | { ok: false; issues: ConfigurationIssue[] };

const maxIssues = 100;

/** Reads and validates `quorumwatch.yaml` (YAML 1.2, JSON included). Never throws on content. */
export function readConfiguration(text: string, file: string, schema: ConfigurationSchema): ReadConfiguration {
  return configurationOf(readDocumentText(text, file, schema));
}

/** Reads and validates what people write as YAML 1.2, JSON included. Never throws on content. */
export function readDocumentText<Value>(text: string, file: string, schema: z.ZodType<Value>): ReadDocument<Value> {
  const lines = new LineCounter();
  const refuse = (problems: readonly { offset: number; message: string }[]): ReadDocument<Value> => ({
    ok: false,
    issues: problems.slice(0, maxIssues).map(({ offset, message }) => {
      const { line, col } = lines.linePos(offset);
      return { file, line, column: col, path: '', message };
    }),
  });
  const deep = nestedTooDeep(text);
  if (deep) {
    for (let end = -1; end < deep.offset;) {
      lines.addNewLine(end + 1);
      end = text.indexOf('\n', end + 1);
      if (end < 0) break;
    }
    return refuse([deep]);
  }
  let value: unknown;
  let document: Document;
  try {
    document = parseDocument(text, { lineCounter: lines, uniqueKeys: false, prettyErrors: false });
    const problems = [...document.errors, ...document.warnings];
    if (problems.length > 0)
      return refuse(problems.map((problem) => ({ offset: problem.pos[0], message: problem.message })));
    const repeated = repeatedKeys(document, maxIssues);
    if (repeated.length > 0) return refuse(repeated);
    const circles = circularAliases(document, maxIssues);
    if (circles.length > 0) return refuse(circles);
    // Aliases multiply: the bound keeps a small file from becoming a huge document.
    value = document.toJS({ maxAliasCount: 100 }) ?? {};
  } catch (cause) {
    return {
      ok: false,
      issues: [
        { file, line: 1, column: 1, path: '', message: cause instanceof Error ? cause.message : 'unreadable YAML' },
      ],
    };
  }
  return validate(value, schema, (path, key) => ({ file, ...position(document, lines, path, key) }));
}

/** Validates a document that came from elsewhere than a file (the ledger, the API). */
export function validateConfiguration(
  document: unknown,
  source: string,
  schema: ConfigurationSchema,
): ReadConfiguration {
  return configurationOf(validate(document, schema, () => ({ file: source, line: 0, column: 0 })));
}

function configurationOf(read: ReadDocument<Configuration>): ReadConfiguration {
  if (!read.ok) return read;
  const { value, ...rest } = read;
  return { ...rest, configuration: value };
}

type Locate = (path: PropertyKey[], key?: string) => { file: string; line: number; column: number };

function validate<Value>(value: unknown, schema: z.ZodType<Value>, locate: Locate): ReadDocument<Value> {
  const parsed = schema.safeParse(value, { error: explain });
  if (parsed.success) return { ok: true, value: parsed.data, document: value, issues: [] };
  const issues = parsed.error.issues
    .slice(0, maxIssues)
    .flatMap((issue) => flatten(issue))
    .slice(0, maxIssues)
    .map((issue): ConfigurationIssue => {
      const found = issue.key === undefined ? shorten(valueAt(value, issue.path)) : undefined;
      return {
        ...locate(issue.path, issue.key),
        path: pathText(issue.path),
        message: issue.message,
        ...(found === undefined ? {} : { found }),
      };
    });
  issues.sort((a, b) => a.line - b.line || a.column - b.column);
  return { ok: false, issues };
}

interface FlatIssue {
  path: PropertyKey[];
  message: string;
  /** Set for an unknown key: the position of the key, not of a value, is wanted. */
  key?: string;
}

function flatten(issue: z.core.$ZodIssue, before: PropertyKey[] = []): FlatIssue[] {
  const path = [...before, ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    const messages = issue.message.split('\n');
    return issue.keys
      .slice(0, maxIssues)
      .map((key, i) => ({ path, key, message: messages[i] ?? `unknown key ${key}` }));
  }
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    // The variant that got furthest into the value is the one that the writer meant.
    const depth = (errors: z.core.$ZodIssue[]) => Math.max(0, ...errors.map((e) => e.path.length));
    const best = issue.errors.reduce((a, b) => (depth(b) > depth(a) ? b : a));
    if (depth(best) > 0) return best.flatMap((inner) => flatten(inner, path));
  }
  return [{ path, message: issue.message }];
}

/** Messages in the form "expected …"; unknown keys name the nearest known one. */
function explain(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'unrecognized_keys': {
      const definition = (issue.inst as { _zod?: { def?: { shape?: object } } } | undefined)?._zod?.def;
      const known = Object.keys(definition?.shape ?? {});
      return issue.keys
        .slice(0, maxIssues)
        .map((key: string) => `unknown key ${key}${nearest(key, known)}`)
        .join('\n');
    }
    case 'invalid_type':
      return issue.input === undefined
        ? `missing; expected ${typeName(issue.expected)}`
        : `expected ${typeName(issue.expected)}, found ${typeOf(issue.input)}`;
    case 'invalid_value': {
      const values = issue.values.map(String);
      return `expected ${values.length === 1 ? values[0] : `one of ${values.join(', ')}`}${nearest(String(issue.input), values)}`;
    }
    case 'invalid_union': {
      if (issue.note !== 'No matching discriminator') return undefined;
      const options = ((issue as { options?: unknown[] }).options ?? []).filter((option) => typeof option === 'string');
      const given = (issue.input as Record<string, unknown> | undefined)?.[String(issue.discriminator)];
      return `expected one of ${options.join(', ')}${nearest(String(given), options)}`;
    }
    case 'too_small':
      return `expected ${issue.origin === 'array' || issue.origin === 'string' ? 'at least' : 'a number of at least'} ${String(issue.minimum)}${unitOf(issue.origin)}`;
    case 'too_big':
      return `expected ${issue.origin === 'array' || issue.origin === 'string' ? 'at most' : 'a number of at most'} ${String(issue.maximum)}${unitOf(issue.origin)}`;
    default:
      return undefined;
  }
}

function unitOf(origin: string): string {
  return origin === 'array' ? ' items' : origin === 'string' ? ' characters' : '';
}

function typeName(expected: string): string {
  const names: Record<string, string> = {
    object: 'a map',
    array: 'a list',
    string: 'text',
    number: 'a number',
    int: 'a whole number',
    boolean: 'true or false',
    record: 'a map',
  };
  return names[expected] ?? expected;
}

function typeOf(value: unknown): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  return typeName(typeof value);
}

function valueAt(value: unknown, path: PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (at, key) => (typeof at === 'object' && at !== null ? (at as Record<PropertyKey, unknown>)[key] : undefined),
    value,
  );
}

function shorten(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  const text = JSON.stringify(value) ?? typeof value;
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

/** `watch[2].interval` */
export function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, key) => (typeof key === 'number' ? `${text}[${key}]` : text ? `${text}.${String(key)}` : String(key)),
    '',
  );
}

/** The place of the value at `path` (of the key itself where one is asked for, or of the nearest parent that exists). */
function position(
  document: Document,
  lines: LineCounter,
  path: PropertyKey[],
  key?: string,
): { line: number; column: number } {
  let node: unknown = document.contents;
  let offset = 0;
  const enter = (inner: unknown) => {
    const range = (inner as { range?: [number, number, number] | null } | null)?.range;
    if (range) offset = range[0];
    node = inner;
  };
  enter(node);
  for (const step of path) {
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(step));
      if (!pair) break;
      enter(pair.key);
      enter(pair.value);
    } else {
      const items = (node as { items?: unknown[] } | null)?.items;
      if (!items || typeof step !== 'number' || items[step] === undefined) break;
      enter(items[step]);
    }
  }
  if (key !== undefined && isMap(node)) {
    const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === key);
    if (pair) enter(pair.key);
  }
  const { line, col } = lines.linePos(offset);
  return { line, column: col };
}
