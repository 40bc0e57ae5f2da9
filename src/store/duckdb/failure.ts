import { QwError, type ErrorCode } from '../../model/index.ts';
import { refusal } from './select.ts';

/** What DuckDB says, as an error of ours. It names the kind of failure first: `Out of Memory Error: …`. */
const kinds: readonly (readonly [RegExp, ErrorCode])[] = [
  [/^Out of Memory|could not allocate|failed to offload/i, 'TELEMETRY_LIMIT'],
  [/^(IO|Serialization|Invalid|TProtocolException|Invalid Input) Error|parquet|No files found/i, 'TELEMETRY_CORRUPT'],
  [/^(Conversion|Out of Range)/, 'TELEMETRY_LIMIT'],
  [/^INTERRUPT/, 'TELEMETRY_UNAVAILABLE'],
];

export function failureOf(message: string): QwError {
  const [line = ''] = message.split('\n');
  const code = kinds.find(([pattern]) => pattern.test(line))?.[1] ?? 'INTERNAL';
  return new QwError(code, line.slice(0, 500));
}

/** Of a statement that a person wrote: what is wrong with it, is wrong with the input. */
export function selectFailureOf(message: string): QwError {
  const isTheirs =
    /^(Statement|Parser|Syntax|Binder|Catalog|Conversion|Out of Range|Invalid Input|Permission|Mismatch Type|Not \w+) Error/i;
  if (!isTheirs.test(message)) return failureOf(message);
  // The place in the statement comes in further lines, under which DuckDB draws a mark.
  const told = message.startsWith(refusal) ? message.slice(refusal.length) : message;
  return new QwError('BAD_INPUT', told.replaceAll(/\s*\n\s*/g, ' ').slice(0, 500), {
    hint: 'one SELECT statement over flows, flow_accounts and names, in the SQL of DuckDB',
  });
}

/** After these the database refuses everything (`database has been invalidated`). */
export const isFatal = (message: string): boolean => /^(FATAL|INTERNAL) Error|has been invalidated/.test(message);
