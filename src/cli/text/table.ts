import type { ErrorCode } from '../../model/index.ts';

/** What a language has, by the English text that stands in the commands; a test says that nothing is missing. */
export interface Speech {
  texts: Readonly<Record<string, string>>;
  errors: Readonly<Record<ErrorCode, { meaning: string; hint: string }>>;
}
