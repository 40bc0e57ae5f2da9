import { recordLines, recordSentences, type RecordSentence, type RecordTexts } from './record-texts.ts';

const same = <Word extends string>(...words: readonly Word[]) =>
  Object.fromEntries(words.map((word) => [word, word])) as Record<Word, Word>;

export const enRecords: RecordTexts = {
  lines: recordLines,
  sentences: same<RecordSentence>(...recordSentences),
  states: same('up', 'degraded', 'partial', 'down', 'unknown'),
  impacts: same('none', 'minor', 'major', 'critical'),
  statuses: same('investigating', 'identified', 'monitoring', 'resolved'),
  outcomes: same('done', 'failed', 'unknown', 'dropped', 'refused', 'passed', 'interrupted'),
  messages: same('firing', 'reminder', 'escalated', 'assigned', 'resolved'),
  sources: same('file', 'api', 'discovery'),
  causes: same('dead', 'bad', 'carrier', 'silent', 'failback', 'operator', 'drill', 'verdict', 'reversal', 'repair'),
};
