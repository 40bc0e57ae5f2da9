import { readTemplate } from '../template.ts';
import { flowLines, type FlowLine } from './en.ts';
import type { FlowSpeech } from './speech.ts';

type ProblemLine = Extract<FlowLine, `problem.${string}`>;

/** What the collector complains of; its sentences are English, with numbered places. */
export const flowProblemLines = (Object.keys(flowLines) as FlowLine[]).filter((name): name is ProblemLine =>
  name.startsWith('problem.'),
);

/** A problem of the collector in a language; as it is where it is none of these. */
export function flowProblemText(text: string, { line, texts }: FlowSpeech): string {
  if (texts === flowLines) return text;
  for (const name of flowProblemLines) {
    const values = readTemplate(flowLines[name], text);
    if (values) return line(name, values);
  }
  return text;
}

/** Why something that came could not be read; the code where only a newer watcher knows it. */
export function flowUnreadText(code: string, { line, has }: FlowSpeech): string {
  const name = `unread.${code}` as FlowLine;
  return has(name) ? line(name) : code;
}
