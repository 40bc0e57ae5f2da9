import { fillTemplate, readTemplate } from '../template.ts';
import { reasonSentences } from './sentence-list.ts';
import type { ReasonTexts } from './texts.ts';

/** The sentence in a language; as it is where it is none of these. */
export function translatedSentence(text: string, { sentences, and }: ReasonTexts): string {
  for (const template of reasonSentences) {
    const values = readTemplate(template, text);
    if (!values) continue;
    const own = Object.fromEntries(
      Object.entries(values).map(([place, value]) => [place, value.replaceAll(' and ', and)]),
    );
    return fillTemplate(sentences[template], own);
  }
  return text;
}
