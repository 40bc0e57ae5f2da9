import { errorText, languages, matchLanguage, type ErrorCode, type Language } from '../../model/index.ts';
import type { Speech } from './table.ts';

/** In which language the command line speaks to people; what it says to programs (`--json`) has none. */

/** English needs no table: commands, with their help, are written in it. */
const tables: Readonly<Record<Exclude<Language, 'en'>, () => Promise<Speech>>> = {
  ko: async () => (await import('./ko/ko.ts')).ko,
  ja: async () => (await import('./ja/ja.ts')).ja,
  id: async () => (await import('./id/id.ts')).id,
};

let spoken: { language: Language; texts: Speech } | undefined;

/** Loads the language; a command is one process, so it speaks one. */
export async function speak(language: Language): Promise<void> {
  spoken = language === 'en' ? undefined : { language, texts: await tables[language]() };
}

/** The text in the language that is spoken, or as it is. */
export function say(text: string): string {
  const texts = spoken?.texts;
  return texts && Object.hasOwn(texts, text) ? (texts[text] ?? text) : text;
}

/** Of what is said to people. */
export function spokenLanguage(): Language {
  return spoken?.language ?? 'en';
}

/** What the code of an error means, and what to do; undefined in English, where the error says it itself. */
export function sayError(code: ErrorCode): { meaning: string; hint: string } | undefined {
  return spoken && errorText(code, spoken.language);
}

/**
 * `--language`, else QW_LANGUAGE, else the locale by the variables of POSIX (XBD section 8.2). What is none of ours is
 * passed over here: for the option, the command line then says what it may be.
 */
export function wantedLanguage(given: readonly string[], environment: Readonly<Record<string, string | undefined>>) {
  const end = given.indexOf('--');
  const options = end < 0 ? given : given.slice(0, end);
  const at = options.findLastIndex((one) => one === '--language' || one.startsWith('--language='));
  const option = options[at]?.startsWith('--language=') ? options[at].slice('--language='.length) : options[at + 1];
  const named = at < 0 ? undefined : languages.find((one) => one === option);
  if (named) return named;
  const { QW_LANGUAGE, LC_ALL, LC_MESSAGES, LANG } = environment;
  const own = matchLanguage([QW_LANGUAGE ?? '']);
  // The first that is set decides, as for every other program, even if we do not have its language.
  return (
    own ?? matchLanguage([[LC_ALL, LC_MESSAGES, LANG].find((one) => one !== undefined && one !== '') ?? '']) ?? 'en'
  );
}
