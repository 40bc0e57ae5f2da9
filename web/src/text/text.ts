import i18next, { type TFunction } from 'i18next';
import type { en } from './en.ts';
import { language } from './language.ts';

/** Every visible string comes from here; keys are checked by the compiler. */

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'translation';
    resources: { translation: typeof en };
  }
}

/** Whatever shows a text shows it anew when the language changes, as with any signal. */
export const t = ((...given: Parameters<TFunction>) => {
  void language.value;
  return i18next.t(...given);
}) as unknown as TFunction;
