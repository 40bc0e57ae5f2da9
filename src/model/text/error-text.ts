import type { ErrorCode } from '../errors.ts';
import { idErrors } from './errors/id.ts';
import { jaErrors } from './errors/ja.ts';
import { koErrors } from './errors/ko.ts';
import type { Language } from './language.ts';

const tables = { ko: koErrors, ja: jaErrors, id: idErrors };

/** What the code of an error means, and what to do; undefined in English, where the error says it itself. */
export function errorText(code: ErrorCode, language: Language): { meaning: string; hint: string } | undefined {
  return language === 'en' ? undefined : tables[language][code];
}
