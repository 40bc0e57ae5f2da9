import i18next, { type TFunction } from 'i18next';
import { en } from './en.ts';

/** Every visible string comes from here; keys are checked by the compiler. */

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'translation';
    resources: { translation: typeof en };
  }
}

void i18next.init({
  lng: 'en',
  fallbackLng: 'en',
  initAsync: false,
  resources: { en: { translation: en } },
  // The view escapes; doing it twice would show entities.
  interpolation: { escapeValue: false },
});

export const t: TFunction = i18next.t;
