import { mapLines, type Evaluation } from './evaluation.ts';
import type { Labels } from './labels.ts';
import { anchored } from './matching.ts';
import { impossible } from './problem.ts';
import type { Line } from './value.ts';

const labelName = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

function checkName(name: string, where: string): void {
  if (!labelName.test(name)) impossible(`invalid ${where} label name in ${name.slice(0, 100)}`);
}

/** `label_replace(vector, target, replacement, source, pattern)` */
export function labelReplace(
  evaluation: Evaluation,
  lines: readonly Line[],
  texts: readonly string[],
): Promise<Line[]> {
  const [target = '', replacement = '', source = '', pattern = ''] = texts;
  const compiled = anchored(pattern);
  checkName(target, 'destination');
  const changed = (labels: Labels): Labels => {
    const matcher = compiled.matcher(labels.get(source));
    if (!matcher.find()) return labels;
    const groups = new Map<string, number>(Object.entries(compiled.namedGroups()));
    const value = replacement.replaceAll(
      /\$(?:(\$)|(\w+)|\{(\w+)\})/g,
      (_, dollar?: string, bare?: string, braced?: string) => {
        if (dollar) return '$';
        const name = bare ?? braced ?? '';
        const index = /^\d+$/.test(name) ? Number(name) : groups.get(name);
        return index === undefined || index > matcher.groupCount() ? '' : (matcher.group(index) ?? '');
      },
    );
    return labels.with(target, value);
  };
  return mapLines(evaluation, lines, changed, (value) => value);
}

/** `label_join(vector, target, separator, source…)` */
export function labelJoin(evaluation: Evaluation, lines: readonly Line[], texts: readonly string[]): Promise<Line[]> {
  const [target = '', separator = '', ...sources] = texts;
  checkName(target, 'destination');
  for (const source of sources) checkName(source, 'source');
  const changed = (labels: Labels) => labels.with(target, sources.map((source) => labels.get(source)).join(separator));
  return mapLines(evaluation, lines, changed, (value) => value);
}
