export { errorText } from './error-text.ts';
export { flowFilterLine } from './flows/filter-text.ts';
export { flowFilterInEnglish, flowInsight, flowNote } from './flows/in-english.ts';
export { flowInsightHelp, flowInsightText } from './flows/insight-text.ts';
export { flowTrustTexts } from './flows/note-text.ts';
export { flowProblemText, flowUnreadText } from './flows/problem-text.ts';
export { flowValueText } from './flows/value-text.ts';
export { flowSpeechOf } from './flows/speech-of.ts';
export { durationText, instantText } from './instant-text.ts';
export { languageNames, languages, languageSchema, matchLanguage, type Language } from './language.ts';
export {
  acknowledgedText,
  notificationText,
  testText,
  type NotificationFact,
  type NotificationText,
} from './notification/notification-text.ts';
export type { FactName, MessageWord } from './notification/texts.ts';
export { plainLine } from './plain-line.ts';
export { reasonText } from './reason-text.ts';
export { deedOf, type Deed } from './records/deed.ts';
export { deedText, recordText } from './records/record-text.ts';
export { recordSpeechOf } from './records/speech-of.ts';
export { fillTemplate, readTemplate } from './template.ts';
