import type { Reason } from '../../probe.ts';
import { parseDuration, type Milliseconds } from '../../time.ts';
import { translatedSentence } from './sentences.ts';
import type { ReasonTexts } from './texts.ts';

/**
 * Why something is so, in a language: by its code where the code is known, with the figures of the English sentence;
 * otherwise that sentence. Its text comes from watchers, so it is still to be made fit for showing.
 */
export function translatedReason(
  { code, text }: Reason,
  reasons: ReasonTexts,
  durationText: (durationMs: Milliseconds) => string,
): string {
  const [, answered, of, needed, inner] = /^(\d+) of (\d+) anchors answered, (\d+) must: (.*)$/s.exec(text) ?? [];
  if (answered === undefined || of === undefined || needed === undefined || inner === undefined)
    return knownText({ code, text }, reasons, durationText);
  return reasons.anchors(answered, of, needed, knownText({ code, text: inner }, reasons, durationText));
}

function knownText({ code, text }: Reason, reasons: ReasonTexts, durationText: (durationMs: Milliseconds) => string) {
  const withFigures = figuresText(code, text, reasons);
  if (withFigures !== undefined) return withFigures;
  // What is thought of an uplink comes with figures: they say more than the code.
  const sentence = code.startsWith('uplink-') ? translatedSentence(text, reasons) : text;
  if (sentence !== text) return sentence;
  const plain = valueAt(reasons.plain, code);
  if (plain === undefined) return text;
  const limitMs = parseDuration(/ within (\d\S*)/.exec(text)?.[1]?.replace(/[;,.]$/, '') ?? '');
  return limitMs === undefined ? plain : reasons.within(plain, durationText(limitMs));
}

/** Codes whose sentence holds a figure or a name; undefined where it is not found. */
function figuresText(code: string, text: string, reasons: ReasonTexts): string | undefined {
  const measure = valueAt(reasons.measures, code);
  if (measure !== undefined) {
    const [, value, limit] = /([\d.]+(?: ?(?:%|ms))?) is above ([\d.]+(?: ?(?:%|ms))?)/.exec(text) ?? [];
    return value === undefined || limit === undefined ? undefined : reasons.above(measure, value, limit);
  }
  const [pattern, write] = sentences.get(code) ?? [];
  const found = pattern?.exec(text)?.[1];
  return found === undefined ? undefined : write?.(reasons, found);
}

type Sentence = readonly [pattern: RegExp, write: (reasons: ReasonTexts, found: string) => string];

const sentences: ReadonlyMap<string, Sentence> = new Map<string, Sentence>([
  ['http-status', [/^status (\d{3}) /, (reasons, status) => reasons.httpStatus(status)]],
  ['certificate-expired', [/ on (\d{4}-\d\d-\d\d)$/, (reasons, day) => reasons.certificateExpired(day)]],
  ['certificate-not-yet-valid', [/ from (\d{4}-\d\d-\d\d)$/, (reasons, day) => reasons.certificateFrom(day)]],
  ['certificate-days', [/ has (-?\d+) days left/, (reasons, days) => reasons.certificateDays(days)]],
  ['watcher-silent', [/^watchers? (.*) (?:is|are) silent$/s, (reasons, watchers) => reasons.silent(watchers)]],
  ['resolved-by-hand', [/^(.*) has resolved it\.$/s, (reasons, who) => reasons.byHand(who)]],
]);

/** The code comes from watchers too, so that names such as `constructor` must find nothing. */
function valueAt(table: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}
