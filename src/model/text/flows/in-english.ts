import type { FlowFilterProblem } from '../../flow-filter-problem.ts';
import type { FlowFinding, FlowInsight } from '../../flow-insight.ts';
import type { FlowNote, FlowNoteFact } from '../../flow-note.ts';
import { flowFilterLine } from './filter-text.ts';
import { flowInsightText } from './insight-text.ts';
import { flowNoteText } from './note-text.ts';
import { flowSpeechOf } from './speech-of.ts';

/** What answers say beside their codes, for scripts and for people who read them as they are. */

const english = flowSpeechOf('en');

export function flowNote(fact: FlowNoteFact): FlowNote {
  return { ...fact, text: flowNoteText(fact, english) };
}

export function flowInsight(finding: FlowFinding): FlowInsight {
  return { ...finding, summary: flowInsightText(finding, english) };
}

export function flowFilterInEnglish(problem: FlowFilterProblem): { message: string; hint: string } {
  return { message: flowFilterLine(problem, english), hint: english.line('filter.hint') };
}
