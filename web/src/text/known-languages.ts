import type { Language } from '../../../src/model/index.ts';

/** Which languages there are, and which of them somebody reads. */

/** Each in its own words. */
export const languageNames: Readonly<Record<Language, string>> = {
  en: 'English',
  ko: '한국어',
  ja: '日本語',
  id: 'Bahasa Indonesia',
};
export const languages = Object.keys(languageNames) as readonly Language[];

export function localeOf(shown: Language, tags: readonly string[]): string {
  const own = tags.find((tag) => codeOf(tag) === shown);
  return own ?? (shown === 'en' ? 'en-GB' : shown);
}

/** The first of the browser's languages that we have; English where there is none. */
export function languageFor(tags: readonly string[]): Language {
  for (const tag of tags) {
    const found = languages.find((one) => one === codeOf(tag));
    if (found) return found;
  }
  return 'en';
}

/** `in` was Indonesian's code until 1989. */
function codeOf(tag: string): string {
  const code = tag.toLowerCase().split('-')[0] ?? '';
  return code === 'in' ? 'id' : code;
}
