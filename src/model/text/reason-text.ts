import type { Reason } from '../probe.ts';
import { durationText } from './instant-text.ts';
import type { Language } from './language.ts';
import { idReasons } from './reasons/id.ts';
import { jaReasons } from './reasons/ja.ts';
import { koReasons } from './reasons/ko.ts';
import { translatedReason } from './reasons/translated-reason.ts';

const tables = { ko: koReasons, ja: jaReasons, id: idReasons };

/** Why something is so; English is what watchers say. It comes from them, so it is still to be made fit for showing. */
export function reasonText(reason: Reason, language: Language): string {
  if (language === 'en') return reason.text;
  return translatedReason(reason, tables[language], (durationMs) => durationText(durationMs, language));
}
