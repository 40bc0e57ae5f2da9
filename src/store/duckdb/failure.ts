import { QwError, type ErrorCode } from '../../model/index.ts';

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

/** After these the database refuses everything (`database has been invalidated`). */
export const isFatal = (message: string): boolean => /^(FATAL|INTERNAL) Error|has been invalidated/.test(message);
