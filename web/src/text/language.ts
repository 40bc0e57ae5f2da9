import { computed, signal } from '@preact/signals';
import i18next from 'i18next';
import type { Language } from '../../../src/model/index.ts';
import type { ErrorTexts } from 'quorumwatch/text/errors/texts.ts';
import { flowLines } from 'quorumwatch/text/flows/en.ts';
import type { FlowTexts } from 'quorumwatch/text/flows/texts.ts';
import type { ReasonTexts } from 'quorumwatch/text/reasons/texts.ts';
import { enRecords } from 'quorumwatch/text/records/en.ts';
import type { RecordTexts } from 'quorumwatch/text/records/record-texts.ts';
import { en } from './en.ts';
import { languageFor, languages, localeOf } from './known-languages.ts';
import { textFormatter } from './text-formatter.ts';
import type { Translation } from './translation.ts';

/** In which language the page speaks: the one that somebody chose here, else the first of the browser's that we have. */

export type LanguageChoice = Language | 'browser';

/** English comes with the page; each other language is a file of its own, fetched when it is needed. */
const files: Readonly<Record<Exclude<Language, 'en'>, () => Promise<LanguageFile>>> = {
  ko: () => import('./ko/ko-file.ts'),
  ja: () => import('./ja/ja-file.ts'),
  id: () => import('./id/id-file.ts'),
};

interface LanguageFile {
  texts: Translation;
  reasons: ReasonTexts;
  records: RecordTexts;
  errors: ErrorTexts;
  flows: FlowTexts;
  readyMade: Readonly<Record<string, string>>;
}

const loaded = new Map<Language, LanguageFile>();

void i18next.use(textFormatter).init({
  lng: 'en',
  fallbackLng: 'en',
  initAsync: false,
  resources: { en: { translation: en } },
  interpolation: {
    // The view escapes; doing it twice would show entities.
    escapeValue: false,
    alwaysFormat: true,
  },
});

const storageKey = 'quorumwatch-language';
const preferred = (): readonly string[] => (typeof navigator === 'undefined' ? [] : navigator.languages);

/** What is on screen: whatever reads a text follows it. */
export const language = signal<Language>('en');
export const languageChoice = signal<LanguageChoice>('browser');
/** The words for reasons; English has none, since watchers say them in English. */
export const reasonTexts = computed(() => loaded.get(language.value)?.reasons);
/** The words for entries of the ledger. */
export const recordTexts = computed(() => loaded.get(language.value)?.records ?? enRecords);
/** The words for what answers on traffic say beside their figures. */
export const flowTexts = computed(() => loaded.get(language.value)?.flows ?? flowLines);
/** What the codes of errors mean; in English the watcher says it. */
export const errorTexts = computed(() => loaded.get(language.value)?.errors);
/** Titles and descriptions of ready-made dashboards, by their English text. */
export const readyMadeTexts = computed(() => loaded.get(language.value)?.readyMade);
/** For Intl: the browser's own variant of the language, such as en-GB for English, where it names one. */
export const locale = computed(() => localeOf(language.value, preferred()));

/** Storage may be forbidden by the browser; the page then simply forgets. */
function remembered(): LanguageChoice {
  try {
    const stored = localStorage.getItem(storageKey);
    return languages.find((one) => one === stored) ?? 'browser';
  } catch {
    return 'browser';
  }
}

/** False when it could not be remembered; it is shown all the same. */
function remember(choice: LanguageChoice): boolean {
  try {
    if (choice === 'browser') localStorage.removeItem(storageKey);
    else localStorage.setItem(storageKey, choice);
    return true;
  } catch {
    return false;
  }
}

/** The choice that came last wins, however long the files of the others take. */
let wanted: Language = 'en';

/** False when another was chosen meanwhile. */
async function show(next: Language): Promise<boolean> {
  wanted = next;
  if (next !== 'en' && !loaded.has(next)) {
    const file = await files[next]();
    loaded.set(next, file);
    i18next.addResourceBundle(next, 'translation', file.texts);
  }
  if (wanted !== next) return false;
  await i18next.changeLanguage(next);
  language.value = next;
  document.documentElement.lang = next;
  return true;
}

/** Before anything is shown. A file that does not come leaves the page in English. */
export async function startLanguage(): Promise<void> {
  languageChoice.value = remembered();
  const next = languageChoice.value === 'browser' ? languageFor(preferred()) : languageChoice.value;
  await show(next).catch(() => undefined);
}

/** Rejects when the file of the language does not come; the page then stays as it is. */
export async function chooseLanguage(choice: LanguageChoice): Promise<void> {
  if (!(await show(choice === 'browser' ? languageFor(preferred()) : choice))) return;
  languageChoice.value = choice;
  remember(choice);
}
