import type { ApiProblem } from '../../../src/model/index.ts';
import { errorTexts } from './language.ts';
import { t } from './text.ts';

export interface ProblemText {
  /** What is wrong, for people. */
  what: string;
  /** What the watcher says of it, in English, where `what` says less than that. */
  detail?: string;
  hint?: string;
}

/** A problem in the language of the page: by its code where the language has words for it, else as the watcher says it. */
export function problemText(problem: ApiProblem): ProblemText {
  if (problem.status === 0)
    return { what: t('problem.unreachable'), hint: problem.hint ?? t('problem.unreachableHint') };
  const { code, detail, hint } = problem;
  const said = detail ?? problem.title;
  const texts = errorTexts.value;
  const known = texts && Object.hasOwn(texts, code) ? texts[code as keyof typeof texts] : undefined;
  if (!known) return { what: said, ...(hint === undefined ? {} : { hint }) };
  return { what: known.meaning, detail: said, hint: known.hint };
}
