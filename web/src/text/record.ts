import { deedText, recordText } from 'quorumwatch/text/records/record-text.ts';
import { receiptText, updateText } from 'quorumwatch/text/records/sentence.ts';
import { recordSpeech } from 'quorumwatch/text/records/speech.ts';
import type { ApiActionStatus, ApiEvent, ApiIncident, LedgerRecord } from '../../../src/model/index.ts';
import { formatDuration, formatMoment } from './format.ts';
import { language, recordTexts } from './language.ts';
import { reasonText } from './reason.ts';

/** What stands in the ledger, in the language of the page. */

const speech = () =>
  recordSpeech({
    texts: recordTexts.value,
    isEnglish: language.value === 'en',
    reason: reasonText,
    instant: (at) => formatMoment(at) ?? '',
    duration: formatDuration,
  });

export function eventText(event: ApiEvent): string {
  if (language.value === 'en') return event.text;
  try {
    return recordText(event as unknown as LedgerRecord, speech());
  } catch {
    // A watcher that is newer than this page may write entries that it does not know.
    return event.text;
  }
}

export function actionText({ deed, what }: Pick<ApiActionStatus, 'deed' | 'what'>): string {
  return deed === undefined ? what : deedText(deed, speech());
}

/** What came of an action. */
export function resultText(text: string): string {
  return receiptText(text, speech());
}

/** An update of an incident. */
export function saidText(
  update: ApiIncident['updates'][number],
  { title, reason }: Pick<ApiIncident, 'title' | 'reason'>,
): string {
  return updateText(update, { title, ...(reason && { reason }) }, speech());
}
