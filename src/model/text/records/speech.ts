import type { Reason } from '../../probe.ts';
import type { EpochMs, Milliseconds } from '../../time.ts';
import type { RecordLine, RecordTexts } from './record-texts.ts';

/** How one language tells of ledger entries. */
interface RecordSpeechOptions {
  texts: RecordTexts;
  /** The ledger's own sentences are English: there they stay as they are. */
  isEnglish: boolean;
  reason: (reason: Reason) => string;
  instant: (at: EpochMs) => string;
  duration: (durationMs: Milliseconds) => string;
}

export interface RecordSpeech extends RecordSpeechOptions {
  line: (name: RecordLine, values: Readonly<Record<string, string | number>>) => string;
}

export function recordSpeech(options: RecordSpeechOptions): RecordSpeech {
  const line: RecordSpeech['line'] = (name, values) =>
    options.texts.lines[name].replaceAll(/\{(\w+)\}/g, (_all, place: string) => String(values[place] ?? ''));
  return { ...options, line };
}
