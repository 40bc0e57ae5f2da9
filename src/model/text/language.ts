import { z } from 'zod';

/** The languages that pages, notifications and help are written in; English is the one that is always there. */
export const languages = ['en', 'ko', 'ja', 'id'] as const;
export type Language = (typeof languages)[number];

export const languageSchema = z.enum(languages);

/** Each in its own words, for those who look for it in a language that they cannot read. */
export const languageNames: Readonly<Record<Language, string>> = {
  en: 'English',
  ko: '한국어',
  ja: '日本語',
  id: 'Bahasa Indonesia',
};

/** Indonesian's code until 1989 (ISO 639), which Java and old systems still say. */
const formerCodes: Readonly<Record<string, Language>> = { in: 'id' };

/**
 * The first that we have of what somebody prefers: language tags (RFC 5646) such as `ko-KR`, or names of locales (POSIX)
 * such as `ja_JP.UTF-8`. `C` and `POSIX` mean English; undefined when nothing of it is known.
 */
export function matchLanguage(preferred: Iterable<string>): Language | undefined {
  for (const tag of preferred) {
    const [code = ''] = tag
      .trim()
      .toLowerCase()
      .split(/[-_.@]/);
    if (code === 'c' || code === 'posix') return 'en';
    const found = languages.find((language) => language === code) ?? formerCodes[code];
    if (found) return found;
  }
  return undefined;
}
