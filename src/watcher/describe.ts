import { deedOf, deedText, formatInstant, recordSpeechOf, recordText } from '../model/index.ts';
import type { ActionIntent, ApiEvent, LedgerRecord } from '../model/index.ts';
import type { LedgerEntry } from '../agree/index.ts';

/** What programs and logs get is English; pages make it in the language of who reads. */
const english = recordSpeechOf('en');

/** One line for people about a ledger entry. */
export function describeEntry(entry: LedgerEntry): ApiEvent {
  const { position, time, kind, body } = entry;
  const text = recordText(entry as unknown as LedgerRecord, english);
  return { position, time: formatInstant(time), kind, text, body };
}

export function describeIntent(intent: ActionIntent): string {
  return deedText(deedOf(intent), english);
}
